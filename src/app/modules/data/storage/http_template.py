"""Any web service that stores and gives back files: its addresses and headers are data, not code.

In an address ``{path}`` is the path percent-encoded; in a header it is JSON text without its quotes, so that
``{"path": "/{path}"}`` stays JSON whatever the path is. ``{token}``, ``{user}`` and ``{password}`` come from the
credential, and only headers have them.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.modules.credentials import Bearer, Password
from app.modules.data.errors import StorageCannot
from app.modules.data.storage import Access, Capability, Digest, ObjectMissing, ObjectStat, Space
from app.modules.data.storage._chunks import spooled
from app.modules.data.storage._http_answers import MISSING, stat_of
from app.modules.data.storage._paths import plain_parts
from app.modules.data.storage._remote import HTTP_CREDENTIALS, Passing, Remote, is_partial, range_header, ranged

CREDENTIAL_KINDS = HTTP_CREDENTIALS
_PLACE = re.compile(r"\{(\w+)\}")
_IN_HEADERS = ("path", "token", "user", "password")

Address = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s#@]+$")]


class Call(BaseModel):
    """One request of the service."""

    model_config = ConfigDict(extra="forbid")

    method: Literal["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"]
    url: Address = Field(description="With {path} where the path goes", examples=["https://files.example.org/{path}"])
    headers: dict[str, str] = Field({}, max_length=50)

    @field_validator("url")
    @classmethod
    def _places(cls, url: str) -> str:
        if "{" in urlsplit(url).netloc:
            raise ValueError("the host is the same for every path")
        if unknown := set(_PLACE.findall(url)) - {"path"}:
            raise ValueError(f"an address holds {{path}}, and not {{{unknown.pop()}}}: secrets go into headers")
        return url

    @field_validator("headers")
    @classmethod
    def _known(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not value.isprintable():
                raise ValueError(f"{name!r} is no header that can be sent")
            if unknown := set(_PLACE.findall(value)) - set(_IN_HEADERS):
                raise ValueError(f"a header holds {', '.join(_IN_HEADERS)} in braces, and not {{{unknown.pop()}}}")
        return headers


class Settings(BaseModel):
    """The requests of the service; what it has no request for cannot be done."""

    model_config = ConfigDict(extra="forbid")

    headers: dict[str, str] = Field(
        {}, description="Sent with every request; without one of them the credential logs in as HTTP does"
    )
    get: Call = Field(description="Gives a file")
    put: Call | None = Field(None, description="Stores a file; its body is the file")
    delete: Call | None = Field(None, description="Removes a file")
    stat: Call | None = Field(None, description="Says in its headers how long a file is; else HEAD of get's address")

    _known = field_validator("headers")(Call._known.__func__)  # type: ignore[attr-defined]  # a class method's function


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    return None


class Storage:
    """Objects as answers; see the seam for what each method promises."""

    capabilities: frozenset[Capability]

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        self._settings = settings
        self._remote = Remote(access, urlsplit(settings.get.url).hostname or "the service")
        self.capabilities = frozenset({"range", "write"}) if settings.put else frozenset({"range"})

    async def stat(self, path: str) -> ObjectStat:
        call = self._settings.stat or Call(
            method="HEAD", url=self._settings.get.url, headers=self._settings.get.headers
        )
        async with self._remote.ask(
            call.method, self._url(call, path), headers=await self._headers(call, path), accept=MISSING
        ) as answer:
            if answer.status in MISSING:
                raise ObjectMissing(path)
            return stat_of(path, answer.status, answer.headers)

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        call = self._settings.get
        url = self._url(call, path)
        if end is not None and end <= start:
            await self.stat(path)
            return
        headers = await self._headers(call, path) | range_header(start, end)
        async with self._remote.ask(call.method, url, headers=headers, accept=(*MISSING, 416)) as answer:
            if answer.status in MISSING:
                raise ObjectMissing(path)
            if start and answer.status == 200 and not is_partial(answer, start):
                self.capabilities = self.capabilities - {"range"}  # it sends all of it each time
            async for chunk in ranged(answer, start, end):
                yield chunk

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        raise StorageCannot("this service does not list its files")

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        call = self._call("put", self._settings.put, path)
        passing = Passing(content, path, sha256)
        # A service of which no more is known may keep the half it got: it gets nothing before all of it is here.
        async with spooled(aiter(passing)) as (size, chunks):
            headers = await self._headers(call, path) | {"Content-Length": str(size)}
            async with self._remote.ask(call.method, self._url(call, path), headers=headers, content=chunks):
                pass
        await passing.took(move)
        return passing.stored()

    async def copy(self, source: str, target: str) -> None:
        plain_parts(source), plain_parts(target)
        raise StorageCannot("this service does not copy")

    async def move(self, source: str, target: str) -> None:
        plain_parts(source), plain_parts(target)
        raise StorageCannot("this service does not move")

    async def delete(self, path: str) -> None:
        call = self._call("delete", self._settings.delete, path)
        async with self._remote.ask(
            call.method, self._url(call, path), headers=await self._headers(call, path), accept=MISSING
        ):
            pass

    async def probe(self) -> Space:
        call = self._settings.get
        headers = await self._headers(call, "stormbell-probe")
        url = self._url(call, "stormbell-probe")
        async with self._remote.ask("HEAD", url, headers=headers, accept=(*MISSING, 400, 403, 405, 409)):
            return Space(None, None)

    async def close(self) -> None:
        """The connections are the house's."""

    def _call(self, name: str, call: Call | None, path: str) -> Call:
        plain_parts(path)
        if call is None:
            raise StorageCannot(f"the settings of this storage name no request to {name} a file")
        return call

    def _url(self, call: Call, path: str) -> str:
        return call.url.replace("{path}", "/".join(quote(part, safe="") for part in plain_parts(path)))

    async def _headers(self, call: Call, path: str) -> dict[str, str]:
        templates: Mapping[str, str] = self._settings.headers | call.headers
        secret = await self._remote.access.login.secret()
        values = {"path": json.dumps(path)[1:-1]}
        if isinstance(secret, Bearer):
            values["token"] = secret.token
        elif isinstance(secret, Password):
            values |= {"user": secret.user, "password": secret.password}
        headers = {}
        for name, template in templates.items():
            if missing := set(_PLACE.findall(template)) - set(values):
                raise StorageCannot(f"the header {name} needs {{{missing.pop()}}}: give the storage such a credential")
            headers[name] = _PLACE.sub(lambda match: values[match[1]], template)
        return headers
