"""Problems with machines.

Problem
├── MachineNotFound 404
└── MachineElsewhere 503
"""

from app.kernel.errors import NotFound, Unavailable


class MachineNotFound(NotFound):
    """There is no such machine."""

    code = "machine_not_found"


class MachineElsewhere(Unavailable):
    """Only another node can speak to this machine.

    `detail` names the node. Start it, or ask it.
    """

    code = "machine_elsewhere"
