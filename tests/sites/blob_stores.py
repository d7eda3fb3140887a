"""Small stand-ins for Google Cloud Storage (its XML API) and Azure Blob Storage, as their documentation describes them.

They keep contents in memory and want to be logged in to: a bearer token they know, a request signed with the account's
key. What they do not check, such as limits, is not shown by tests over them.
"""

import asyncio
import base64
import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TOKEN = "token-one"
ACCOUNT, KEY = "stormbelltest", base64.b64encode(b"a key of no worth for an account").decode()


@dataclass
class Stored:
    content: bytes
    etag: str
    blocks: dict[str, bytes] = field(default_factory=dict)
    modified_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Blobs:
    """What is in the one bucket or container."""

    url: str = ""
    objects: dict[str, Stored] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    blocks: dict[str, dict[str, bytes]] = field(default_factory=dict)
    count: int = 0

    def put(self, key: str, content: bytes) -> Response:
        self.count += 1
        self.objects[key] = Stored(content, f'"{self.count:08x}"')
        return Response(status_code=201, headers={"ETag": self.objects[key].etag})

    def get(self, request: Request, key: str) -> Response:
        if (found := self.objects.get(key)) is None:
            return Response(status_code=404)
        headers = {"ETag": found.etag, "Last-Modified": format_datetime(found.modified_at, usegmt=True)}
        content, status = found.content, 200
        if said := request.headers.get("x-ms-range") or request.headers.get("range"):
            first, _, last = said.removeprefix("bytes=").partition("-")
            if int(first) >= len(content):
                return Response(status_code=416)
            end = min(int(last) + 1 if last else len(content), len(content))
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
            content, status = content[int(first) : end], 206
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers | {"Content-Length": str(len(content))})
        return Response(content, status, headers)

    def below(self, prefix: str, delimiter: str, after: str) -> tuple[list[str], list[str]]:
        keys, folders = [], set()
        for key in sorted(self.objects):
            if not key.startswith(prefix) or key <= after:
                continue
            head, cut, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
            if cut:
                folders.add(prefix + head + cut)
            else:
                keys.append(key)
        return keys, sorted(folders)


def _gcs(blobs: Blobs, request: Request, key: str, body: bytes) -> Response:
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        return Response("<Error><Code>AccessDenied</Code></Error>", 401)
    query = request.query_params
    upload = blobs.uploads.get(query.get("uploadId", ""))
    if "uploadId" in query and upload is None:
        return Response("<Error><Code>NoSuchUpload</Code></Error>", 404)
    match request.method:
        case "GET" if not key:
            keys, folders = blobs.below(
                query.get("prefix", ""), query.get("delimiter", ""), query.get("start-after", "")
            )
            return Response(f"<ListBucketResult>{_entries(blobs, keys, folders)}</ListBucketResult>")
        case "POST" if "uploads" in query:
            blobs.uploads[f"up{len(blobs.uploads)}"] = {}
            said = f"<UploadId>up{len(blobs.uploads) - 1}</UploadId>"
            return Response(f"<InitiateMultipartUploadResult>{said}</InitiateMultipartUploadResult>")
        case "POST":
            assert upload is not None
            del blobs.uploads[query["uploadId"]]
            etag = blobs.put(key, b"".join(upload[n] for n in sorted(upload))).headers["ETag"]
            said = f"<ETag>{escape(etag)}</ETag>"
            return Response(f"<CompleteMultipartUploadResult>{said}</CompleteMultipartUploadResult>")
        case "PUT" if upload is not None:
            upload[int(query["partNumber"])] = body
            return Response(headers={"ETag": f'"{hashlib.md5(body).hexdigest()}"'})
        case "PUT" if source := request.headers.get("x-goog-copy-source"):
            found = blobs.objects.get(unquote(source).partition("/")[2])
            return Response(status_code=404) if found is None else blobs.put(key, found.content)
        case "PUT":
            return blobs.put(key, body)
        case "DELETE" if upload is not None:
            del blobs.uploads[query["uploadId"]]
            return Response(status_code=204)
        case "DELETE":
            return Response(status_code=404 if blobs.objects.pop(key, None) is None else 204)
        case "GET" if upload is not None:
            parts = "".join(
                f"<Part><PartNumber>{n}</PartNumber><Size>{len(upload[n])}</Size>"
                f"<ETag>&quot;{hashlib.md5(upload[n]).hexdigest()}&quot;</ETag></Part>"
                for n in sorted(upload)
            )
            return Response(f"<ListPartsResult>{parts}<IsTruncated>false</IsTruncated></ListPartsResult>")
        case _:
            return blobs.get(request, key)


