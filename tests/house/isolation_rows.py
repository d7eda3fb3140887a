"""One row of Ada's in every table that row-level security guards, with a word in its texts that nobody else may read.

A column that has to be filled is filled by its type, a foreign key with the row that was made in the table it leads to;
``SAYS`` has what types do not tell. A new guarded table is in it by itself, or fails here until it is told how.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Table, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.kernel.bus import publish
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.tables import Base
from app.modules.workflows.events import IncidentOpened

ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
OLGA = Principal(user_id="usr_olga", name="Olga", role=Role.OPERATOR)
MARK = "quillfeather"  # in the name of everything of Ada's
LATER = datetime.now(UTC) + timedelta(days=30)
DIGEST = "0" * 64

GUARDED = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p') AND NOT relispartition")
# Seeded although nothing guards it in the database: its operations ask whose it is.
BESIDES = ("observations",)
# What has no id of another table, no text and no default, or may not be what its type suggests.
SAYS: dict[str, dict[str, Any]] = {
    "account_exports": {"state": "ready", "bytes": 1, "sha256": DIGEST, "expires_at": LATER},
    "alarms": {"priority": "low", "subject_id": "@incidents"},
    "allocation_entries": {"state": "reserved", "user_id": ADA.user_id},
    "allocations": {"subject_kind": "user", "subject_id": ADA.user_id, "resource": "leases", "note": MARK},
    "applications": {"definition": {"command": ["true"]}},
    "bindings": {"target": "open", "workflow": "w"},
    "credentials": {"kind": "basic", "public": {"username": MARK}},
    "dataset_inputs": {"input_id": "@@datasets"},
    "dataset_links": {"expires_at": LATER, "note": MARK},
    "datasets": {"media_type": "text/plain", "sha256": DIGEST, "blake3": DIGEST},
    "deliveries": {"state": "delivered", "title": MARK, "body": MARK.encode(), "bytes": len(MARK)},
    "events": {"type": "incident.opened", "subject_id": "@incidents", "incident_id": "@incidents"},
    "finished_jobs": {
        "state": "failed",
        "kind": "wait",
        "queue": "default",
        "payload": {"note": MARK},
        "number": 2**50,
    },
    "gather_members": {"member_id": "@simulations"},
    "groups": {"name": "Everybody knows what groups are called"},
    "group_members": {"manages": True},
    "incidents": {"state": "active"},
    "job_attempts": {"job_id": "@finished_jobs", "outcome": "failed", "error": MARK},
    "job_progress": {"job_id": "@jobs", "message": MARK},
    # Not due, so that no node takes it while a test looks at it.
    "jobs": {"kind": "wait", "queue": "default", "payload": {"note": MARK}, "run_at": LATER},
    "login_history": {"outcome": "succeeded", "user_id": ADA.user_id, "user_agent": MARK},
    "observations": {"mode": "manual", "user_id": ADA.user_id, "node_id": "elsewhere"},
    "passkeys": {"transports": []},
    "publications": {"kind": "alert", "document": MARK},
    "replicas": {"path": MARK},
    "schedule_runs": {"schedule_id": "@schedules", "target_at": LATER},
    "schedules": {"kind": "wait", "payload": {"note": MARK}, "interval_seconds": 3600.0, "enabled": False},
    "sessions": {"expires_at": LATER, "user_agent": MARK},
    # With a third person: what is somebody's and shared with one is not there for another.
    "shares": {"object_id": "@datasets", "subject_id": "usr_cleo", "level": "act", "shared_by": ADA.user_id},
    "simulation_groups": {"kind": "instances"},
    "simulation_states": {"state": "succeeded", "text": MARK},
    "simulations": {
        "incident_id": "@incidents",
        "spec": {"command": ["true"], "resources": {"walltime_seconds": 1, "cores": 1}},
        "state": "succeeded",
        "finished_at": datetime.now(UTC),
    },
    "sources": {"driver": "push"},
    "source_checks": {"every_seconds": 10.0**7},
    "storage_checks": {"state": "refused", "error": MARK},
    "storages": {"driver": "local", "node_name": "elsewhere", "enabled": False},
    "tokens": {"scopes": ["*"]},
    "transfers": {"kind": "copy", "state": "failed", "dataset_id": "@datasets", "source_path": MARK},
    "uploads": {"node_name": "elsewhere", "expires_at": LATER},
    "webhook_deliveries": {"state": "failed", "error": MARK, "body": b"{}", "subject_ids": []},
    "webhooks": {"url": f"https://example.org/{MARK}", "enabled": False},
}
# What a path calls the id of a row, where that is not the table's own name.
NAMES = {
    "account_exports": "export_id",
    "bindings": "binding_id",
    "dataset_links": "link_id",
    "deliveries": "delivery_id",
    "job_batches": "batch_id",
    "linked_identities": "identity_id",
    "webhook_deliveries": "message_id",
}
# Also found under another's name.
ALSO = {"identity_id": "passkeys", "job_id": "finished_jobs"}


@dataclass(frozen=True)
class Row:
    """One seeded row, as it was inserted."""

    table: Table
    values: Mapping[str, Any]

    @property
    def key(self) -> dict[str, Any]:
        """Return what finds it."""
        return {column.name: self.values[column.name] for column in self.table.primary_key.columns}

    @property
    def where(self) -> str:
        """Return the condition that finds it, with the key's columns as parameters."""
        return " AND ".join(f'"{name}" = :{name}' for name in self.key)


