"""An OAuth 2 service on loopback: refresh tokens are good for one use, a used one ends the grant (RFC 9700)."""

import asyncio
import base64
import hashlib
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson


@dataclass
class TokenService:
    """Counts what it is asked; with ``hold`` cleared it answers only once that is set.

    ``codes`` are the consents people gave, by the code for each; ``lies`` stand beside, or instead of, what a code is
    exchanged for (``None`` leaves a member out).
    """

    port: int = 0
    refresh_token: str = "refresh-0-canary"
    expires_in: object = 3600
    status: int | None = None
    body: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    ended: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    issuer: str = "https://login.example.org"

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self.hold = asyncio.Event()
        self.hold.set()
        self.came = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def consent(self, page: str, code: str = "the-code-canary") -> dict[str, str]:
        """Let a person consent on the page at this address; return the query it leads back with."""
        asked = dict(parse_qsl(urlsplit(page).query))
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline():
                headers = {}
                while (line := (await reader.readline()).strip()) != b"":
                    name, _, value = line.decode().partition(":")
                    headers[name.lower()] = value.strip()
                form = dict(parse_qsl((await reader.readexactly(int(headers["content-length"]))).decode()))
                self.asked.append((form, headers))
                self.came.set()
                await self.hold.wait()
                status, said = self._answer(form)
                body = orjson.dumps(said)
                head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.status is not None:
            return self.status, self.body
        if form["grant_type"] == "authorization_code":
            asked = self.codes.pop(form["code"], None)
            if asked is None or _challenge(form["code_verifier"]) != asked["code_challenge"]:
                return 400, {"error": "invalid_grant"}
            if (form["redirect_uri"], form["client_id"]) != (asked["redirect_uri"], asked["client_id"]):
                return 400, {"error": "invalid_grant"}
            self.ended, self.refresh_token = False, "refresh-of-consent-canary"
            given = {
                "access_token": "access-of-consent-canary",
                "token_type": "bearer",
                "expires_in": self.expires_in,
                "refresh_token": self.refresh_token,
                **self.lies,
            }
            return 200, {name: value for name, value in given.items() if value is not None}
        if self.ended or form.get("refresh_token") != self.refresh_token:
            self.ended = True
            return 400, {"error": "invalid_grant", "error_description": f"no {form.get('refresh_token')}"}
        number = next(self._numbers)
        self.refresh_token = f"refresh-{number}-canary"
        return 200, {
            "access_token": f"access-{number}-canary",
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
        }


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@asynccontextmanager
async def serving(service: TokenService) -> AsyncIterator[TokenService]:
    """Serve until the block ends."""
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        service.hold.set()
        server.close()
