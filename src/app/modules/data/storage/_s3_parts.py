"""Multipart uploads of S3 that outlive us: obstore has none to go on with, so these requests are signed here.

AWS Signature Version 4 over the headers and the part's own SHA-256, so a part that was changed on its way is refused.
Google Cloud Storage takes the same requests with a token (Cloud Storage, "XML API multipart uploads").
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from app.kernel.http import RemoteProblem, RemoteStream
from app.modules.credentials import Bearer, S3Keys, http_headers
from app.modules.data.errors import StorageUnreachable, UploadGone
from app.modules.data.storage import Access, ObjectMissing, Part
from app.modules.data.storage._remote import range_header, ranged, refusal
from app.modules.data.storage._xml_answers import document_of, drain, plain, text_of

_AUTH_CODES = {"ExpiredToken", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "InvalidToken"}


class Multipart:
    """The requests of multipart uploads to one bucket."""

    def __init__(self, access: Access, url: str, region: str = "auto") -> None:
        self._access = access
        self._url = url.rstrip("/") + "/"  # of the bucket
        self._region = region
        self._name = urlsplit(url).hostname or "the service"

    async def begin(self, key: str) -> str:
        """Return the id of a new upload."""
        async with self._ask("POST", key, {"uploads": ""}) as answer:
            document = await document_of(answer)
        upload_id = text_of(document, "UploadId")
        if not upload_id:
            raise StorageUnreachable(f"{self._name} begins no upload")
        return upload_id

    async def put(self, key: str, upload_id: str, number: int, content: bytes) -> str:
        """Store a part, counted from 0, and return its ETag."""
        query = {"partNumber": str(number + 1), "uploadId": upload_id}
        async with self._ask("PUT", key, query, content) as answer:
            await drain(answer)
            return answer.headers.get("etag", "")

    async def parts(self, key: str, upload_id: str) -> list[Part]:
        """Return what is there; a part sent twice is the last one sent. Offsets are not known here."""
        found: dict[int, Part] = {}
        marker = "0"
        while True:
            query = {"uploadId": upload_id, "part-number-marker": marker}
            async with self._ask("GET", key, query) as answer:
                document = await document_of(answer)
            for item in (one for one in document if plain(one.tag) == "Part"):
                number, size = int(text_of(item, "PartNumber")) - 1, int(text_of(item, "Size"))
                found[number] = Part(number, 0, size, text_of(item, "ETag"))
            following = text_of(document, "NextPartNumberMarker")
            if text_of(document, "IsTruncated") != "true" or not following or following == marker:
                return [found[number] for number in sorted(found)]
            marker = following

    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Make the object of its parts."""
        listed = "".join(
            f"<Part><PartNumber>{one.number + 1}</PartNumber><ETag>{escape(one.receipt)}</ETag></Part>"
            for one in sorted(parts, key=lambda one: one.number)
        )
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        async with self._ask("POST", key, {"uploadId": upload_id}, body) as answer:
            # It answers 200 before it is done, and may still say in the body that it failed.
            document = await document_of(answer)
        if plain(document.tag) == "Error":
            raise StorageUnreachable(f"{self._name} could not put the parts together: {text_of(document, 'Code')}")

    async def abort(self, key: str, upload_id: str) -> None:
        """Forget the parts."""
        try:
            async with self._ask("DELETE", key, {"uploadId": upload_id}) as answer:
                await drain(answer)
        except UploadGone:
            pass

    async def read(self, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        """Yield a range of an object, whatever status it is answered with. Raises ObjectMissing."""
        try:
            async with self._ask("GET", key, {}, headers=range_header(start, end), accept=(416,)) as answer:
                async for chunk in ranged(answer, start, end):
                    yield chunk
        except UploadGone as gone:
            raise ObjectMissing(key) from gone

    @asynccontextmanager
    async def _ask(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        content: bytes = b"",
        *,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> AsyncIterator[RemoteStream]:
        url = self._url + quote(key, safe="/-_.~") + "?" + canonical_query(query)
        secret = await self._access.login.secret()
        digest = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
        if isinstance(secret, Bearer):
            signed = http_headers(secret)
        else:
            keys = secret if isinstance(secret, S3Keys) else None
            signed = signed_headers(method, url, digest, keys, self._region, datetime.now(UTC))
        fields = {**(headers or {}), **signed}
        try:
            async with self._access.http.stream(method, url, headers=fields, content=content) as answer:
                if answer.status == 404:
                    raise UploadGone(f"{self._name} has no such upload any more")
                if answer.status in (400, 401, 403):
                    code = text_of(await document_of(answer), "Code")
                    if code in _AUTH_CODES:
                        await self._access.login.refused()
                    raise StorageUnreachable(f"{self._name} refuses this: {code[:60] or answer.status}")
                if answer.status >= 300 and answer.status not in accept:
                    raise refusal(answer, self._name)
                yield answer
        except RemoteProblem as problem:
            raise StorageUnreachable(problem.detail) from problem


def canonical_query(query: Mapping[str, str]) -> str:
    """Return a query string in the order and spelling that is signed."""
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items()))


def signed_headers(
    method: str, url: str, sha256: str, keys: S3Keys | None, region: str, now: datetime
) -> dict[str, str]:
    """Return the headers of a request, signed with the keys (AWS Signature Version 4)."""
    parts = urlsplit(url)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    host = parts.netloc
    headers = {"host": host, "x-amz-content-sha256": sha256, "x-amz-date": stamp}
    if keys is None:
        return {"x-amz-content-sha256": sha256}
    if keys.session_token is not None:
        headers["x-amz-security-token"] = keys.session_token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join((method, parts.path, parts.query, lines, names, sha256))
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{keys.secret_access_key}".encode()
    for part in (stamp[:8], region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers
