"""What can be wrong about groups and shares."""

from app.kernel.errors import Conflict, Forbidden, NotFound


class GroupNotFound(NotFound):
    """There is no such group, or you are not in it.

    `stormbell groups list` shows all names; who is in a group is shown to its members and to administrators.
    """

    code = "group_not_found"


class GroupNameTaken(Conflict):
    """Another group has this name.

    Names of groups are unique, whatever their case.
    """

    code = "group_name_taken"


class NotYourGroup(Forbidden):
    """Only who manages a group changes it.

    Ask one of those who manage it, or an administrator.
    """

    code = "not_your_group"


class SharedObjectNotFound(NotFound):
    """There is no such thing to share, or you may not see it.

    Look at the id. Incidents, simulations, data sets, sources and what else has an owner can be shared.
    """

    code = "shared_object_not_found"


class SubjectNotFound(NotFound):
    """There is nobody with this id to share with.

    Name a user, a group, or `everyone`.
    """

    code = "subject_not_found"
