"""Blocks of Azure's blobs, for uploads that outlive us: obstore has none to go on with, so they are asked for here.

Each carries its MD5, so a block that was changed on its way is refused. Nothing takes blocks back: those that no list
names Azure forgets a week after the last of them (Blob Storage REST API, "Put Block"), or when the blob is written.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote, unquote, urlsplit

from app.kernel.http import RemoteProblem, RemoteStream
from app.modules.credentials import Bearer, Password, http_headers
from app.modules.data.errors import StorageBusy, StorageUnreachable, UploadGone
from app.modules.data.storage import Access, Part
from app.modules.data.storage._remote import refusal
from app.modules.data.storage._s3_parts import canonical_query
from app.modules.data.storage._xml_answers import document_of, drain, plain, text_of

_VERSION = "2021-12-02"
_GONE = ("BlobNotFound", "InvalidBlockList", "ContainerNotFound")
_TOKEN_LETTERS = 27
# All blocks of a blob have names of one length, also those that were left behind there: obstore 0.12's have 32.
_NUMBER_DIGITS = 5


class Blocks:
    """The requests about blocks in one container."""

    def __init__(self, access: Access, url: str, account: str) -> None:
        self._access = access
        self._url = url.rstrip("/") + "/"  # of the container
        self._account = account
        self._name = urlsplit(url).hostname or "the service"

    async def begin(self, key: str) -> str:
        """Return the id of a new upload, which its blocks are named after; the blob needs no word of it."""
        return secrets.token_hex(_TOKEN_LETTERS)[:_TOKEN_LETTERS]

    async def put(self, key: str, upload_id: str, number: int, content: bytes) -> str:
        """Store a block, counted from 0, and return its name."""
        name = _block(upload_id, number)
        md5 = await asyncio.to_thread(lambda: hashlib.md5(content, usedforsecurity=False).digest())
        headers = {"content-md5": base64.b64encode(md5).decode()}
        async with self._ask("PUT", key, {"comp": "block", "blockid": name}, content, headers) as answer:
            await drain(answer)
        return name

    async def parts(self, key: str, upload_id: str) -> list[Part]:
        """Return what is there of this upload, also when the blob is made of it already. Offsets are not known here."""
        async with self._ask("GET", key, {"comp": "blocklist", "blocklisttype": "all"}) as answer:
            listed = await document_of(answer)
        found: dict[int, Part] = {}
        for block in (one for one in listed.iter() if plain(one.tag) == "Block"):
            name = text_of(block, "Name")
            if (number := _number(upload_id, name)) is not None:
                found[number] = Part(number, 0, int(text_of(block, "Size")), name)
        if not found:
            raise UploadGone(f"{self._name} has nothing of this upload")
        return [found[number] for number in sorted(found)]

    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Make the blob of its blocks; the latest are meant, so doing it again is fine."""
        ordered = sorted(parts, key=lambda one: one.number)
        names = "".join(f"<Latest>{_block(upload_id, one.number)}</Latest>" for one in ordered)
        body = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{names}</BlockList>'.encode()
        async with self._ask("PUT", key, {"comp": "blocklist"}, body) as answer:
            await drain(answer)

    async def abort(self, key: str, upload_id: str) -> None:
        """Leave the blocks to Azure, which forgets them: to be rid of them now the blob would have to be written."""

    @asynccontextmanager
    async def _ask(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[RemoteStream]:
        url = self._url + quote(key, safe="/-_.~") + "?" + canonical_query(query)
        secret = await self._access.login.secret()
        now = format_datetime(datetime.now(UTC), usegmt=True)
        fields = {**(headers or {}), "x-ms-date": now, "x-ms-version": _VERSION}
        if isinstance(secret, Password):
            signature = shared_key(method, url, query, fields, len(content), self._account, secret.password)
            fields["authorization"] = f"SharedKey {self._account}:{signature}"
        elif isinstance(secret, Bearer) and (signed := access_signature(secret)) is not None:
            url += "&" + signed
        elif isinstance(secret, Bearer):
            fields |= http_headers(secret)
        try:
            async with self._access.http.stream(method, url, headers=fields, content=content) as answer:
                code = answer.headers.get("x-ms-error-code", "")
                if answer.status == 404 or code in _GONE:
                    raise UploadGone(f"{self._name} has no such upload any more")
                if answer.status in (401, 403):
                    await self._access.login.refused()
                    raise StorageBusy(f"{self._name} was logged in to anew; try again", retry_after=1)
                if answer.status == 400:
                    raise StorageUnreachable(f"{self._name} refuses this: {code[:60] or answer.status}")
                if answer.status >= 300:
                    raise refusal(answer, self._name)
                yield answer
        except RemoteProblem as problem:
            raise StorageUnreachable(problem.detail) from problem


def access_signature(secret: Bearer) -> str | None:
    """Return a shared access signature as it is put behind an address; ``None`` for a token of another kind."""
    signature = secret.token.removeprefix("?")
    return signature if signature.startswith(("sv=", "sp=", "sig=", "se=", "st=", "spr=", "sr=")) else None


def shared_key(
    method: str, url: str, query: Mapping[str, str], headers: Mapping[str, str], length: int, account: str, key: str
) -> str:
    """Return the signature of a request (Azure, "Authorize with Shared Key", version 2015-02-21 and later)."""
    lines = [method, "", "", str(length) if length else "", headers.get("content-md5", ""), "", "", "", "", "", "", ""]
    lines += [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-ms-")]
    resource = f"/{account}{urlsplit(url).path}"
    lines.append(resource + "".join(f"\n{name}:{query[name]}" for name in sorted(query)))
    digest = hmac.new(base64.b64decode(key), "\n".join(lines).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _block(upload_id: str, number: int) -> str:
    return base64.b64encode(f"{upload_id}{number:0{_NUMBER_DIGITS}}".encode()).decode()


def _number(upload_id: str, name: str) -> int | None:
    """Return which part a block is, ``None`` for one of somebody else."""
    try:
        said = base64.b64decode(unquote(name), validate=True).decode("ascii")
    except ValueError:
        return None
    number = said.removeprefix(upload_id)
    return int(number) if said != number and len(number) == _NUMBER_DIGITS and number.isdigit() else None
