"""Data that is sent to a source: who sends it, the body up to the cap, items of it, and their group commit."""

import asyncio
from collections.abc import Mapping

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from app.kernel import idempotency
from app.kernel.hot_routes import Said, Take
from app.kernel.http_protocol import Failed
from app.kernel.node import Node
from app.kernel.principal import actor_of, authorize
from app.kernel.rate_limits import limits_of
from app.modules.ingest import formats, signatures
from app.modules.ingest.arrivals import Outcome
from app.modules.ingest.errors import PushTooLarge, SenderRefused, SenderUnknown
from app.modules.ingest.gates import TOKEN_PREFIX, Gate, gates_of
from app.modules.ingest.items import Found, Quarantined
from app.modules.ingest.receiving import receiver_of
from app.modules.ingest.settings import IngestSettings

# Reading 1 MB of items takes some 20 ms; above this size it is not done on the event loop.
_LARGE_BYTES = 256 * 1024
_BEARER = "Bearer " + TOKEN_PREFIX
_SENT_BEARER = _BEARER.encode()
KEY = b"idempotency-key"
# Of these a request is no plain one: what is packed, signed, or an event in binary mode.
_OUT_OF_THE_PLAIN = frozenset({b"content-encoding", b"transfer-encoding", b"expect", b"webhook-id", b"ce-specversion"})


async def push(request: Request, source_id: str) -> Outcome:
    """Take in one POST to a source. Lines that cannot be read go to quarantine; when nothing can be, nothing is kept.

    The sender is a login that may act on the source, holds the source's own token, or signed the request. Raises
    Unauthenticated (401), Forbidden, NotYours (403), SourceNotFound (404), SourceNotPushed, SourcePaused,
    SignatureReplayed (409), PushTooLarge (413), TooManyItems (422), SourceRateLimited, IngestFull (429), or the reason
    nothing could be read (400, 422).
    """
    node: Node = request.app.state.node
    headers = _headers(request)
    gates = gates_of(node)
    token = headers.get("authorization", "")
    own = token.startswith(_BEARER)
    if not own and (token or signatures.HEADER not in headers):
        await authorize(request)
        gate = await gates.require_act(actor_of(request), source_id)
        return await _take(node, gate, request, headers)
    if gates.known(source_id) is None:  # so that strangers who try ids are not answered for free
        limits_of(node).count(request.scope, None)
    found = await gates.find(source_id)
    if found is None or (own and not found.knows_token(token.removeprefix("Bearer "))):
        raise _refused(node, request)
    if not own and found.signing_key is None:
        raise _refused(node, request)
    if own:  # no stranger; a signature is looked at once the body is here
        limits_of(node).take_back(request.scope)
    return await _take(node, found, request, headers, signed=not own)


def taker(node: Node, source_id: str, scope: Scope) -> Take | None:
    """Return what takes pushes with the head of ``scope``, if it is plain and has the source's own token.

    It makes the same checks as :func:`push`, and raises the same.
    """
    token, headers, is_keyed = b"", {}, False
    for name, value in scope["headers"]:
        if name == b"authorization":
            token = value
        elif name == b"content-type":
            headers = {"content-type": value.decode("latin-1")}
        elif name == KEY:
            is_keyed = True
        elif name in _OUT_OF_THE_PLAIN:
            return None
    gates, receiver = gates_of(node), receiver_of(node)
    gate = gates.known(source_id)
    if gate is None or not token.startswith(_SENT_BEARER):
        return None
    if not gate.knows_token(token[len("Bearer ") :].decode("latin-1")):
        return None
    most_items = node.settings.of(IngestSettings).push_max_items

    def take(body: bytes, values: Mapping[bytes, bytes], said: Said, failed: Failed) -> bool:
        # Another gate, or none: something about the source, its token or who may do what has changed, or may have.
        if gates.known(source_id) is not gate or len(body) > gate.most_bytes or is_keyed is not (KEY in values):
            return False
        gates.count(gate)
        gate.require_open()
        key = None
        if is_keyed:
            key = values[KEY].decode()
            idempotency.check_key(key)
        found = _found(gate, body, headers, key, most_items)

        def done(outcome: Outcome | Exception) -> None:
            if isinstance(outcome, Outcome):
                said(receipt_of(outcome))
            else:
                failed(outcome)

        if found:
            receiver.put(gate.id, found, done)
        else:
            done(Outcome())
        return True

    return take