async def seed(node: Node) -> dict[str, Row]:
    """Fill every guarded table; return its row by the table's name."""
    rows: dict[str, Row] = {}
    async with node.database.transaction() as session:
        guarded = set((await session.scalars(GUARDED)).all()) | set(BESIDES)
        for person in (ADA, BEN, OLGA):
            await session.execute(
                text("INSERT INTO users (id, email, name, role) VALUES (:id, :id || '@example.org', :name, :role)"),
                {"id": person.user_id, "name": person.name, "role": person.role.label},
            )
        other_id = new_id("dst")
        await session.execute(
            Base.metadata.tables["datasets"].insert(),
            {"id": other_id, "name": f"{MARK} 2", "bytes": 1, "owner_id": ADA.user_id, **SAYS["datasets"]},
        )
        for table in _in_order(guarded):
            values = _filled(table, rows, other_id)
            result = await session.execute(table.insert().returning(*table.primary_key.columns), values)
            rows[table.name] = Row(table, values | dict(result.mappings().one()))
        publish(
            session,
            IncidentOpened(
                subject_id=rows["incidents"].values["id"],
                incident_id=rows["incidents"].values["id"],
                name=MARK,
                workflow="w",
                version="1",
            ),
        )
    return rows


def ids_of(rows: Mapping[str, Row]) -> dict[str, list[str]]:
    """Return Ada's ids by the name a path has for them."""
    found: dict[str, list[str]] = {}
    for table, row in rows.items():
        if isinstance(value := row.values.get("id"), str):
            found.setdefault(NAMES.get(table, f"{table.removesuffix('s')}_id"), []).append(value)
    for name, table in ALSO.items():
        found[name].append(rows[table].values["id"])
    return found


def _in_order(names: set[str]) -> list[Table]:
    """Return tables so that what another leads to comes before it, by foreign key or by ``SAYS``."""
    tables = {table.name: table for table in Base.metadata.sorted_tables if table.name in names}
    assert set(tables) == names, names - set(tables)
    ordered: list[Table] = []

    def add(table: Table) -> None:
        if table in ordered:
            return
        said = SAYS.get(table.name, {}).values()
        for name in [value[1:] for value in said if isinstance(value, str) and value.startswith("@")]:
            if name in tables and tables[name] is not table:
                add(tables[name])
        for key in table.foreign_keys:
            if key.column.table.name in tables and key.column.table is not table:
                add(key.column.table)
        ordered.append(table)

    for table in tables.values():
        add(table)
    return ordered


def _filled(table: Table, rows: Mapping[str, Row], other_id: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    said = SAYS.get(table.name, {})
    for column in table.columns:
        leads_to = next((key.column.table.name for key in column.foreign_keys), None)
        if column.name in said:
            value = said[column.name]
            if value == "@@datasets":
                value = other_id
            elif isinstance(value, str) and value.startswith("@"):
                value = rows[value[1:]].values["id"]
            values[column.name] = value
        elif column.name == "owner_id" or (column.name == "user_id" and not column.nullable):
            values[column.name] = ADA.user_id
        elif column.nullable or column.server_default is not None or column.identity is not None:
            continue
        elif leads_to is not None and leads_to in rows:
            values[column.name] = rows[leads_to].values["id"]
        else:
            values[column.name] = _of_type(table, column)
    return values


def _of_type(table: Table, column: Column[Any]) -> Any:
    if column.name == "id" and column.primary_key:
        kind = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)
        return new_id(getattr(kind, "id_prefix", None) or table.name[:3])
    if "sha256" in column.name and column.type.python_type is bytes:
        return bytes(32)
    if isinstance(column.type, JSONB):
        return {}
    if isinstance(column.type, ARRAY):
        return []
    kinds: dict[type, Any] = {
        str: MARK,
        bytes: MARK.encode(),
        int: 1,
        float: 1.0,
        bool: False,
        datetime: datetime.now(UTC),
        Decimal: Decimal(10),
    }
    return kinds[column.type.python_type]
