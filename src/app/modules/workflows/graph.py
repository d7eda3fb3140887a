"""The graph an incident took, with seconds per stage, and the one a workflow says it takes; as data."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import simulation
from app.modules.workflows import incidents
from app.modules.workflows.definitions import Definition
from app.modules.workflows.models import Gather, StageRow

NodeKind = Literal["stage", "simulations", "outside"]
OUTSIDE = "outside"
# Of several runs a node shows the state that says most: what goes wrong, then what is under way.
_WORST = ("failed", "timed_out", "lost", "running", "completing", "queued", "created", "cancelled", "succeeded")


class GraphNode(BaseModel):
    """A stage, a stage's simulations, or the outside a message came from."""

    id: str
    kind: NodeKind
    title: str = Field(description="The label its messages carry, else its name")
    state: str | None = Field(default=None, description="Of its runs, the one that says most")
    count: int = Field(default=0, description="How often it ran")
    seconds: float = Field(default=0, description="All its runs together")
    attempts: int = 0


class GraphEdge(BaseModel):
    """Messages from one to another."""

    begin: str
    end: str
    count: int = 0


class GraphView(BaseModel):
    """Who sent to whom."""

    name: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]


def planned(definition: Definition) -> GraphView:
    """Return the graph a workflow's stages say they take."""
    spec = definition.spec
    return GraphView(
        name=f"{spec.name} {definition.version}",
        nodes=[GraphNode(id=name, kind="stage", title=name) for name in spec.stages],
        edges=[GraphEdge(begin=name, end=to) for name, stage in spec.stages.items() for to in stage.sends],
    )


async def taken(session: AsyncSession, incident_id: str) -> GraphView:
    """Return the graph an incident took so far. Raises IncidentNotFound (404)."""
    incident = await incidents.get(session, incident_id)
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    rows = (
        await session.scalars(select(StageRow).where(StageRow.incident_id == incident_id).order_by(StageRow.id))
    ).all()
    title_of = {row.id: row.label or row.name for row in rows}
    nodes: dict[str, GraphNode] = {}
    edges: Counter[tuple[str, str]] = Counter()
    states: dict[str, set[str]] = defaultdict(set)

    def count(
        node_id: str, kind: NodeKind, title: str, state: str, begin: datetime | None, end: datetime | None
    ) -> None:
        node = nodes.setdefault(node_id, GraphNode(id=node_id, kind=kind, title=title))
        node.count += 1
        node.seconds += max(0.0, ((end or now) - begin).total_seconds()) if begin is not None else 0.0
        states[node_id].add(state)

    gathers = await session.execute(
        select(Gather.stage_id, Gather.sent_stage_id).where(Gather.incident_id == incident_id)
    )
    after = {sent: made for made, sent in gathers if sent is not None}
    runs = await simulation.list_of_incident(session, incident_id)
    with_runs = {run.stage_id for run in runs if run.stage_id is not None}
    for row in rows:
        title = title_of[row.id]
        count(title, "stage", title, row.state, row.started_at, row.finished_at)
        nodes[title].attempts += row.attempt
        if after.get(row.id) in with_runs:
            edges[f"simulations of {title_of[after[row.id]]}", title] += 1
        elif row.originator in title_of:
            edges[title_of[row.originator], title] += 1
        else:
            nodes.setdefault(OUTSIDE, GraphNode(id=OUTSIDE, kind="outside", title="from outside"))
            edges[OUTSIDE, title] += 1
    for run in runs:
        stage = title_of.get(run.stage_id or "", run.stage or OUTSIDE)
        node_id = f"simulations of {stage}"
        count(node_id, "simulations", node_id, run.state, run.started_at, run.finished_at)
        edges[stage, node_id] += 1
    for node_id, found in states.items():
        nodes[node_id].state = next((state for state in _WORST if state in found), None)
        nodes[node_id].seconds = round(nodes[node_id].seconds, 3)
    return GraphView(
        name=incident.name,
        nodes=list(nodes.values()),
        edges=[GraphEdge(begin=begin, end=end, count=n) for (begin, end), n in edges.items() if begin in nodes],
    )