def _entries(blobs: Blobs, keys: list[str], folders: list[str]) -> str:
    return "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{len(blobs.objects[key].content)}</Size>"
        f"<LastModified>{blobs.objects[key].modified_at:%Y-%m-%dT%H:%M:%S.%fZ}</LastModified>"
        f"<ETag>{escape(blobs.objects[key].etag)}</ETag></Contents>"
        for key in keys
    ) + "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in folders)


def _azure(blobs: Blobs, request: Request, key: str, body: bytes) -> Response:
    path = request.scope["raw_path"].decode().partition("?")[0]
    signature = shared_key(request.method, path, request.headers, request.query_params)
    if request.headers.get("authorization") != f"SharedKey {ACCOUNT}:{signature}":
        return _refused(403, "AuthenticationFailed")
    query = request.query_params
    match request.method, query.get("comp"):
        case "GET", "list":
            keys, folders = blobs.below(query.get("prefix", ""), query.get("delimiter", ""), "")
            return Response(_azure_list(blobs, keys, folders), media_type="application/xml")
        case "POST", "batch":
            return _deleted(blobs, body)
        case "PUT", "block":
            return _block(blobs, request, key, body)
        case method, "blocklist":
            return _block_list(blobs, key, body if method == "PUT" else None)
        case "PUT", _ if source := request.headers.get("x-ms-copy-source"):
            found = blobs.objects.get(unquote(source).partition("/container/")[2])
            if found is None:
                return Response(status_code=404)
            done = blobs.put(key, found.content)
            done.headers["x-ms-copy-status"] = "success"
            done.status_code = 202
            return done
        case "PUT", _:
            assert request.headers["x-ms-blob-type"] == "BlockBlob"
            return blobs.put(key, body)
        case "DELETE", _:
            return Response(status_code=404 if blobs.objects.pop(key, None) is None else 202)
        case _:
            return blobs.get(request, key)


def _block(blobs: Blobs, request: Request, key: str, body: bytes) -> Response:
    name, md5 = request.query_params["blockid"], request.headers.get("content-md5")
    if md5 is not None and md5 != base64.b64encode(hashlib.md5(body).digest()).decode():
        return _refused(400, "Md5Mismatch")
    held = blobs.blocks.setdefault(key, {})
    if any(len(one) != len(name) for one in held):
        return _refused(400, "InvalidBlobOrBlock")
    held[name] = body
    return Response(status_code=201)


def _block_list(blobs: Blobs, key: str, wanted: bytes | None) -> Response:
    """Answer which blocks there are ("Get Block List"), or make the blob of those ``wanted`` ("Put Block List")."""
    made, held = blobs.objects.get(key), blobs.blocks.get(key, {})
    committed = {} if made is None else made.blocks
    if wanted is None:
        if made is None and not held:
            return _refused(404, "BlobNotFound")
        listed = "".join(
            f"<{kind}>"
            + "".join(f"<Block><Name>{n}</Name><Size>{len(b)}</Size></Block>" for n, b in some)
            + f"</{kind}>"
            for kind, some in (("CommittedBlocks", committed.items()), ("UncommittedBlocks", held.items()))
        )
        return Response(f'<?xml version="1.0"?><BlockList>{listed}</BlockList>', media_type="application/xml")
    known = {"Uncommitted": held, "Committed": committed, "Latest": committed | held}
    named = re.findall(r"<(Uncommitted|Committed|Latest)>([^<]+)<", wanted.decode())
    if any(name not in known[where] for where, name in named):
        return _refused(400, "InvalidBlockList")
    blocks = {name: known[where][name] for where, name in named}
    blobs.blocks.pop(key, None)
    answer = blobs.put(key, b"".join(blocks.values()))
    blobs.objects[key].blocks = blocks
    return answer


