"""What the deep ping asks the observer: does history go on."""

from functools import partial

from sqlalchemy import text

from app.kernel.node import Node
from app.modules import nodes
from app.modules.observer.settings import ObserverSettings

_AGE = text("SELECT extract(epoch FROM clock_timestamp() - max(at))::float8 FROM observer_samples")


def register(node: Node) -> None:
    """Let the deep ping look at the newest sample."""
    nodes.add_check(node, "samples", partial(_look, node))


async def _look(node: Node) -> str:
    every_seconds = node.settings.of(ObserverSettings).idle_sample_seconds
    async with node.database.connection() as connection:
        age: float | None = (await connection.execute(_AGE)).scalar_one()
    if age is None:
        return "no sample yet"
    said = f"the newest sample is {age:.0f} s old"
    if age > 3 * every_seconds:
        raise nodes.CheckFailed(f"{said}, and one is due every {every_seconds:g} s")
    return said
