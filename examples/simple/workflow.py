"""The smallest workflow that does something: a message arrives, a file is made of it, the incident ends."""

from pydantic import BaseModel

from stormbell import Arrival, Incident, Opening, stage, trigger, workflow


class Greeting(BaseModel):
    """What arrives."""

    name: str = "world"


@workflow("simple", title="A greeting", test="greet")
class Simple:
    @trigger(source="greetings")
    def arrives(self, arrival: Arrival) -> Opening | None:
        return Opening(
            key=arrival.key,
            name=f"Greeting for {arrival.body['name']}",
            stage=self.greet,
            message=Greeting(name=arrival.body["name"]),
        )

    @stage(sends=("finish",))
    async def greet(self, incident: Incident, message: Greeting) -> None:
        (incident.scratch / "greeting.txt").write_text(f"Hello, {message.name}!\n")
        incident.register("greeting.txt", role="greeting")
        incident.send(self.finish, message)

    @stage
    async def finish(self, incident: Incident, message: Greeting) -> None:
        incident.headline("Greeted", message.name)
        incident.complete()
