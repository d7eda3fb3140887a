"""Every operation of the API, whose the things in its path are, and what it has to be sent so that it asks for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from app.main import create_app, openapi
from tests.house.isolation_rows import LATER, MARK

# What a path can name and nobody owns, or what only those name who see everything.
NOBODYS = {
    "machine_id": "machines are the house's: everybody sees them, and who may change them has a role for it",
    "host_key_id": "of a machine",
    "login_id": "of a machine",
    "maintenance_id": "of a machine",
    "software_id": "of a machine",
    "install_id": "of a machine",
    "recipe_id": "recipes are the house's: everybody sees them, administrators write them",
    "node_id": "nodes are the house's",
    "loop": "of a node",
    "workflow": "workflows are the house's",
    "name": "of a queue, a limit, a setting of a node or a workflow, all of the house",
    "scope": "of a limit",
    "alarm_id": "only operators act on alarms, and they see all; which are listed to others is shown below",
    "invitation_id": "only administrators invite, and they see every invitation",
    "user_id": "only administrators act on users; that of a group's member comes after the group, which is asked first",
    "kind": "of a source's keys: the source comes before it and is asked first",
    "path": "of a storage's files: the storage comes before it and is asked first",
    "subject_id": "with whom something is shared: the object comes before it and is asked first",
    "link": "whoever has it may read what it leads to, logged in or not: that is what it is for",
}
# Operations that answer something else than "there is no such thing" to who does not own it, and why that is right.
ANSWERED = {
    "observation_get": (200, "who may look sees who else looks: they take places of a limit all share"),
    "observation_change": (403, "everybody sees that it is there, see observation_get"),
    "observation_end": (403, "as observation_change"),
    "observation_stream": (403, "as observation_change"),
    "upload_offset": (404, "HEAD has no body to say it in"),
}
BODIES: dict[str, Any] = {
    "allocation_change": {"note": "mine now"},
    "binding_switch": {"enabled": False},
    "collection_change": {"name": "mine now"},
    "collection_put": {"dataset_ids": ["dst_" + "0" * 26]},
    "collection_take_out": {"dataset_ids": ["dst_" + "0" * 26]},
    "consent_begin": {"loopback_port": 50000},
    "credential_change": {"name": "mine now"},
    "credential_replace": {"settings": {"username": "me", "password": "mine now"}},
    "credential_sign": {"public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHUzMzU3"},
    "dataset_change": {"comment": "mine now"},
    "dataset_copy": {"storage_ids": ["sto_" + "0" * 26]},
    "delivery_push": {"items": []},
    "group_change": {"name": "mine now"},
    "group_member_set": {"manages": True},
    "identity_rename": {"name": "mine now"},
    "incident_cancel": {"reason": "not mine"},
    "incident_message_send": {"stage": "spread"},
    "incident_question_answer": {"answer": True},
    "job_batch_add": {"kind": "wait", "payloads": [{"milliseconds": 0}]},
    "observation_change": {"mode": "live"},
    "publication_make": {"kind": "page"},
    "schedule_change": {"version": 1, "name": "mine now"},
    "share_set": {"level": "view"},
    "simulation_figures_add": {"kind": "timings", "figures": {"mine": 1}},
    "source_change": {"name": "mine now"},
    "source_key_make": {"kind": "token"},
    "storage_change": {"name": "mine now"},
    "webhook_change": {"name": "mine now"},
}
# Sent as they are, with what their operation wants of a header.
BYTES = {"incident_data_add": b"x", "storage_file_put": b"x", "upload_append": b"x"}
TUS = {"Tus-Resumable": "1.0.0"}
HEADERS = {
    "upload_append": {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    "upload_offset": TUS,
    "upload_end": TUS,
}
QUERIES = {"incident_data_add": {"name": "x.txt", "type": "text/plain"}}
# Not asked as their owner: what they lead to was seeded without its bytes, or they go on until somebody leaves.
WITHOUT_BYTES = {
    "dataset_content",
    "dataset_content_head",
    "dataset_link_list",
    "dataset_preview",
    "dataset_preview_picture",
    "observation_stream",
    "profile_export_content",
    "simulation_output",
    "simulation_output_stream",
    "storage_change_list",
    "storage_file_get",
    "storage_file_head",
    "storage_file_list",
    "storage_folder_list",
}


@dataclass
class Operation:
    """One operation, with what its path and its query can name."""

    id: str
    method: str
    path: str
    names: list[str]
    query: dict[str, dict[str, Any]] = field(repr=False)
    body: Any = field(repr=False)  # the least it takes

    def at(self, ids: dict[str, str]) -> str:
        """Return the path with ``ids`` in it, and ``x`` for what they do not have."""
        path = self.path
        for name in self.names:
            path = path.replace("{" + name + "}", ids.get(name, "x"))
        return path

    def sends(self) -> dict[str, Any]:
        """Return what it is sent, for a client's request."""
        sent: dict[str, Any] = {"params": QUERIES.get(self.id, {})}
        if self.id in BYTES:
            sent["content"] = BYTES[self.id]
        elif self.method in ("POST", "PUT", "PATCH"):
            sent["json"] = BODIES.get(self.id, self.body)
        return sent


