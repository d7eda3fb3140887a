"""Problems of this module."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, TooLarge


class IncidentNotFound(NotFound):
    """There is no such incident."""

    code = "incident_not_found"


class IncidentEnded(Conflict):
    """The incident has already ended.

    Run it again, or, when it stopped with an error, try it again from what failed.
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

    `errors` names each member that does not fit the stage's message model. On the command line it is `--message JSON`.
    """

    code = "message_invalid"


class AreaInvalid(Invalid):
    """The area is not one on the Earth.

    `detail` says what is wrong. A box is west, south, east, north in degrees; a geometry follows RFC 7946.
    """

    code = "area_invalid"


class ParametersInvalid(Invalid):
    """The parameters do not fit the workflow.

    `errors` names each member; the workflow's `parameters_schema` says what it takes.
    """

    code = "parameters_invalid"


class IncidentNotPending(Conflict):
    """The incident was activated before.

    Only a pending incident can be activated. Send it a message, or run it again.
    """

    code = "incident_not_pending"


class IncidentNotEnded(Conflict):
    """The incident has not ended.

    Cancel it first, or wait for its end.
    """

    code = "incident_not_ended"


class NothingToRetry(Conflict):
    """There is nothing to try again.

    Only an incident that stopped with an error can be tried again, from the stages that failed. Run any other again.
    """

    code = "nothing_to_retry"


class IncidentNotStarted(Conflict):
    """The incident has not been started.

    Activate it first.
    """

    code = "incident_not_started"


class NoSuchUse(Conflict):
    """The workflow names no stage for this.

    Its author does, with `manual_data=`, `shutdown=` or `test=` of `@workflow`.
    """

    code = "workflow_has_no_such_stage"


class DataTooLarge(TooLarge):
    """The file is larger than what is taken.

    Put it where a machine can read it and send a message that says where, or raise `workflows.manual_data_bytes`.
    """

    code = "manual_data_too_large"


class GraphTooLarge(Invalid):
    """The graph is too large to be drawn as pixels.

    Ask for `format=svg`, which has no limit.
    """

    code = "graph_too_large"


class PngUnavailable(Problem):
    """This server draws no PNG.

    Install `stormbell[previews]`, or ask for `format=svg`.
    """

    status = 501
    code = "png_unavailable"


class VersionMissing(Conflict):
    """This node does not have the workflow's version.

    Restore its folder below `definitions/` in the data directory.
    """

    code = "workflow_version_missing"


class AlertInvalid(Invalid):
    """The alert breaks a rule of CAP 1.2.

    `errors` names each rule and element.
    """

    code = "alert_invalid"


class PublicationNotFound(NotFound):
    """There is no such publication, or it was revoked."""

    code = "publication_not_found"


class FilterEmpty(Invalid):
    """The filter names nothing.

    Say which: states, a workflow, a part of the name, or ids. Everything at once is never meant.
    """

    code = "incident_filter_empty"


class QuestionNotFound(NotFound):
    """The incident asks no such question."""

    code = "question_not_found"


class QuestionAnswered(Conflict):
    """The question is not open any more.

    The first answer counts. `stormbell incidents questions` shows it.
    """

    code = "question_answered"


class NotAsked(Forbidden):
    """The question is for others.

    `detail` says for whom.
    """

    code = "question_not_yours"


class BindingNotFound(NotFound):
    """There is no such binding.

    `stormbell sources bindings NAME` shows those of a source.
    """

    code = "binding_not_found"


class BindingNameTaken(Conflict):
    """The source has a binding of this name.

    Choose another name, or remove the one that has it.
    """

    code = "binding_name_taken"


class TooManyBindings(Invalid):
    """The source has as many bindings as it may have.

    Remove one, or put several into one with a filter.
    """

    code = "too_many_bindings"
