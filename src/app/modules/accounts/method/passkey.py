"""A passkey: a key pair in a phone, a computer or a security key, that signs a challenge for this address only.

Written against Web Authentication Level 3 (W3C), sections 7.1 and 7.2, with fido2 2.2. Needs the extra ``passkeys``.
"""

import asyncio
import importlib
import importlib.util
import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import and_, func, literal, or_, select, update

from app.kernel.node import Node
from app.modules.accounts.login_errors import PasskeyRefused
from app.modules.accounts.login_models import Passkey
from app.modules.accounts.method import Beginning, Flow, Identity, Kind, NewPasskey
from app.modules.accounts.models import User

TIMEOUT_MILLISECONDS = 300_000
LONGEST_FIELD = 64 * 1024


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """``PublicKeyCredential.toJSON()`` as the browser gives it."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    id: str = Field(max_length=2000)
    raw_id: str = Field(alias="rawId", max_length=2000)
    type: str = Field(pattern="^public-key$")
    response: dict[str, Any]
    name: str | None = Field(None, max_length=100, description="What the caller calls a new passkey")

    def credential(self) -> dict[str, Any]:
        """Return it as fido2 reads it. Raises PasskeyRefused (401) for members of the wrong kind."""
        texts = {name: value for name, value in self.response.items() if isinstance(value, str)}
        if any(len(value) > LONGEST_FIELD for value in texts.values()):
            raise PasskeyRefused("It is too large")
        return {"id": self.id, "rawId": self.raw_id, "type": self.type, "response": texts}


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    if importlib.util.find_spec("fido2") is None:
        return "the package fido2 is missing: install stormbell[passkeys]"
    # Some 0.3 s, once, beside the event loop and not on it.
    await asyncio.to_thread(importlib.import_module, "fido2.server")
    return None


class Method:
    """Log in with a passkey; see the seam for what each method promises."""

    kind: Kind = "passkey"
    title = "Passkey"
    guessable = False
    answer = Answer

    def __init__(self, _name: str, _settings: Settings, node: Node) -> None:
        self._database = node.database

    def offered(self, origin: str) -> bool:
        """Browsers have passkeys for names only, and only with TLS or on this machine (section 5.1.3)."""
        parts = urlsplit(origin)
        name = parts.hostname or ""
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return bool(name) and (parts.scheme == "https" or name == "localhost")
        return False

    async def begin(self, flow: Flow) -> Beginning:
        """Return the options for the browser: to make a passkey for a user who is logged in, else to use one.

        No passkeys are named, so strangers do not learn who has any: the device offers those it has for this address.
        """
        from fido2.webauthn import (
            PublicKeyCredentialUserEntity,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        server, challenge = _server(flow), _challenge(flow)
        verification = UserVerificationRequirement.REQUIRED
        if flow.user_id is None:
            options, _ = server.authenticate_begin(user_verification=verification, challenge=challenge)
            return Beginning(public_key={**_plain(options), "timeout": TIMEOUT_MILLISECONDS})
        async with self._database.transaction() as session:
            user = await session.get_one(User, flow.user_id)
            owned = await session.scalars(
                select(Passkey.credential_data).where(
                    Passkey.user_id == user.id, Passkey.relying_party == _relying_party(flow)
                )
            )
            known = [_attested(data) for data in owned]
        creation, _ = server.register_begin(
            PublicKeyCredentialUserEntity(id=user.id.encode(), name=user.email, display_name=user.name),
            credentials=known,
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=verification,
            challenge=challenge,
        )
        return Beginning(public_key={**_plain(creation), "timeout": TIMEOUT_MILLISECONDS})

    async def finish(self, flow: Flow, answer: Answer) -> Identity:
        """Raises PasskeyRefused (401)."""
        return await self._log_in(flow, answer) if flow.user_id is None else _made(flow, answer)

    async def close(self) -> None:
        return

    async def _log_in(self, flow: Flow, answer: Answer) -> Identity:
        credential_id = _bytes_of(answer.raw_id)
        async with self._database.transaction() as session:
            known = (Passkey.credential_id == credential_id, Passkey.relying_party == _relying_party(flow))
            row = await session.scalar(select(Passkey).where(*known))
        if row is None:
            raise PasskeyRefused("Nobody here has it; log in another way and add it under your profile")
        try:
            await self._check(flow, answer, row)
        except PasskeyRefused as problem:
            raise problem.of(row.user_id) from problem.__cause__
        return Identity(user_id=row.user_id, passkey_id=row.id)

    async def _check(self, flow: Flow, answer: Answer, row: Passkey) -> None:
        credential = answer.credential()
        handle = credential["response"].get("userHandle")
        if handle is not None and _bytes_of(handle) != row.user_id.encode():
            raise PasskeyRefused("It is somebody else's")
        from fido2.webauthn import AuthenticationResponse

        state = _state(flow)
        try:
            _server(flow).authenticate_complete(state, [_attested(row.credential_data)], credential)
            data = AuthenticationResponse.from_dict(credential).response.authenticator_data
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise PasskeyRefused(_why(error)) from error
        # Counted in one statement: of two answers with one count, the second is a copy's (section 6.1.1). Many
        # authenticators do not count, and say 0 always.
        counted = (
            update(Passkey)
            .where(
                Passkey.id == row.id,
                or_(
                    Passkey.sign_count < data.counter,
                    and_(Passkey.sign_count == 0, literal(data.counter) == 0),
                ),
            )
            .values(sign_count=data.counter, last_used_at=func.now())
            .returning(Passkey.id)
        )
        async with self._database.transaction() as session:
            if await session.scalar(counted) is None:
                raise PasskeyRefused("Its counter went back, so it may have been copied; remove it and add a new one")


def _made(flow: Flow, answer: Answer) -> Identity:
    credential = answer.credential()
    transports = answer.response.get("transports")
    try:
        data = _server(flow).register_complete(_state(flow), credential)
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as error:
        raise PasskeyRefused(_why(error)) from error
    made = data.credential_data
    assert made is not None
    passkey = NewPasskey(
        name=_name(answer.name),
        credential_id=made.credential_id,
        credential_data=bytes(made),
        relying_party=_relying_party(flow),
        sign_count=data.counter,
        transports=[t for t in transports if isinstance(t, str)][:8] if isinstance(transports, list) else [],
    )
    return Identity(user_id=flow.user_id, new_passkey=passkey)


def _relying_party(flow: Flow) -> str:
    return urlsplit(flow.origin).hostname or ""


def _server(flow: Flow) -> Any:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    entity = PublicKeyCredentialRpEntity(id=_relying_party(flow), name="Stormbell")
    # Exactly our origin, port and all: by default fido2 takes every subdomain of the relying party.
    return Fido2Server(entity, verify_origin=lambda origin: origin == flow.origin)


def _challenge(flow: Flow) -> bytes:
    return flow.derived("challenge").encode()


def _state(flow: Flow) -> dict[str, Any]:
    from fido2.utils import websafe_encode
    from fido2.webauthn import UserVerificationRequirement

    return {
        "challenge": websafe_encode(_challenge(flow)),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }


def _attested(data: bytes) -> Any:
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(data)


def _plain(options: Any) -> Mapping[str, Any]:
    """Return fido2's options as JSON values, bytes in base64url, as ``parse…OptionsFromJSON`` takes them."""
    plain: Mapping[str, Any] = dict(options)["publicKey"]
    return plain


def _bytes_of(text: str) -> bytes:
    from fido2.utils import websafe_decode

    try:
        found: bytes = websafe_decode(text)
    except (ValueError, TypeError) as error:
        raise PasskeyRefused("It is not written in base64url") from error
    return found


def _name(wanted: str | None) -> str:
    name = " ".join((wanted or "").split())
    return name if name and name.isprintable() else "Passkey"


def _why(error: Exception) -> str:
    text = str(error)
    return text if isinstance(error, ValueError) and len(text) < 100 and text.isprintable() else "It cannot be read"
