"""The incident as a stage sees it: what it may read, and the effects it describes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import aiofiles
import orjson
import structlog
from pydantic import BaseModel

from app.kernel.ids import new_id
from app.modules.workflows.authoring import stage_name
from app.modules.workflows.effects import Child, Effects, Gathering, Question, Registration, Sent, Wait, wanted_of
from app.modules.workflows.messages import Gathered, Headline, SimulationRequest, Urgency
from app.modules.workflows.programs import ChildFailed, run_program

__all__ = ["ChildFailed", "Incident"]

S = TypeVar("S", bound=BaseModel)
Target = str | Callable[..., Any]


class Incident(Generic[S]):
    """An incident during one attempt of one stage. Assign to :attr:`state` freely; it is saved with the effects."""

    def __init__(
        self,
        *,
        incident_id: str,
        name: str,
        key: str | None,
        opened_at: datetime,
        state: S,
        stage_id: str,
        attempt: int,
        definition: Path,
        scratch: Path | str,
        atlas: Path,
        datasets: Mapping[str, Path],
        parameters: Any = None,
        urgency: Urgency = "normal",
        exercise: bool = False,
        area_json: str | None = None,
        originator: str = "",
        closing: bool = False,
    ) -> None:
        self.id = incident_id
        self.name = name
        self.key = key
        self.opened_at = opened_at
        self.state = state
        self.parameters = parameters
        self.urgency = urgency
        self.exercise = exercise
        self._area_json = area_json
        self.originator = originator
        self.attempt = attempt
        self.definition = definition
        self._scratch = scratch
        self.has_scratch = False  # asked for, so that something may be in it
        self.atlas = atlas
        self.effects = Effects()
        self._stage_id = stage_id
        self._datasets = datasets
        self._closing = closing

    @property
    def area(self) -> dict[str, Any] | None:
        """Return where the incident is, a GeoJSON geometry."""
        found: dict[str, Any] | None = None if self._area_json is None else orjson.loads(self._area_json)
        return found

    @property
    def scratch(self) -> Path:
        """Return the attempt's own folder, made when first asked for and gone when the attempt has ended."""
        found = Path(self._scratch)
        found.mkdir(parents=True, exist_ok=True)
        self.has_scratch = True
        return found

    @property
    def log(self) -> Any:
        """Return a logger; what it writes carries the incident's id and the stage."""
        return structlog.get_logger("workflow")

    @property
    def idempotency_key(self) -> str:
        """Return a key that is the same for every attempt of this stage, for calls to the outside."""
        return self._stage_id

    def send(
        self,
        stage: Target,
        message: BaseModel,
        *,
        delay_seconds: float = 0,
        at: datetime | None = None,
        label: str | None = None,
        urgency: Urgency | None = None,
    ) -> None:
        """Send a message to a stage of this incident, now, after a durable delay, or at a time.

        ``label`` is what people see instead of the stage's name. ``urgency`` is this stage's unless it is given, and
        goes on to what the other stage sends and runs.
        """
        self._check_open("send")
        if at is not None and (delay_seconds or at.tzinfo is None):
            raise ValueError("give at= (a time with its zone) or delay_seconds=, not both")
        if not 0 <= delay_seconds < float("inf"):
            raise ValueError(f"delay_seconds is 0 or more, not {delay_seconds}")
        self.effects.sent.append(Sent(stage_name(stage), message, delay_seconds, label, at, urgency))

    def fan_out(
        self,
        members: Sequence[tuple[Target, BaseModel]],
        *,
        then: Target,
        message: Gathered | None = None,
        wait: Wait = "all",
        deadline_seconds: float | None = None,
        cancel_rest: bool = False,
        labels: Sequence[str] | None = None,
    ) -> None:
        """Send many messages; ``then`` gets ``message`` once, with what those stages returned filled in.

        It is sent when as many have succeeded as ``wait`` says ("all", a number, a share such as 0.8), when all have
        ended, or after ``deadline_seconds``. A member that fails for good is among the results and does not stop the
        incident. One that ends later is recorded and not told; ``cancel_rest`` stops it.
        """
        self._check_open("fan out")
        if not members or (labels is not None and len(labels) != len(members)):
            raise ValueError("fan_out needs at least one (stage, message), and as many labels when there are any")
        sent = [Sent(stage_name(stage), content) for stage, content in members]
        for one, label in zip(sent, labels or (), strict=bool(labels)):
            one.label = label
        self._gather(then, message, wait, len(sent), deadline_seconds, cancel_rest).stages = sent

    def simulate(
        self,
        requests: Sequence[SimulationRequest],
        *,
        then: Target,
        message: Gathered | None = None,
        wait: Wait = "all",
        deadline_seconds: float | None = None,
        cancel_rest: bool = False,
    ) -> None:
        """Run simulations; ``then`` gets ``message`` once, with their results filled in.

        When it is sent ``wait``, ``deadline_seconds`` and ``cancel_rest`` say, as of :meth:`fan_out`. Failed, timed
        out, cancelled and lost ones are among the results: the stage decides what suffices.
        """
        self._check_open("simulate")
        names = [request.name for request in requests]
        if not names or len(set(names)) != len(names):
            raise ValueError("an ensemble needs at least one simulation, each with a name of its own")
        gathering = self._gather(then, message, wait, len(names), deadline_seconds, cancel_rest)
        gathering.simulations = list(requests)

    def open_child(
        self,
        workflow: str,
        *,
        name: str,
        stage: str,
        message: BaseModel,
        then: Target | None = None,
        gathered: Gathered | None = None,
        key: str | None = None,
        parameters: BaseModel | dict[str, Any] | None = None,
        deadline_seconds: float | None = None,
    ) -> str:
        """Open an incident of another workflow and return its id; it belongs to this one's owner.

        ``then`` gets ``gathered`` when it has ended, with its outcome and final state as the one result. When this
        incident ends first, so does the child: cancelled.
        """
        self._check_open("open a child")
        content = parameters.model_dump(mode="json") if isinstance(parameters, BaseModel) else parameters or {}
        child = Child(new_id("inc"), workflow, name, stage, message, key, content)
        if then is None:
            self.effects.children.append(child)
        else:
            self._gather(then, gathered, "all", 1, deadline_seconds, cancel_rest=False).children = [child]
        return child.incident_id

    def ask(
        self,
        question: str,
        *,
        then: Target,
        form: type[BaseModel] | None = None,
        roles: Sequence[str] = (),
        users: Sequence[str] = (),
        deadline_seconds: float | None = None,
        otherwise: Target | None = None,
    ) -> str:
        """Ask people; ``then`` gets an :class:`Answered` with what the first of them says. Return the question's id.

        ``form`` is the model of an answer; people see a form of its fields. ``roles`` (viewer, runner, operator, admin,
        owner: that role or more) and ``users`` (ids) say who may answer; without both, whoever may act on the
        incident. After ``deadline_seconds`` ``otherwise``, or ``then``, gets an Answered that has expired.
        """
        self._check_open("ask")
        asked = Question(
            new_id("qst"),
            question,
            stage_name(then),
            None if otherwise is None else stage_name(otherwise),
            {} if form is None else form.model_json_schema(),
            tuple(roles),
            tuple(users),
            deadline_seconds,
        )
        self.effects.questions.append(asked)
        return asked.id

    def path(self, dataset_id: str) -> Path:
        """Return where the bytes of a data set named in the message are on this host; read only."""
        try:
            return self._datasets[dataset_id]
        except KeyError:
            raise KeyError(f"{dataset_id} is not among the data sets of this stage's message") from None

    def register(
        self,
        path: str | Path,
        *,
        name: str | None = None,
        role: str | None = None,
        media_type: str | None = None,
        inputs: Sequence[str] = (),
    ) -> str:
        """Leave a file of :attr:`scratch` behind as a data set made from the data sets ``inputs``; return its id.

        The id may go into messages of the same stage: both come into being in one commit.
        """
        full = self.scratch / path
        name = name or full.name
        if any(file.name == name for file in self.effects.files):
            raise ValueError(f"there is a data set {name!r} of this stage already; give each a name of its own")
        dataset_id = new_id("dst")
        self.effects.files.append(Registration(dataset_id, full, name, role, media_type, tuple(inputs)))
        return dataset_id

    def headline(self, label: str, value: str, detail: str | None = None) -> None:
        """Show one figure on top of the incident's page."""
        self.effects.headline = Headline(label=label, value=value, detail=detail)

    def label(self, text: str) -> None:
        """Say in a few words what this run of the stage did; shown beside its bar."""
        self.effects.label = text

    def wait(self, text: str, *, seconds: float | None = None) -> None:
        """Say what the incident waits for from outside, and when it will give up."""
        until = datetime.now(self.opened_at.tzinfo) + timedelta(seconds=seconds) if seconds is not None else None
        self.effects.waiting = (text, until)

    def complete(self, comment: str = "") -> None:
        """End the incident once the stages and simulations still under way have ended."""
        self.effects.ended = ("complete", comment)

    def cancel(self, reason: str = "") -> None:
        """Cancel the incident with all that is under way for it."""
        self.effects.ended = ("cancelled", reason)

    def fail(self, reason: str) -> None:
        """End the incident in error, without another attempt of this stage; its effects hold all the same."""
        self.effects.ended = ("error", reason)

    async def run(
        self, command: Sequence[str], *, files: Mapping[str, Any] | None = None, timeout_seconds: float = 300
    ) -> str:
        """Run a program in :attr:`scratch` and return what it printed. Raises ChildFailed.

        For work too heavy for the server's process and too small for a machine. The program gets a bare environment
        and its own process group, which does not outlive the stage.
        """
        for name, content in (files or {}).items():
            text = content if isinstance(content, str) else orjson.dumps(content).decode()
            async with aiofiles.open(self.scratch / name, "w") as file:
                await file.write(text)
        return await run_program(command, directory=self.scratch, timeout_seconds=timeout_seconds)

    def _gather(
        self,
        then: Target,
        message: Gathered | None,
        wait: Wait,
        count: int,
        deadline_seconds: float | None,
        cancel_rest: bool,
    ) -> Gathering:
        if deadline_seconds is not None and not 0 < deadline_seconds < float("inf"):
            raise ValueError(f"deadline_seconds is above 0, not {deadline_seconds}")
        gathering = Gathering(
            stage_name(then), message or Gathered(), wanted_of(wait, count), deadline_seconds, cancel_rest
        )
        self.effects.gatherings.append(gathering)
        return gathering

    def _check_open(self, verb: str) -> None:
        if self._closing:
            raise ValueError(f"the incident is ending: a finaliser, shutdown or compensation stage cannot {verb}")
