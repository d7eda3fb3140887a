"""Problems with simulations.

Problem
├── SimulationNotFound 404
└── SimulationEnded 409
"""

from app.kernel.errors import Conflict, NotFound


class SimulationNotFound(NotFound):
    """There is no such simulation."""

    code = "simulation_not_found"


class SimulationEnded(Conflict):
    """This simulation has ended already.

    What has ended stays so. Open the incident again to run it anew.
    """

    code = "simulation_ended"
