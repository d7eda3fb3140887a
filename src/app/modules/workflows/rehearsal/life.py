"""One incident of a rehearsal: what a test does to it, and what it looks at."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from app.kernel.ids import new_id
from app.modules.workflows.authoring import stage_name
from app.modules.workflows.definitions import Definition
from app.modules.workflows.effects import Sent
from app.modules.workflows.incidents import check_parameters
from app.modules.workflows.messages import Answered, Headline, ManualData, SimulationRequest
from app.modules.workflows.rehearsal import ending, running
from app.modules.workflows.rehearsal.records import Dataset, Gather, Question, StageRun
from app.modules.workflows.sending import check_message, stage_of

if TYPE_CHECKING:
    from app.modules.workflows.rehearsal.world import World

OPEN = ("active", "completing")


class Rehearsal:
    """An incident in memory. ``outcome`` is its state among incidents, ``state`` what its workflow keeps.

    Verbs tell it something from outside; nothing runs before :meth:`run`.
    """

    def __init__(
        self,
        world: "World",
        definition: Definition,
        *,
        name: str = "rehearsal",
        key: str | None = None,
        parameters: BaseModel | dict[str, Any] | None = None,
        urgency: str | None = None,
        exercise: bool = False,
        area: dict[str, Any] | None = None,
        incident_id: str | None = None,
        parent: "Rehearsal | None" = None,
        parent_gather: Gather | None = None,
    ) -> None:
        given = parameters.model_dump(mode="json") if isinstance(parameters, BaseModel) else parameters or {}
        self.parameters = check_parameters(definition, given)
        self.world, self.definition = world, definition
        self.id = incident_id or new_id("inc")
        self.name, self.key, self.area, self.exercise = name, key, area, exercise
        self.workflow = definition.spec.name
        self.urgency = urgency or definition.spec.urgency
        self.outcome = "active"
        self.ending: dict[str, Any] | None = None
        self.comment: str | None = None
        self.headline: Headline | None = None
        self.waiting: str | None = None
        self.state: Any = definition.spec.state()
        self.stages: list[StageRun] = []
        self.gathers: list[Gather] = []
        self.questions: list[Question] = []
        self.simulations: dict[str, tuple[SimulationRequest, str]] = {}
        self.datasets: list[Dataset] = []
        self.parent, self.parent_gather = parent, parent_gather
        self.opened_at = world.now
        self.deadline_at = world.now
        world.incidents.append(self)
        ending.extend(self, definition.spec.duration_seconds)

    def __repr__(self) -> str:
        went = ", ".join(f"{s.name} {s.state}" + (f" ({s.error})" if s.error else "") for s in self.stages)
        return f"<{self.workflow} {self.outcome}{f' ({self.comment})' if self.comment else ''}: {went or 'no stage'}>"

    @property
    def is_open(self) -> bool:
        """Say whether it may still be told something."""
        return self.outcome in OPEN

    @property
    def errors(self) -> list[str]:
        """Return why attempts failed, in order."""
        return [f"{stage.name}: {error}" for stage in self.stages for error in stage.errors]

    @property
    def path(self) -> list[str]:
        """Return the names of the stages that ended well, in the order of their ends."""
        done = [s for s in self.stages if s.state == "succeeded" and s.finished_at is not None]
        return [s.name for s in sorted(done, key=lambda s: s.number)]

    @property
    def children(self) -> list["Rehearsal"]:
        """Return the incidents it opened."""
        return [i for i in self.world.incidents if i.parent is self]

    def run(self, seconds: float | None = None) -> "Rehearsal":
        """Run its world until there is nothing left to do but to wait for something from outside, or for ``seconds``.

        Returns itself. Raises EndlessRun.
        """
        self.world.run(seconds)
        return self

    def send(self, stage: str | Callable[..., Any], message: BaseModel | dict[str, Any]) -> StageRun:
        """Send a message from outside. Raises StageUnknown, MessageInvalid, and ValueError when it has ended."""
        return self.post(stage_name(stage), message, originator="usr_rehearsal")

    def give(self, content: Any, *, name: str = "data", type: str | None = None, comment: str | None = None) -> Dataset:  # noqa: A002 - as people call it
        """Give it a file (bytes, text, a path, or what becomes JSON), as a person does while it runs."""
        taker = self.definition.spec.manual_data
        if taker is None:
            raise ValueError(f"workflow {self.workflow} names no manual_data stage")
        dataset = self.world.keep(name, content, type)
        self.datasets.append(dataset)
        self.send(taker, ManualData(dataset=dataset.id, name=name, type=type, comment=comment, sender="usr_rehearsal"))
        return dataset

    def answer(self, answer: Any, *, question: str | None = None, by: str = "usr_rehearsal") -> None:
        """Answer the oldest open question, or the oldest whose text has ``question`` in it.

        Raises ValueError when there is none, MessageInvalid when the answer does not fit the stage it leads to.
        """
        found = [q for q in self.questions if q.state == "asked" and (question or "") in q.text]
        if not found:
            raise ValueError(f"nothing is asked; questions: {[f'{q.text} ({q.state})' for q in self.questions]}")
        given = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
        running.check_form(found[0], given)
        message = Answered(question_id=found[0].id, question=found[0].text, answer=given, answered_by=by)
        self.post(
            found[0].asked.then, message.model_dump(mode="json"), originator=found[0].id,
            urgency=found[0].asker.urgency,
        )  # fmt: skip
        found[0].state, found[0].answer, found[0].answered_by = "answered", given, by

    def cancel(self, reason: str = "cancelled by the rehearsal") -> None:
        """Cancel it as a person does: its shutdown stage, when it names one, comes first."""
        ending.cancel(self, reason)

    def sent(self, stage: str | Callable[..., Any]) -> list[Any]:
        """Return the messages sent to a stage, in order."""
        spec = stage_of(self.definition, stage_name(stage))
        return [spec.message.model_validate(s.message) for s in self.stages if s.name == spec.name]

    def dataset(self, name: str) -> Dataset:
        """Return the newest data set of a name. Raises KeyError naming those there are."""
        found = [d for d in self.datasets if d.name == name]
        if not found:
            raise KeyError(f"there is no data set {name!r}; there are: {sorted({d.name for d in self.datasets})}")
        return found[-1]

    def post(
        self,
        stage: str,
        message: BaseModel | dict[str, Any],
        *,
        originator: str,
        sent: Sent | None = None,
        urgency: str | None = None,
        gather: Gather | None = None,
    ) -> StageRun:
        """Write a message down for a stage; the rehearsal's own way in."""
        if not self.is_open or (self.ending or {}).get("closing"):
            raise ValueError(f"{self.name} is {self.outcome}" + (f": {self.comment}" if self.comment else ""))
        spec = stage_of(self.definition, stage)
        content = check_message(spec, message)
        seconds = 0.0
        if sent is not None:
            seconds = sent.delay_seconds
            if sent.at is not None:
                seconds = max(0.0, (sent.at - self.world.now).total_seconds())
        row = StageRun(
            id=new_id("stg"),
            name=spec.name,
            message=content,
            originator=originator,
            sent_at=self.world.now,
            due_at=running.after(self, seconds) if seconds else None,
            urgency=(sent.urgency if sent else None) or urgency or self.urgency,
            label=sent.label if sent else None,
            max_attempts=spec.max_attempts,
            gather=gather,
        )
        self.stages.append(row)
        running.enqueue(self, row, seconds)
        return row
