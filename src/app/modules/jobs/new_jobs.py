"""A job that is to be inserted: one tuple, however it comes in, checked before anything is asked of the database."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from app.kernel import tracing
from app.kernel.errors import items_of
from app.kernel.ids import new_id
from app.modules.jobs.errors import JobOptionInvalid, JobPayloadInvalid, JobPayloadTooLarge, QueueDraining
from app.modules.jobs.kinds import registered
from app.modules.jobs.policies import Policies
from app.modules.jobs.verdicts import LONGEST_SECONDS

Payload = BaseModel | Mapping[str, Any]
Urgency = Literal["low", "normal", "high", "critical"]
OnConflict = Literal["drop", "replace", "wait"]
OnFailure = Literal["cancel", "run"]

READY_TOPIC = "jobs"
DELAYED_TOPIC = "jobs.delayed"
GATES_TOPIC = "jobs.gates"

URGENCIES: Mapping[str, int] = {"low": -1000, "normal": 0, "high": 1000, "critical": 2000}
MOST_PRIORITY = 499
MAX_PAYLOAD_BYTES = 1_000_000

# Of a list of gates as it crosses to the database; the keys people give may not contain control characters.
SEPARATOR = "\x1f"
AFTER_GATE = "after"  # it waits for other jobs: their ends are in job_dependencies

# What a kind that is not registered in this process gets; the node that knows the kind applies its own back-off.
_DEFAULT_QUEUE = "default"
_DEFAULT_MAX_ATTEMPTS = 5
_LONGEST_KEY = 200  # gates and unique keys are indexed
_ID_CHARACTERS = bytes(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[byte & 31] for byte in range(256))


class NewJob(NamedTuple):
    """A job before it is a row. The fields up to ``lease_seconds`` are the columns of the INSERT, in its order."""

    id: str
    payload: str
    kind: str
    queue: str
    priority: int
    state: str
    max_attempts: int
    run_at: datetime | None
    delay_seconds: float | None
    gates: str | None
    unique_key: str | None
    incident_id: str | None
    simulation_id: str | None
    batch_id: str | None
    origin: str | None
    owner_id: str | None
    followed: bool | None
    expires_at: datetime | None
    expires_seconds: float | None
    deadline_at: datetime | None
    deadline_seconds: float | None
    trace: str | None
    limit_key: str | None
    options_digest: str | None
    node: str | None = None
    lease_seconds: float | None = None
    after: tuple[str, ...] = ()
    on_failure: OnFailure = "cancel"
    on_conflict: OnConflict = "drop"
    idempotent: bool = False
    refusal: QueueDraining | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """Return whom its commit wakes."""
        if self.after or (self.unique_key is not None and self.on_conflict != "drop"):
            return READY_TOPIC, DELAYED_TOPIC, GATES_TOPIC  # only the database knows whether it waits
        if self.state == "held":
            return (GATES_TOPIC,)
        return (DELAYED_TOPIC if self.run_at is not None or self.delay_seconds else READY_TOPIC,)

    @property
    def may_be_born_claimed(self) -> bool:
        """Say whether it could run at once, and nothing but its row is needed for that."""
        return (
            self.state == "queued"
            and self.is_plain
            and self.gates is None
            and self.run_at is None
            and not self.delay_seconds
            and self.expires_at is None
            and self.expires_seconds is None
            and self.deadline_at is None
            and self.deadline_seconds is None
        )

    def running_on(self, node: str, lease_seconds: float) -> "NewJob":
        """Return it as one that is inserted as running."""
        # Not _replace(...), which takes five times as long.
        row = (*self[:_STATE], "running", *self[_STATE + 1 : _NODE], node, lease_seconds, *self[_NODE + 2 :])
        made: NewJob = tuple.__new__(NewJob, row)
        return made

    @property
    def is_plain(self) -> bool:
        """Say whether one statement inserts it and nothing but the database can refuse it."""
        return not self.idempotent and self.is_free

    @property
    def is_free(self) -> bool:
        """Say whether it is tied to nothing but, perhaps, its idempotency key."""
        return not (self.after or self.unique_key is not None or self.batch_id is not None or self.refusal is not None)


_STATE, _NODE = NewJob._fields.index("state"), NewJob._fields.index("node")


def new_job(policies: Policies, kind: str, payload: Payload, **options: Any) -> NewJob:
    """Return a checked job; ``options`` are those of :func:`options_of`, and what is raised is too."""
    checked = options_of(policies, kind, **options)
    key = options.get("idempotency_key")
    return with_options(new_id("job") if key is None else job_id_of(key), payload_json(kind, payload), checked)


def with_options(job_id: str, document: str, options: tuple[Any, ...]) -> NewJob:
    """Return the job with an id, a payload and what :func:`options_of` returned."""
    # Not NewJob(...): passing 29 arguments to a Python function costs more than all the rest.
    return tuple.__new__(NewJob, (job_id, document, *options))


def options_of(
    policies: Policies,
    kind: str,
    *,
    queue: str | None = None,
    urgency: Urgency = "normal",
    priority: int = 0,
    run_at: datetime | None = None,
    delay_seconds: float | None = None,
    expires_at: datetime | None = None,
    expires_seconds: float | None = None,
    deadline_at: datetime | None = None,
    deadline_seconds: float | None = None,
    unique_key: str | None = None,
    on_conflict: OnConflict = "drop",
    idempotency_key: str | None = None,
    limit_key: str | None = None,
    after: Sequence[str] = (),
    on_failure: OnFailure = "cancel",
    batch_id: str | None = None,
    max_attempts: int | None = None,
    incident_id: str | None = None,
    simulation_id: str | None = None,
    origin: str | None = None,
    owner_id: str | None = None,
) -> tuple[Any, ...]:
    """Return every field of a :class:`NewJob` after its payload: the same for all jobs of a bulk.

    Raises JobOptionInvalid (422), QueueDraining (409).
    """
    known = registered.get(kind)
    if urgency not in URGENCIES:
        raise JobOptionInvalid(f"urgency is one of {', '.join(URGENCIES)}, not {urgency!r}")
    if not -MOST_PRIORITY <= priority <= MOST_PRIORITY:
        raise JobOptionInvalid(
            f"priority lies between -{MOST_PRIORITY} and {MOST_PRIORITY}, not at {priority}; urgency goes further"
        )
    if max_attempts is not None and not 1 <= max_attempts <= 1000:
        raise JobOptionInvalid(f"max_attempts lies between 1 and 1000, not at {max_attempts}")
    if on_conflict not in ("drop", "replace", "wait"):
        raise JobOptionInvalid(f"on_conflict is drop, replace or wait, not {on_conflict!r}")
    if on_conflict == "replace" and (after or batch_id is not None):
        raise JobOptionInvalid(
            "what is replaced keeps its own batch and waits for nothing new; use wait, or leave out "
            + ("after" if after else "batch_id")
        )
    if on_failure not in ("cancel", "run"):
        raise JobOptionInvalid(f"on_failure is cancel or run, not {on_failure!r}")
    _check_time("run_at", run_at, "delay_seconds", delay_seconds)
    _check_time("expires_at", expires_at, "expires_seconds", expires_seconds)
    _check_time("deadline_at", deadline_at, "deadline_seconds", deadline_seconds)
    for name, key in (("queue", queue), ("unique_key", unique_key), ("limit_key", limit_key)):
        if key is not None:
            check_key(name, key)
    digest: str | None = None
    if idempotency_key is not None:
        if unique_key is not None:
            raise JobOptionInvalid("unique_key and idempotency_key exclude one another; choose one")
        check_key("idempotency_key", idempotency_key, 1000)
        digest = _digest_of(
            queue=queue,
            urgency=None if urgency == "normal" else urgency,
            priority=priority or None,
            run_at=run_at and run_at.astimezone(UTC),
            delay_seconds=delay_seconds and float(delay_seconds),
            expires_at=expires_at and expires_at.astimezone(UTC),
            expires_seconds=expires_seconds and float(expires_seconds),
            deadline_at=deadline_at and deadline_at.astimezone(UTC),
            deadline_seconds=deadline_seconds and float(deadline_seconds),
            limit_key=limit_key,
            after=list(after) or None,
            on_failure=None if on_failure == "cancel" else on_failure,
            batch_id=batch_id,
            max_attempts=max_attempts,
            incident_id=incident_id,
            simulation_id=simulation_id,
        )
    chosen = queue or (known.queue if known else _DEFAULT_QUEUE)
    refusal: QueueDraining | None = None
    gates: list[str] = []
    limited = False
    try:
        gates, limited = policies.gates(kind, chosen, limit_key)
    except QueueDraining as draining:
        if idempotency_key is None:
            raise
        refusal = draining  # unless its job has been there since before: the database knows
    if after:
        gates, limited = [AFTER_GATE, *gates], True
    return (
        kind,
        chosen,
        URGENCIES[urgency] + priority,
        "held" if limited else "queued",
        max_attempts or (known.max_attempts if known else _DEFAULT_MAX_ATTEMPTS),
        run_at,
        delay_seconds,
        SEPARATOR.join(gates) if gates else None,
        unique_key,
        incident_id,
        simulation_id,
        batch_id,
        origin,
        owner_id,
        True if batch_id is not None else None,
        expires_at,
        expires_seconds,
        deadline_at,
        deadline_seconds,
        tracing.here(),
        limit_key,
        digest,
        None,
        None,
        tuple(after),
        on_failure,
        on_conflict,
        idempotency_key is not None,
        refusal,
    )


def job_id_of(idempotency_key: str) -> str:
    """Return the id every job enqueued under this key has."""
    digest = hashlib.blake2b(idempotency_key.encode(), digest_size=26, person=b"stormbell job").digest()
    return "job_" + digest.translate(_ID_CHARACTERS).decode()


def _digest_of(**options: object) -> str | None:
    """Return what tells the options of one request from those of another; ``None``: all are as they are by default."""
    given = {name: value for name, value in sorted(options.items()) if value is not None}
    return hashlib.blake2b(to_json(given), digest_size=16).hexdigest() if given else None


def payload_json(kind: str, payload: Payload) -> str:
    """Return the payload as JSON a handler of ``kind`` can read.

    Raises JobPayloadInvalid (422), JobPayloadTooLarge (413).
    """
    document = to_json(payload, inf_nan_mode="null")  # NaN is not JSON; the kind's model judges the null
    if len(document) > MAX_PAYLOAD_BYTES:
        raise JobPayloadTooLarge(
            f"A {kind} job's payload has {len(document):,} bytes and may have {MAX_PAYLOAD_BYTES:,}; "
            "keep the data elsewhere, as a data set, and pass its id"
        )
    if b"\\u0000" in document:  # PostgreSQL's jsonb cannot hold it
        raise JobPayloadInvalid(f"A {kind} job's payload may not contain the character U+0000")
    known = registered.get(kind)
    if known is not None:
        # An instance has been judged when it was made; a null may have been a NaN.
        if type(payload) is known.payload and b"null" not in document:
            return document.decode()
        try:
            known.payload.__pydantic_validator__.validate_json(document)
        except ValidationError as error:
            items = items_of(error.errors())
            what = "; ".join(f"{item.pointer}: {item.message}" for item in items[:3])
            raise JobPayloadInvalid(f"A {kind} job does not take this payload: {what}", errors=items) from error
    elif document[:1] != b"{":
        raise JobPayloadInvalid(
            f"A {kind} job's payload is a JSON object, not {document[:20].decode(errors='replace')}"
        )
    return document.decode()


def _check_time(at_name: str, at: datetime | None, seconds_name: str, seconds: float | None) -> None:
    if at is not None:
        if seconds is not None:
            raise JobOptionInvalid(f"give {at_name} or {seconds_name}, not both")
        if at.tzinfo is None:
            raise JobOptionInvalid(f"{at_name} needs a time zone, such as {at.isoformat()}Z")
    elif seconds is not None and (not math.isfinite(seconds) or not 0 <= seconds <= LONGEST_SECONDS):
        raise JobOptionInvalid(f"{seconds_name} lies between 0 and 100 years, not at {seconds}")


def check_key(name: str, key: str, longest: int = _LONGEST_KEY) -> None:
    """Check the name of a queue, or a key. Raises JobOptionInvalid (422)."""
    if not 0 < len(key) <= longest or not key.isprintable():
        raise JobOptionInvalid(f"{name} has 1 to {longest} printable characters; {key[:50]!r} has not")
