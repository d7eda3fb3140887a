"""Problems of this module."""

from app.kernel.errors import Conflict, Invalid, NotFound


class IncidentNotFound(NotFound):
    """There is no such incident."""

    code = "incident_not_found"


class IncidentEnded(Conflict):
    """The incident has already ended."""

    code = "incident_ended"


class WorkflowNotFound(NotFound):
    """There is no such workflow."""

    code = "workflow_not_found"


class WorkflowBroken(Conflict):
    """The workflow's definition has an error."""

    code = "workflow_broken"


class StageUnknown(Invalid):
    """The workflow has no such stage."""

    code = "stage_unknown"


class MessageInvalid(Invalid):
    """The message does not fit the stage."""

    code = "message_invalid"
