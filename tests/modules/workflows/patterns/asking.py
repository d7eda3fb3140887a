"""People decide: a question with a form, and what happens when nobody answers."""

from pydantic import BaseModel

from stormbell import Answered, Incident, stage, workflow


class Go(BaseModel):
    patience_seconds: float | None = None


class Verdict(BaseModel):
    publish: bool
    why: str = ""


class Decision(Answered):
    answer: Verdict | None = None


@workflow("asking")
class Asking:
    @stage(sends=("decided", "nobody"))
    async def begin(self, incident: Incident, message: Go) -> None:
        incident.ask(
            "Publish the map?", then=self.decided, form=Verdict, deadline_seconds=message.patience_seconds,
            otherwise=self.nobody,
        )  # fmt: skip

    @stage
    async def decided(self, incident: Incident, message: Decision) -> None:
        assert message.answer is not None
        incident.complete(f"published: {message.answer.publish}, {message.answer.why}")

    @stage
    async def nobody(self, incident: Incident, message: Answered) -> None:
        incident.fail("nobody answered")