def receipt_of(outcome: Outcome) -> bytes:
    """Return the answer to a push."""
    receipt = {
        "accepted": len(outcome.accepted_ids) + len(outcome.ignored_ids),
        "duplicates": outcome.duplicates,
        "quarantined": len(outcome.quarantined_ids),
        "delivery_ids": [*outcome.accepted_ids, *outcome.ignored_ids, *outcome.quarantined_ids],
    }
    return orjson.dumps(receipt)


async def push_from_address(request: Request) -> Outcome:
    """Take in one POST of a sender who is known by address alone, where the settings allow it.

    Raises SenderUnknown (404), SenderAmbiguous (409), and what :func:`push` raises.
    """
    node: Node = request.app.state.node
    if not node.settings.of(IngestSettings).by_address or request.client is None:
        raise SenderUnknown("Senders are not told by their addresses here: `ingest.by_address` is off")
    gate = await gates_of(node).of_address(request.client.host)
    limits_of(node).take_back(request.scope)  # no stranger: the source's own limit counts
    return await _take(node, gate, request, _headers(request))


async def _take(
    node: Node, gate: Gate, request: Request, headers: Mapping[str, str], *, signed: bool = False
) -> Outcome:
    settings = node.settings.of(IngestSettings)
    if not signed:  # else after the signature: nobody else may use up what the sender has
        gates_of(node).count(gate)
        gate.require_open()
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > gate.most_bytes:
        raise PushTooLarge(f"{declared} bytes are more than the {gate.most_bytes} one delivery may have")
    body = await _read(request.receive, gate.most_bytes)
    signature, key = None, headers.get("idempotency-key") or headers.get("webhook-id")
    if "idempotency-key" in headers:
        idempotency.check_key(headers["idempotency-key"])
    if signed and gate.signing_key is not None:
        now = node.clock.now().timestamp()
        try:
            signature = signatures.verify(
                gate.signing_key, headers, body, now=now, tolerance_seconds=settings.signature_seconds
            )
        except SenderRefused:
            limits_of(node).count(request.scope, None)
            raise
        limits_of(node).take_back(request.scope)
        gates_of(node).count(gate)
        gate.require_open()
    return await _keep(node, gate, body, headers, key=key, signature=signature)


async def _keep(
    node: Node,
    gate: Gate,
    body: bytes,
    headers: Mapping[str, str],
    *,
    key: str | None = None,
    signature: bytes | None = None,
) -> Outcome:
    most_items = node.settings.of(IngestSettings).push_max_items
    if len(body) > _LARGE_BYTES or "content-encoding" in headers:
        found = await asyncio.to_thread(_found, gate, body, headers, key, most_items)
    else:
        found = _found(gate, body, headers, key, most_items)
    if not found:
        return Outcome()
    return await receiver_of(node).take(gate.id, found, signature=signature)


def _found(gate: Gate, body: bytes, headers: Mapping[str, str], key: str | None, most_items: int) -> list[Found]:
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        body = formats.unpacked(body, encoding, gate.most_bytes)
    found = formats.read(gate.source, gate.settings, body, headers, key=key, most_items=most_items)
    bad = [one for one in found if one.__class__ is Quarantined]
    if bad and len(bad) == len(found):
        assert isinstance(bad[0], Quarantined)
        raise bad[0].problem
    return found


def _headers(request: Request) -> dict[str, str]:
    # Once through the list: Starlette's mapping goes through it for every name it is asked for.
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}


def _refused(node: Node, request: Request) -> SenderRefused:
    limits_of(node).count(request.scope, None)
    return SenderRefused("Log in, send the source's own token, or sign the request")


async def _read(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > most:
            raise PushTooLarge(f"more than the {most} bytes one delivery may have")
        if not message.get("more_body", False):
            break
    return parts[0] if len(parts) == 1 else b"".join(parts)
