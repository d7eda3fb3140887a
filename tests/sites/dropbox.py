"""A small stand-in for the endpoints of Dropbox's API v2 that are used, as its documentation describes them.

It keeps files in memory, wants a bearer token it knows, and can be told to be busy. There is no real Dropbox to test
against on loopback; what it does not check, such as limits on requests, is not shown by tests over it.
"""

import asyncio
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

BLOCK = 4 * 1024**2


class Refusal(Exception):
    def __init__(self, summary: str, error: dict[str, Any] | None = None) -> None:
        super().__init__(summary)
        self.summary = summary
        self.error = error or {".tag": summary.split("/")[0]}


@dataclass
class Dropbox:
    """What is in it. Keys of ``files`` are in lower case; values are (path as shown, content, revision)."""

    url: str = ""
    tokens: set[str] = field(default_factory=lambda: {"token-one"})
    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    sessions: dict[str, bytearray] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    busy: int = 0
    allocated: int = 2 * 1024**3
    page: int = 2
    cursors_since: int = 0  # those given before so many changes are forgotten
    calls: list[str] = field(default_factory=list)
    stored_at: dict[str, str] = field(default_factory=dict)  # when each revision was first shown

    def folders(self) -> set[str]:
        found = {""}
        for shown, _, _ in self.files.values():
            parts = shown.split("/")[1:-1]
            found |= {"/" + "/".join(parts[: n + 1]) for n in range(len(parts))}
        return found

    def entry(self, shown: str) -> dict[str, Any]:
        if shown.lower() in self.files:
            shown, content, revision = self.files[shown.lower()]
            blocks = [content[at : at + BLOCK] for at in range(0, len(content), BLOCK)]
            digest = hashlib.sha256(b"".join(hashlib.sha256(block).digest() for block in blocks)).hexdigest()
            at = self.stored_at.setdefault(f"{shown} {revision}", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
            about = {"size": len(content), "rev": revision, "server_modified": at, "content_hash": digest}
            return {".tag": "file", **self.names(shown), **about}
        for folder in self.folders():
            if folder and folder.lower() == shown.lower():
                return {".tag": "folder", **self.names(folder)}
        raise Refusal("path/not_found/.")

    def store(self, path: str, content: bytes) -> dict[str, Any]:
        if sum(len(one[1]) for one in self.files.values()) + len(content) > self.allocated:
            raise Refusal("path/insufficient_space/.")
        if path.lower() in {folder.lower() for folder in self.folders()}:
            raise Refusal("path/conflict/folder/.")
        self.files[path.lower()] = (path, content, f"{len(self.log):09x}")
        self.log.append(("file", path))
        return self.entry(path)

    def append(self, cursor: dict[str, Any], content: bytes) -> bytearray:
        if cursor["session_id"] not in self.sessions:
            raise Refusal("not_found/.")
        held = self.sessions[cursor["session_id"]]
        if cursor["offset"] != len(held):
            raise Refusal("incorrect_offset/.", {".tag": "incorrect_offset", "correct_offset": len(held)})
        held += content
        return held

    @staticmethod
    def names(shown: str) -> dict[str, str]:
        return {"name": shown.rpartition("/")[2], "path_display": shown, "path_lower": shown.lower()}


def _call(box: Dropbox, name: str, argument: Any, body: bytes) -> Any:
    match name:
        case "users/get_space_usage":
            used = sum(len(one[1]) for one in box.files.values())
            return {"used": used, "allocation": {".tag": "individual", "allocated": box.allocated}}
        case "files/get_metadata":
            return box.entry(argument["path"])
        case "files/upload":
            return box.store(argument["path"], body)
        case "files/upload_session/start":
            box.sessions[f"session-{len(box.sessions)}"] = bytearray(body)
            return {"session_id": f"session-{len(box.sessions) - 1}"}
        case "files/upload_session/append_v2":
            box.append(argument["cursor"], body)
            return None
        case "files/upload_session/finish":
            content = bytes(box.append(argument["cursor"], body))
            found = box.store(argument["commit"]["path"], content)
            del box.sessions[argument["cursor"]["session_id"]]
            return found
        case "files/delete_v2":
            try:
                found = box.entry(argument["path"])
            except Refusal as refusal:
                raise Refusal("path_lookup/not_found/.") from refusal
            box.files.pop(argument["path"].lower(), None)
            box.log.append(("deleted", argument["path"]))
            return {"metadata": found}
        case "files/copy_v2" | "files/move_v2":
            source, target = argument["from_path"], argument["to_path"]
            if source.lower() not in box.files:
                raise Refusal("from_lookup/not_found/.")
            if target.lower() in box.files:
                raise Refusal("to/conflict/file/.")
            found = box.store(target, box.files[source.lower()][1])
            if name.endswith("move_v2"):
                del box.files[source.lower()]
                box.log.append(("deleted", source))
            return {"metadata": found}
        case "files/list_folder" | "files/list_folder/continue":
            return _list(box, argument)
    raise Refusal("unknown_endpoint/.")


def _list(box: Dropbox, argument: dict[str, Any]) -> Any:
    state = json.loads(argument["cursor"]) if "cursor" in argument else {**argument, "at": 0, "log": len(box.log)}
    if state.get("recursive") and state["log"] < box.cursors_since:
        raise Refusal("reset/.")
    top = state["path"].lower()
    if top not in {folder.lower() for folder in box.folders()}:
        raise Refusal("path/not_found/.")
    if state.get("recursive"):
        if state["at"] is None:
            entries = [
                box.entry(path) if path.lower() in box.files else {".tag": "deleted", **box.names(path)}
                for _, path in box.log[state["log"] :]
            ]
            return {"entries": entries, "has_more": False, "cursor": json.dumps({**state, "log": len(box.log)})}
        names = sorted(path for path in box.files if path.startswith(top + "/"))
    else:
        everything = [*box.files, *(folder.lower() for folder in box.folders() if folder)]
        names = sorted({path for path in everything if path.rpartition("/")[0] == top})
    at = state["at"]
    more = at + box.page < len(names)
    following = {**state, "at": at + box.page if more else None}
    return {
        "entries": [box.entry(path) for path in names[at : at + box.page]],
        "has_more": more,
        "cursor": json.dumps(following),
    }


@contextmanager
def dropbox() -> Iterator[Dropbox]:
    """Have one answer on loopback."""
    box = Dropbox()

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        box.calls.append(name)
        body = await request.body()
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in box.tokens:
            return JSONResponse(
                {"error_summary": "expired_access_token/.", "error": {".tag": "expired_access_token"}}, 401
            )
        if box.busy:
            box.busy -= 1
            return JSONResponse({"error_summary": "too_many_requests/."}, 429, {"Retry-After": "7"})
        in_header = request.headers.get("dropbox-api-arg")
        argument = json.loads(in_header) if in_header is not None else json.loads(body or b"null")
        try:
            if name == "files/download":
                entry = box.entry(argument["path"])
                if entry[".tag"] != "file":
                    raise Refusal("path/not_file/.")
                return _ranged(request, box.files[argument["path"].lower()][1])
            return JSONResponse(_call(box, name, argument, body))
        except Refusal as refusal:
            return JSONResponse({"error_summary": refusal.summary, "error": refusal.error}, 409)

    app = Starlette(routes=[Route("/2/{name:path}", answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    started = threading.Event()

    async def serve() -> None:
        config = server.config
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        box.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        started.set()
        await server.main_loop()
        await server.shutdown()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="dropbox")
    thread.start()
    try:
        assert started.wait(30)
        yield box
    finally:
        server.should_exit = True
        thread.join(30)


def _ranged(request: Request, content: bytes) -> Response:
    wanted = request.headers.get("range")
    if wanted is None:
        return Response(content, media_type="application/octet-stream")
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, end = int(first), min(int(last) + 1 if last else len(content), len(content))
    if start >= len(content):
        return Response(status_code=416)
    return Response(content[start:end], 206, {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"})
