"""Where data sets came from, as a graph, as W3C PROV-JSON and as the metadata of an RO-Crate."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules.data.finding import get
from app.modules.data.lineage import Told, told_of
from app.modules.data.models import Dataset, DatasetInput
from app.modules.data.origins import shown

MOST_NODES = 2000
_DEEDS = ("simulation", "stage", "incident")


class GraphNode(BaseModel):
    """A thing or a deed."""

    id: str
    kind: Literal["dataset", "simulation", "stage", "incident", "delivery", "source", "origin", "person"]
    label: str
    dataset: dict[str, Any] | None = None


class GraphEdge(BaseModel):
    """``source`` made, or was used for, ``target``; the words are those of PROV, read from the later to the earlier."""

    source: str
    target: str
    relation: Literal["wasDerivedFrom", "wasGeneratedBy", "used", "wasAttributedTo", "wasInformedBy", "wasRevisionOf"]


class Graph(BaseModel):
    """What leads to a data set and what was made of it. ``complete`` is false when it goes on beyond what is shown."""

    root: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    complete: bool


async def graph_of(session: AsyncSession, node: Node, dataset_id: str, depth: int) -> Graph:
    """Return the graph around a data set, so many steps up and down. Raises DatasetNotFound (404).

    From the stages that made them it goes on to the deliveries and their sources. What the session's caller may not see
    is left out.
    """
    root = await get(session, dataset_id)
    found = {root.id: root}
    pairs: set[tuple[str, str]] = set()
    complete = True
    for column, other in (
        (DatasetInput.dataset_id, DatasetInput.input_id),
        (DatasetInput.input_id, DatasetInput.dataset_id),
    ):
        frontier = {root.id}
        for _ in range(depth):
            if not frontier:
                break
            steps = select(DatasetInput.dataset_id, DatasetInput.input_id).where(column.in_(frontier))
            some = [(one, two) for one, two in await session.execute(steps.limit(MOST_NODES + 1))]
            pairs.update(some)
            place = 1 if other is DatasetInput.input_id else 0
            wanted = {pair[place] for pair in some} - found.keys()
            if len(found) + len(wanted) > MOST_NODES:
                complete, wanted = False, set()
            rows = (await session.scalars(select(Dataset).where(Dataset.id.in_(wanted)))).all() if wanted else []
            found |= {row.id: row for row in rows}
            frontier = {row.id for row in rows}
        else:
            complete = complete and not frontier
    versions = await session.scalars(select(Dataset).where(Dataset.series_id == root.series_id).limit(MOST_NODES))
    found |= {row.id: row for row in versions}
    makers = {one for row in found.values() for one in (row.stage_id, row.incident_id) if one is not None}
    told = await told_of(node, session, makers, MOST_NODES)
    asked = select(Dataset.id, Dataset.origin).where(Dataset.id.in_(found), Dataset.origin.is_not(None))
    origins = {row.id: row.origin for row in await session.execute(asked)}
    return _graph(root, found, pairs, told, origins, complete)


def _graph(
    root: Dataset,
    found: dict[str, Dataset],
    pairs: Iterable[tuple[str, str]],
    told: Told,
    origins: dict[str, dict[str, Any] | None],
    complete: bool,
) -> Graph:
    nodes: dict[str, GraphNode] = {}
    edges: dict[tuple[str, str, str], GraphEdge] = {}

    def node(id_: str, kind: Any, label: str, dataset: dict[str, Any] | None = None) -> None:
        nodes.setdefault(id_, GraphNode(id=id_, kind=kind, label=label, dataset=dataset))

    def edge(later: str, relation: Any, earlier: str) -> None:
        edges.setdefault((later, relation, earlier), GraphEdge(source=later, target=earlier, relation=relation))

    for thing in told.things:
        node(thing.id, thing.kind, thing.label)
    for step in told.steps:
        if step.earlier in nodes and step.later in nodes:
            edge(step.later, step.relation, step.earlier)
    newest: dict[str, Dataset] = {}
    for row in sorted(found.values(), key=lambda one: (one.series_id, one.version)):
        node(row.id, "dataset", row.name, _facts(row))
        maker = row.simulation_id or row.stage_id
        if row.simulation_id is not None:
            node(row.simulation_id, "simulation", f"simulation on {row.machine or 'a machine'}")
            edge(row.id, "wasGeneratedBy", row.simulation_id)
        if row.stage_id is not None:
            node(row.stage_id, "stage", f"stage {row.stage or ''}".strip())
            edge(
                *((row.simulation_id, "wasInformedBy") if row.simulation_id else (row.id, "wasGeneratedBy")),
                row.stage_id,
            )
        if row.incident_id is not None:
            node(row.incident_id, "incident", "incident")
            edge(*((maker, "wasInformedBy") if maker else (row.id, "wasGeneratedBy")), row.incident_id)
        if (origin := shown(origins.get(row.id))) is not None:
            # Two data sets of one address, or one query, come from the same.
            text = str(origin.get("url") or origin.get("sql"))
            asked_of = f"{origin.get('storage_id')} {text}"
            place = "org_" + hashlib.sha256(asked_of.encode()).hexdigest()[:26]
            node(place, "origin", text[:300])
            edge(row.id, "wasDerivedFrom", place)
        node(row.owner_id, "person", row.owner_id)
        edge(row.id, "wasAttributedTo", row.owner_id)
        if (before := newest.get(row.series_id)) is not None:
            edge(row.id, "wasRevisionOf", before.id)
        newest[row.series_id] = row
    for later, earlier in pairs:
        if later in found and earlier in found:
            edge(later, "wasDerivedFrom", earlier)
            maker = found[later].simulation_id or found[later].stage_id
            if maker is not None:
                edge(maker, "used", earlier)
    return Graph(root=root.id, nodes=list(nodes.values()), edges=list(edges.values()), complete=complete)


def prov_json(graph: Graph) -> dict[str, Any]:
    """Return a graph as PROV-JSON (W3C member submission, 24 April 2013)."""
    document: dict[str, Any] = {"prefix": {"stormbell": "urn:stormbell:", "xsd": "http://www.w3.org/2001/XMLSchema#"}}
    kinds = {
        **dict.fromkeys(("dataset", "delivery", "origin"), "entity"),
        **dict.fromkeys(_DEEDS, "activity"),
    }
    for one in graph.nodes:
        about: dict[str, Any] = {"prov:label": one.label, "prov:type": f"stormbell:{one.kind}"}
        if one.dataset is not None:
            about |= {f"stormbell:{name}": value for name, value in one.dataset.items() if value is not None}
        document.setdefault(kinds.get(one.kind, "agent"), {})[_name(one.id)] = about
    ends = {
        "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
        "wasRevisionOf": ("prov:generatedEntity", "prov:usedEntity"),
        "wasGeneratedBy": ("prov:entity", "prov:activity"),
        "used": ("prov:activity", "prov:entity"),
        "wasAttributedTo": ("prov:entity", "prov:agent"),
        "wasInformedBy": ("prov:informed", "prov:informant"),
    }
    for number, link in enumerate(graph.edges):
        later, earlier = ends[link.relation]
        said = {later: _name(link.source), earlier: _name(link.target)}
        if link.relation == "wasRevisionOf":
            said["prov:type"] = "prov:Revision"
        relation = "wasDerivedFrom" if link.relation == "wasRevisionOf" else link.relation
        document.setdefault(relation, {})[f"_:r{number}"] = said
    return document


def ro_crate(graph: Graph) -> dict[str, Any]:
    """Return a graph as the ``ro-crate-metadata.json`` of an RO-Crate 1.1."""
    files = [one for one in graph.nodes if one.dataset is not None]
    root = next(one for one in files if one.id == graph.root)
    things: list[dict[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": root.label,
            "description": f"{root.label} and what it was made from",
            "datePublished": datetime.now(UTC).date().isoformat(),
            "license": "not stated",
            "hasPart": [{"@id": _file(one)} for one in files],
            "mentions": [
                {"@id": f"#{one.id}"} for one in graph.nodes if one.kind in ("simulation", "stage", "incident")
            ],
        },
    ]
    names = {one.id: _file(one) for one in files}
    for one in graph.nodes:
        if one.dataset is not None:
            facts = one.dataset
            made_by = [e.target for e in graph.edges if e.source == one.id and e.relation == "wasAttributedTo"]
            things.append(
                {
                    "@id": names[one.id],
                    "@type": "File",
                    "name": one.label,
                    "identifier": one.id,
                    "encodingFormat": facts["media_type"],
                    "contentSize": str(facts["bytes"]),
                    "sha256": facts["sha256"],
                    "dateCreated": facts["created_at"],
                    "author": [{"@id": f"#{person}"} for person in made_by],
                    **({"isBasedOn": based} if (based := _based_on(graph, one, names)) else {}),
                    **({"description": facts["comment"]} if facts.get("comment") else {}),
                    **({"keywords": ", ".join(facts["tags"])} if facts.get("tags") else {}),
                }
            )
        elif one.kind in ("person", "source"):
            kind = "Person" if one.kind == "person" else "Organization"
            things.append({"@id": f"#{one.id}", "@type": kind, "name": one.label})
        elif one.kind in ("delivery", "origin"):
            by = [e.target for e in graph.edges if e.source == one.id and e.relation == "wasAttributedTo"]
            given = {"provider": [{"@id": f"#{i}"} for i in by]} if by else {}
            things.append({"@id": f"#{one.id}", "@type": "CreativeWork", "name": one.label, **given})
        elif one.kind in _DEEDS:
            used = [e.target for e in graph.edges if e.source == one.id and e.relation == "used"]
            made = [e.source for e in graph.edges if e.target == one.id and e.relation == "wasGeneratedBy"]
            things.append(
                {
                    "@id": f"#{one.id}",
                    "@type": "CreateAction",
                    "name": one.label,
                    "object": [{"@id": names.get(i, f"#{i}")} for i in used],
                    "result": [{"@id": names[i]} for i in made if i in names],
                }
            )
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": things}


def _based_on(graph: Graph, one: GraphNode, names: dict[str, str]) -> list[dict[str, str]]:
    later = ("wasDerivedFrom", "wasRevisionOf")
    earlier = [e.target for e in graph.edges if e.source == one.id and e.relation in later]
    return [{"@id": names.get(i, f"#{i}")} for i in earlier]


def _facts(row: Dataset) -> dict[str, Any]:
    return {
        "media_type": row.media_type,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "role": row.role,
        "comment": row.comment,
        "tags": row.tags,
        "version": row.version,
        "created_at": row.created_at.isoformat(),
        "deleted": True if row.deleted_at is not None else None,
    }


def _file(one: GraphNode) -> str:
    return f"{one.id}/{one.label.rpartition('/')[2]}"


def _name(id_: str) -> str:
    return f"stormbell:{id_}"