def _refused(status: int, code: str) -> Response:
    return Response(f"<Error><Code>{code}</Code></Error>", status, {"x-ms-error-code": code})


def _deleted(blobs: Blobs, body: bytes) -> Response:
    """Answer a batch of deletions ("Blob Batch"), each a request and an answer of its own in the body."""
    answers = []
    for number, line in enumerate(one for one in body.decode().splitlines() if one.startswith("DELETE ")):
        key = unquote(line.split()[1].partition("?")[0]).partition("/container/")[2]
        status = "404 The specified blob does not exist." if blobs.objects.pop(key, None) is None else "202 Accepted"
        code = "x-ms-error-code: BlobNotFound\r\n" if status.startswith("404") else ""
        answers.append(
            f"--batch\r\nContent-Type: application/http\r\nContent-ID: {number}\r\n\r\nHTTP/1.1 {status}\r\n{code}"
            "Content-Length: 0\r\n\r\n"
        )
    return Response("".join(answers) + "--batch--\r\n", 202, media_type="multipart/mixed; boundary=batch")


def _azure_list(blobs: Blobs, keys: list[str], folders: list[str]) -> str:
    items = "".join(
        f"<Blob><Name>{escape(key)}</Name><Properties><Creation-Time>{format_datetime(found.modified_at, usegmt=True)}"
        f"</Creation-Time><Last-Modified>{format_datetime(found.modified_at, usegmt=True)}</Last-Modified>"
        f"<Etag>{escape(found.etag)}</Etag><Content-Length>{len(found.content)}</Content-Length>"
        "<Content-Type>application/octet-stream</Content-Type><BlobType>BlockBlob</BlobType></Properties></Blob>"
        for key in keys
        if (found := blobs.objects[key])
    ) + "".join(f"<BlobPrefix><Name>{escape(one)}</Name></BlobPrefix>" for one in folders)
    return f'<?xml version="1.0"?><EnumerationResults><Blobs>{items}</Blobs><NextMarker/></EnumerationResults>'


def shared_key(method: str, path: str, headers: Any, query: Any) -> str:
    """Return the signature of a request (Azure, "Authorize with Shared Key", version 2015-02-21 and later)."""
    length = headers.get("content-length", "")
    plain = ("content-encoding", "content-language", "content-md5", "content-type", "date", "if-modified-since")
    lines = [method, *[headers.get(name, "") for name in plain[:2]], "" if length == "0" else length]
    lines += [
        headers.get(name, "") for name in (*plain[2:], "if-match", "if-none-match", "if-unmodified-since", "range")
    ]
    lines += [f"{name}:{headers[name]}" for name in sorted({n.lower() for n in headers}) if name.startswith("x-ms-")]
    lines.append(f"/{ACCOUNT}{path}" + "".join(f"\n{name.lower()}:{query[name]}" for name in sorted(query)))
    digest = hmac.new(base64.b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@contextmanager
def blob_store(kind: str) -> Iterator[Blobs]:
    """Serve an empty ``gcs`` or ``azure`` store until left."""
    blobs, answer = Blobs(), {"gcs": _gcs, "azure": _azure}[kind]

    async def serve(request: Request) -> Response:
        key = unquote(request.scope["raw_path"].decode().partition("?")[0]).lstrip("/").partition("/")[2]
        return answer(blobs, request, key, await request.body())

    route = Route("/{path:path}", serve, methods=["GET", "HEAD", "PUT", "POST", "DELETE"])
    config = uvicorn.Config(Starlette(routes=[route]), host="127.0.0.1", port=0, log_config=None, lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve()), daemon=True)
    thread.start()
    try:
        while not running.started:
            assert thread.is_alive(), "the store does not start"
        blobs.url = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
        yield blobs
    finally:
        running.should_exit = True
        thread.join(10)
