"""An OpenTelemetry collector, or any log store that takes OTLP/HTTP.

OTLP 1.7, JSON encoding (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP"); field names as in logs/v1/logs.proto. A block
of a segment is one request. One that was accepted while the answer was lost is sent again: each record carries a
``log.record.uid`` by which it is known.
"""

import asyncio
import os
import re
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, Field

from app.kernel.http import GuardedClient
from app.kernel.redaction import register_secret
from app.kernel.version import VERSION
from app.modules.logging.errors import SinkRefused
from app.modules.logging.index import Index
from app.modules.logging.sink import Parcel, Reached, Reading, ReadsBack

log = structlog.get_logger(__name__)

# As the OpenTelemetry logs data model counts them (Field: SeverityNumber).
SEVERITIES = {"debug": 5, "info": 9, "warning": 13, "error": 17, "critical": 21}
_TRACE_ID = re.compile("[0-9a-f]{32}")
_FIELDS = ("request_id", "job_id", "incident_id", "simulation_id", "stage", "module")


class Settings(BaseModel):
    """Where the records go."""

    model_config = ConfigDict(extra="forbid")

    endpoint: str = Field(description="URL that takes logs, such as http://collector:4318/v1/logs")
    headers_file: Path | None = Field(None, description="File with a header a line, such as Authorization: Bearer …")
    timeout_seconds: float = Field(10.0, gt=0, le=120, description="For one request")


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    if not settings.endpoint.startswith(("http://", "https://")):
        return "endpoint has to begin with http:// or https://"
    try:
        await asyncio.to_thread(_headers, settings.headers_file)
    except (OSError, ValueError) as error:
        return f"{settings.headers_file} cannot be read: {error}"
    return None


class Sink:
    """Sends records to a collector."""

    reads_back: ClassVar[ReadsBack] = "no"

    def __init__(self, settings: Settings, http: GuardedClient) -> None:
        self._settings = settings
        self._http = http

    async def ship(self, parcel: Parcel, start: int, reached: Reached) -> str:
        """Send block after block, from the first that was not accepted. Raises SinkRefused (502)."""
        headers = await asyncio.to_thread(_headers, self._settings.headers_file)
        headers |= {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        index = await asyncio.to_thread(Index, parcel.index_path)
        for number in range(start, index.header.blocks):
            body = await asyncio.to_thread(_request_of, parcel, index, number)
            answer = await self._http.request(
                "POST",
                self._settings.endpoint,
                headers=headers,
                content=body,
                max_bytes=64 * 1024,
                timeout_seconds=self._settings.timeout_seconds,
            )
            if answer.status != 200:
                raise SinkRefused(
                    f"the collector answers {answer.status}: {answer.body[:200].decode(errors='replace')}"
                )
            partial = _answer(answer.body).get("partialSuccess") or {}
            if int(partial.get("rejectedLogRecords") or 0):
                # Not sent again: the collector has the others, and it would refuse these once more (OTLP 1.5, partial
                # success).
                why = str(partial.get("errorMessage") or "without a word")[:300]
                log.warning("the collector rejected log records", segment=parcel.stem, block=number, why=why)
            await reached(number + 1)
        return parcel.sha256

    async def reading(self) -> Reading:
        """Say that records are not read back: OTLP only takes them. Raises SinkRefused (502)."""
        raise SinkRefused("a collector does not give records back")

    async def remove(self, node: str, stem: str) -> None:
        """Leave it to the collector's own retention."""


def _headers(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    found = {}
    for line in path.read_text().splitlines():
        if line.strip():
            name, colon, value = line.partition(":")
            if not colon:
                raise ValueError("a line without a colon")
            found[name.strip()] = value.strip()
            register_secret(value.strip().removeprefix("Bearer ").strip())
    return found


def _answer(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError:
        return {}  # protobuf of an empty message, from collectors that answer so; the status says it was taken
    return answer if isinstance(answer, dict) else {}


def _request_of(parcel: Parcel, index: Index, number: int) -> bytes:
    block = index.block(number)
    with parcel.path.open("rb") as file:
        lines = zlib.decompress(os.pread(file.fileno(), block.packed_bytes, block.packed_offset), 31)
    records = []
    offset = block.raw_offset
    for line in lines.split(b"\n"):
        if line:
            records.append(_record_of(line, f"{parcel.stem}:{offset}"))
        offset += len(line) + 1
    resource = {"service.name": "stormbell", "service.instance.id": parcel.boot_id, "host.name": parcel.node}
    scope = {"name": "stormbell", "version": VERSION}
    sent = {"scope": scope, "logRecords": [record for record in records if record is not None]}
    body = {"resourceLogs": [{"resource": {"attributes": _attributes(resource)}, "scopeLogs": [sent]}]}
    member = zlib.compressobj(3, zlib.DEFLATED, 31)
    return member.compress(orjson.dumps(body)) + member.flush()


def _record_of(line: bytes, uid: str) -> dict[str, Any] | None:
    try:
        record = orjson.loads(line)
        at = datetime.fromisoformat(record["at"])
        nanoseconds = (int(at.replace(tzinfo=at.tzinfo or UTC).timestamp()) * 1_000_000 + at.microsecond) * 1_000
        level, message, data = record["level"], record["message"], record.get("data", {})
        attributes = {name: record[name] for name in _FIELDS if record.get(name)} | dict(data)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None  # a line of another make
    trace_id = attributes.pop("trace_id", None)
    return {
        **({"traceId": trace_id} if isinstance(trace_id, str) and _TRACE_ID.fullmatch(trace_id) else {}),
        "timeUnixNano": str(nanoseconds),
        "observedTimeUnixNano": str(nanoseconds),
        "severityNumber": SEVERITIES.get(level, 0),
        "severityText": level,
        "body": {"stringValue": message},
        "attributes": _attributes(attributes | {"log.record.uid": uid}),
    }


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"stringValue": orjson.dumps(value).decode()}