@cache  # all applications are alike, and the document takes a second to write
def operations() -> tuple[Operation, ...]:
    """Return every operation of the document."""
    return tuple(_read(openapi(create_app())))


def _read(document: dict[str, Any]) -> Iterator[Operation]:
    for written, methods in document["paths"].items():
        path = written.replace("/simulation-groups/{group_id}", "/simulation-groups/{simulation_group_id}")
        for method, described in methods.items():
            parameters = described.get("parameters", [])
            names = re.findall(r"{(\w+)}", path)
            query = {p["name"]: p for p in parameters if p["in"] == "query"}
            content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
            body = _least(document, content.get("schema", {}))
            yield Operation(described["operationId"], method.upper(), path, names, query, body)


def _least(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return the least that a schema takes: what it requires, as short and small as it may be."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _least(document, schema[choice][0])
    kind = schema.get("type", "object")
    if kind == "object":
        known = schema.get("properties", {})
        return {name: _least(document, known.get(name, {})) for name in schema.get("required", ())}
    if kind == "array":
        return [_least(document, schema.get("items", {}))] * schema.get("minItems", 0)
    if kind == "string":
        is_time = schema.get("format") == "date-time"
        return LATER.isoformat() if is_time else "x" * max(1, schema.get("minLength", 0))
    return {"integer": max(1, schema.get("minimum", 1)), "number": 1.0, "boolean": True}.get(kind)


def filters_of(op: Operation, ids: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    """Yield queries for a list: nothing, each of Ada's ids where one is asked for, and her word in every text."""
    required = {name: ids["incident_id"][0] for name, p in op.query.items() if p.get("required")}
    required |= {name: "1" for name, p in op.query.items() if p.get("required") and _is_number(p)}
    required |= {name: ids["storage_id"][0] for name in required if name.endswith("storage_id")}
    yield required
    every = [value for values in ids.values() for value in values]
    for name, parameter in op.query.items():
        if name in ("cursor", "limit") or _is_number(parameter):
            continue
        if name in ("object_id", "subject_id", "ids"):
            yield from ({**required, name: value} for value in every)
        elif name in ids:
            yield from ({**required, name: value} for value in ids[name])
        elif name in ("made_from", "series_id"):
            yield {**required, name: ids["dataset_id"][0]}
        elif name in ("owner_id", "actor"):
            yield {**required, name: "usr_ada"}
        elif _is_text(parameter):
            yield {**required, name: MARK}


def _kinds(parameter: dict[str, Any]) -> list[dict[str, Any]]:
    schema = parameter["schema"]
    found: list[dict[str, Any]] = schema.get("anyOf", [schema])
    return found


def _is_number(parameter: dict[str, Any]) -> bool:
    return any(kind.get("type") in ("integer", "number") for kind in _kinds(parameter))


def _is_text(parameter: dict[str, Any]) -> bool:
    return any(kind.get("type") == "string" and not {"enum", "format"} & set(kind) for kind in _kinds(parameter))
