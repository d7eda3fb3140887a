"""Problems of this module."""

from app.kernel.errors import Conflict, Invalid, NotFound


class IncidentNotFound(NotFound):
    """There is no such incident."""

    code = "incident_not_found"


class IncidentEnded(Conflict):
    """The incident has already ended.

    What has ended stays so. Open another.
    """

    code = "incident_ended"


class WorkflowNotFound(NotFound):
    """There is no such workflow.

    `stormbell workflows list` shows those in use. A definition lies in `workflows/` in the data directory.
    """

    code = "workflow_not_found"


class WorkflowBroken(Conflict):
    """The workflow's definition has an error.

    `stormbell workflows list` shows file, line and reason. Mend the file; it is read again within two seconds.
    """

    code = "workflow_broken"


class StageUnknown(Invalid):
    """The workflow has no such stage.

    `detail` names the stages there are.
    """

    code = "stage_unknown"


class MessageInvalid(Invalid):
    """The message does not fit the stage.

    `errors` names each member that does not fit the stage's message model.
    """

    code = "message_invalid"
