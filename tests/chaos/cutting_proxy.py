"""A proxy between a node and PostgreSQL that lets a statement through and cuts the connection before its answer."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

_GONE = (OSError, asyncio.IncompleteReadError)


class CuttingProxy:
    """Listens on a Unix socket in ``directory``. ``cut(sql)`` decides, per executed statement, whether to cut."""

    def __init__(self, url: str, directory: Path, cut: Callable[[str], bool]) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        self._port = asked.get("port", ["5432"])[0]
        self._server_socket = f"{asked['host'][0]}/.s.PGSQL.{self._port}"
        self._directory = directory
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path}?host={quote(str(directory))}&port={self._port}"
        self.cut = cut
        self.cuts: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "CuttingProxy":
        self._directory.mkdir(parents=True)
        path = self._directory / f".s.PGSQL.{self._port}"
        self._listening = await asyncio.start_unix_server(self._accept, path, limit=2**20)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*_GONE):
            behind, ahead = await asyncio.open_unix_connection(self._server_socket, limit=2**20)
            cutting = asyncio.Event()
            both = [
                asyncio.create_task(self._requests(reader, ahead, cutting)),
                asyncio.create_task(self._answers(behind, writer, cutting)),
            ]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
                ahead.close()
                writer.close()

    async def _requests(
        self, reader: asyncio.StreamReader, ahead: asyncio.StreamWriter, cutting: asyncio.Event
    ) -> None:
        """Pass messages on and know which statement each executes."""
        statements: dict[bytes, str] = {}
        bound = ""
        length = await reader.readexactly(4)
        ahead.write(length + await reader.readexactly(int.from_bytes(length) - 4))
        while True:
            head = await reader.readexactly(5)
            body = await reader.readexactly(int.from_bytes(head[1:]) - 4)
            sql = None
            if head[:1] == b"Q":
                sql = body.rstrip(b"\0").decode()
            elif head[:1] == b"P":
                name, text = body.split(b"\0")[:2]
                statements[name] = text.decode()
            elif head[:1] == b"B":
                bound = statements.get(body.split(b"\0")[1], "")
            elif head[:1] == b"E":
                sql = bound
            if sql is not None and not cutting.is_set() and self.cut(sql):
                cutting.set()
                self.cuts.append(" ".join(sql.split())[:60])
            ahead.write(head + body)
            await ahead.drain()

    async def _answers(
        self, behind: asyncio.StreamReader, writer: asyncio.StreamWriter, cutting: asyncio.Event
    ) -> None:
        """Pass answers on; of a statement to be cut, wait until it is done and say nothing."""
        while True:
            head = await behind.readexactly(5)
            body = await behind.readexactly(int.from_bytes(head[1:]) - 4)
            if cutting.is_set():
                if head[:1] == b"Z":
                    return
            else:
                writer.write(head + body)
                await writer.drain()
