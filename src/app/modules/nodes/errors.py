"""What can be wrong with a request about nodes."""

from app.kernel.errors import Conflict, Invalid, NotFound, Unavailable


class NodeNotFound(NotFound):
    """There is no such node.

    `stormbell nodes list --all` shows the boots that are remembered. A name stands for the newest boot that has it.
    """

    code = "node_not_found"


class NodeGone(Conflict):
    """This boot of the node is dead.

    Dead is final for a boot. Name the node instead of the boot to reach the process that runs now.
    """

    code = "node_gone"


class NodeNameAmbiguous(Conflict):
    """Several processes go by this name.

    `detail` lists their boot ids; name one of those.
    """

    code = "node_name_ambiguous"


class PauseForbidden(Conflict):
    """This node may not be paused.

    It was started with nodes.pause_forbidden=true. Restart it without, or stop it.
    """

    code = "node_pause_forbidden"


class LoopNotFound(NotFound):
    """There is no such loop on this node.

    `stormbell nodes loops NODE` lists them. Roles are written as role:worker.
    """

    code = "loop_not_found"


class LoopEssential(Conflict):
    """A node cannot be without this loop.

    Stop a role instead, pause the node, or stop its process.
    """

    code = "loop_essential"


class LastApiNode(Conflict):
    """No other node serves the API.

    Nobody could start it again by the API. Start another node first, or stop this one's process.
    """

    code = "last_api_node"


class NodeSettingFixed(NotFound):
    """This is no setting that can be changed while a node runs.

    `stormbell nodes settings NODE` lists those that can. The others are given at the start of the node.
    """

    code = "node_setting_fixed"


class NodeSettingInvalid(Invalid):
    """The setting cannot have this value.

    Its detail says what it may be.
    """

    code = "node_setting_invalid"


class RoleStopped(Unavailable):
    """This node does not serve the API.

    Its roles do not have api, or somebody stopped that role. Ask another node.
    """

    code = "role_stopped"
