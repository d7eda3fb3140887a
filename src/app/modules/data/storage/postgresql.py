"""A PostgreSQL database elsewhere, to be asked: each query is read as a content, and nothing is written.

A query runs in a read-only transaction of one statement, with a limit on its time, its rows and its bytes.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from app.modules.credentials import Password
from app.modules.data.dataset_errors import QueryRefused, QueryTooLarge
from app.modules.data.errors import GrantExpired, StorageBusy, StorageCannot, StorageUnreachable
from app.modules.data.storage import Access, Capability, Digest, ObjectStat, QueryFormat, Space
from app.modules.data.storage._paths import plain_parts

CREDENTIAL_KINDS = ("password",)
_PORT = 5432
_CONNECT_SECONDS = 15.0
_CHUNK_BYTES = 256 * 1024
_ROWS_AT_ONCE = 500
_REFUSED = (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)


class Settings(BaseModel):
    """Which database, and how long and how large an answer may be."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(title="Host", min_length=1, max_length=253, pattern=r"^[A-Za-z0-9_:][A-Za-z0-9_.:-]*$")
    port: int = Field(_PORT, strict=True, ge=1, le=65535)
    database: str = Field(title="Database", min_length=1, max_length=63, pattern=r"^[^\x00-\x1f]+$")
    tls: Literal["verify", "encrypt", "off"] = Field(
        "verify", title="TLS", description="verify: the server shows a certificate for its name; encrypt: any"
    )
    authority: str | None = Field(
        None, max_length=20_000, description="Certificate, as PEM, of who signed the server's; the usual ones without"
    )
    statement_seconds: int = Field(300, strict=True, ge=1, le=86_400, description="A query that takes longer is ended")
    largest_bytes: int = Field(2 * 1024**3, strict=True, ge=1, le=2**40, description="Of one answer; more is refused")


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    try:
        await asyncio.to_thread(_tls_of, settings)
    except (ssl.SSLError, ValueError):
        return "authority is no certificate in PEM"
    return None


