"""Problems with simulations.

Problem
├── RungNotAllowed 403
├── SimulationNotFound, ApplicationNotFound, GroupNotFound 404
├── SimulationEnded, SimulationActive, SimulationNotHeld, SimulationNotInDoubt, NothingWritten,
│   ApplicationNameTaken 409
├── RunCallbackRefused 401
├── ParametersInvalid, SimulationFilterEmpty, SimulationUnknown, TooFewMachines, TooManyFigures 422
├── TooManyViewers 429
└── MachineNotAnswering 503
"""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated, Unavailable


class RungNotAllowed(Forbidden):
    """The place that is named is a rung of its machine's ladder, and not for you.

    `detail` says for whom it is. Name no partition, QOS or reservation, or ask one of those.
    """

    code = "rung_not_allowed"


class SimulationNotFound(NotFound):
    """There is no such simulation."""

    code = "simulation_not_found"


class ApplicationNotFound(NotFound):
    """There is no such application."""

    code = "application_not_found"


class GroupNotFound(NotFound):
    """There is no such group of simulations."""

    code = "simulation_group_not_found"


class RunCallbackRefused(Unauthenticated):
    """No run of ours said this.

    Only the script of a run that has not ended may call here, signing with the key it was given. Nothing is to be done:
    what its machine says decides, and it is asked anyway.
    """

    code = "run_callback_refused"


class SimulationEnded(Conflict):
    """This simulation has ended already.

    What has ended stays so. Open the incident again to run it anew.
    """

    code = "simulation_ended"


class SimulationActive(Conflict):
    """This simulation has not ended.

    Cancel it or wait for its end; then run it again.
    """

    code = "simulation_active"


class SimulationNotHeld(Conflict):
    """This simulation is not waiting to be submitted.

    Only one that was asked for with `hold` is; `state` says where it is now.
    """

    code = "simulation_not_held"


class SimulationNotInDoubt(Conflict):
    """What becomes of this simulation is not in doubt.

    Only one whose state is unknown is decided on by people. Cancel it to end it.
    """

    code = "simulation_not_in_doubt"


class NothingWritten(Conflict):
    """This simulation is on no machine yet.

    There is nothing to watch before it is submitted; `waiting_on` says what it waits for.
    """

    code = "simulation_nothing_written"


class ApplicationNameTaken(Conflict):
    """You have an application of this name already.

    Change that one, or choose another name.
    """

    code = "application_name_taken"


class ParametersInvalid(Invalid):
    """The parameters do not fit the application.

    `errors` says which and why. `GET /applications/{application_id}` has the schema of its parameters.
    """

    code = "application_parameters_invalid"


class SimulationFilterEmpty(Invalid):
    """This would be every simulation.

    Say which ones, or `all` if it really is to be all of them.
    """

    code = "simulation_filter_empty"


class SimulationUnknown(Invalid):
    """A simulation to wait for does not exist, or is not yours to see.

    Look at the ids in `after`.
    """

    code = "simulation_unknown"


class TooFewMachines(Invalid):
    """There are fewer machines that could run this than are asked for.

    Each of them is to be on another machine. Ask for fewer, or for less of each.
    """

    code = "too_few_machines"


class TooManyFigures(Invalid):
    """There are figures of too many kinds of this simulation.

    Tell more of one kind at once, or keep them as an output of the run.
    """

    code = "too_many_figures"


class TooManyViewers(TooManyRequests):
    """Too many people watch outputs at once.

    Close one, or read the output without following it.
    """

    code = "too_many_viewers"


class MachineNotAnswering(Unavailable):
    """The machine of this simulation does not answer.

    How the simulation stands is as it was last known. It is asked again by itself.
    """

    code = "machine_not_answering"
