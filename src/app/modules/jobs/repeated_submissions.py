"""``POST /jobs`` for who has just posted one and posts another: the same checks, past the parser (decision 18)."""

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from app.kernel import idempotency
from app.kernel.hot_routes import Said, Take
from app.kernel.http_protocol import Failed
from app.kernel.principal import known_caller
from app.kernel.rate_limits import limits_of
from app.modules.jobs import submissions
from app.modules.jobs.new_jobs import new_job
from app.modules.jobs.policies import cache_of
from app.modules.jobs.submissions import JobSubmit
from app.modules.jobs.submitting import submitter_of

if TYPE_CHECKING:
    from app.kernel.node import Node

KEY = b"idempotency-key"


def taker(node: "Node", scope: MutableMapping[str, Any]) -> Take | None:
    """Return what takes jobs posted with the head of ``scope`` by the same caller, for as long as a token is known."""
    known = known_caller(node, scope)
    if known is None:
        return None
    caller, is_caller = known
    is_keyed = any(name == KEY for name, _ in scope["headers"])
    limits, policies, submitter = limits_of(node), cache_of(node), submitter_of(node)
    user_id = caller.user_id

    def take(body: bytes, values: Mapping[bytes, bytes], said: Said, failed: Failed) -> bool:
        if not is_caller() or policies.is_stale or is_keyed is not (KEY in values):
            return False
        try:
            wanted = JobSubmit.model_validate_json(body)
        except ValidationError:
            return False  # told by who reads it again
        if wanted.unique_key is not None:
            return False  # the answer may be another's job
        limits.count({}, user_id)
        key = None
        if is_keyed:
            key = values[KEY].decode()
            idempotency.check_key(key)
        kind, options = submissions.read(user_id, wanted, key)
        queue = wanted.queue or kind.queue

        def done(outcome: str | Exception) -> None:
            if isinstance(outcome, str):
                receipt = orjson.dumps({"id": outcome, "kind": wanted.kind, "queue": queue, "existed": False})
                said(receipt, b"location: /api/v1/jobs/%b\r\n" % outcome.encode())
            else:
                failed(submissions.refusal(outcome))

        submitter.put(new_job(policies.current, wanted.kind, wanted.payload, **options), done)
        return True

    return take