class Storage:
    """Queries instead of objects; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"query"})

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        if access is None:
            raise TypeError("a storage on another machine needs its access")
        self._settings = settings
        self._access = access
        self._name = f"{settings.host}:{settings.port}"

    async def query(self, sql: str, *, form: QueryFormat, most_rows: int) -> AsyncIterator[bytes]:
        asked = sql.strip().rstrip(";")
        async with self._connected() as connection:
            try:
                # As a statement of its own first: what is one by itself stays one between the parentheses below.
                await connection.prepare(asked)
                wrapped = f"SELECT * FROM (\n{asked}\n) AS q LIMIT {most_rows + 1}"  # noqa: S608 (the query is the user's)
                passed = 0
                answer = (
                    _csv(connection, wrapped, most_rows) if form == "csv" else _lines(connection, wrapped, most_rows)
                )
                async for chunk in answer:
                    passed += len(chunk)
                    if passed > self._settings.largest_bytes:
                        raise QueryTooLarge(
                            f"the answer has more than {self._settings.largest_bytes:,} bytes (largest_bytes)"
                        )
                    yield chunk
            except asyncpg.QueryCanceledError as error:
                seconds = self._settings.statement_seconds
                raise QueryRefused(f"the query had not ended after {seconds} s (statement_seconds)") from error
            except _AWAY as error:
                raise StorageUnreachable(f"{self._name}: {error}"[:300]) from error
            except asyncpg.PostgresError as error:
                where = f" (at character {error.position})" if getattr(error, "position", None) else ""
                raise QueryRefused(f"the database says: {str(error)[:300]}{where}") from error

    async def probe(self) -> Space:
        async with self._connected() as connection:
            await connection.fetchval("SELECT 1")
        return Space(None, None)

    async def close(self) -> None:
        """Every query has a connection of its own."""

    async def stat(self, path: str) -> ObjectStat:
        raise _asked(path)

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        raise _asked(prefix or "it")

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        raise _asked(path)
        yield b""

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        raise _asked(path)

    async def copy(self, source: str, target: str) -> None:
        plain_parts(source)
        raise _asked(target)

    async def move(self, source: str, target: str) -> None:
        plain_parts(source)
        raise _asked(target)

    async def delete(self, path: str) -> None:
        raise _asked(path)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        """Lend a connection in a read-only transaction."""
        connection = await self._connect()
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                # In the transaction, so that it holds behind a pooler too.
                await connection.execute(
                    "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', '10s', true)",
                    f"{self._settings.statement_seconds}s",
                )
                yield connection
        finally:
            # Whoever leaves early leaves an answer on its way: it is not waited for.
            connection.terminate()

    async def _connect(self) -> Any:
        settings = self._settings
        secret = await self._access.login.secret()
        if not isinstance(secret, Password):
            raise GrantExpired(f"{self._name} wants a login; give it a credential of the kind password")
        addresses = await self._access.http.addresses_of(settings.host, settings.port, usual=(_PORT,))
        context = await asyncio.to_thread(_tls_of, settings)
        reason: Exception | None = None
        for address in addresses:
            try:
                return await asyncpg.connect(
                    host=address,
                    port=settings.port,
                    user=secret.user,
                    password=secret.password,
                    database=settings.database,
                    ssl=context if context is not None else False,
                    timeout=_CONNECT_SECONDS,
                    statement_cache_size=0,  # a pooler may give the next statement to another server
                    server_settings={"application_name": "stormbell"},
                )
            except _REFUSED as error:
                await self._access.login.refused()
                raise StorageBusy(f"{self._name} was logged in to anew; try again", retry_after=1) from error
            except asyncpg.TooManyConnectionsError as error:
                raise StorageBusy(f"{self._name} takes no more connections now", retry_after=10) from error
            except (*_AWAY, asyncpg.PostgresError) as error:
                reason = error
        raise StorageUnreachable(f"{self._name}: {reason or 'no address answers'}"[:300]) from reason


class _Named(ssl.SSLContext):
    """A context for one server by its name, whatever address it is dialed at."""

    name: str

    def wrap_bio(self, incoming: Any, outgoing: Any, *args: Any, **more: Any) -> ssl.SSLObject:
        more["server_hostname"] = self.name
        return super().wrap_bio(incoming, outgoing, *args, **more)


def _tls_of(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls == "off":
        return None
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    context.name = settings.host
    if settings.tls == "encrypt":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif settings.authority is not None:
        context.load_verify_locations(cadata=settings.authority)
    else:
        context.load_default_certs()
    return context


async def _csv(connection: Any, wrapped: str, most_rows: int) -> AsyncIterator[bytes]:
    """Yield an answer as CSV (RFC 4180) with the names of its columns."""
    arrived: asyncio.Queue[bytes | None] = asyncio.Queue(4)

    async def take(data: bytes) -> None:
        await arrived.put(bytes(data))

    async def copy() -> str:
        try:
            said: str = await connection.copy_from_query(wrapped, output=take, format="csv", header=True)
        except asyncio.CancelledError:
            raise
        except BaseException:
            await arrived.put(None)
            raise
        await arrived.put(None)
        return said

    copying = asyncio.create_task(copy())
    try:
        while (chunk := await arrived.get()) is not None:
            yield chunk
        _require_rows(int((await copying).split()[-1]), most_rows)
    finally:
        copying.cancel()
        with suppress(BaseException):
            await asyncio.wait({copying})


async def _lines(connection: Any, wrapped: str, most_rows: int) -> AsyncIterator[bytes]:
    """Yield an answer as one JSON object a line."""
    held = bytearray()
    rows = 0
    asking = f"SELECT row_to_json(r)::text FROM (\n{wrapped}\n) AS r"  # noqa: S608 (see above)
    async for record in connection.cursor(asking, prefetch=_ROWS_AT_ONCE):
        rows += 1
        _require_rows(rows, most_rows)
        held += record[0].encode() + b"\n"
        if len(held) >= _CHUNK_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _require_rows(rows: int, most_rows: int) -> None:
    if rows > most_rows:
        raise QueryTooLarge(f"the answer has more than {most_rows:,} rows (most_rows)")


def _asked(path: str) -> StorageCannot:
    if path:
        plain_parts(path)
    return StorageCannot("a database has no files: ask it with a query (POST /datasets/query)")
