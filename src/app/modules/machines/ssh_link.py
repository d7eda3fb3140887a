"""One kept SSH connection to a machine: opened when needed, over every jump, to whichever address answers.

Everything the library raises leaves here as an OSError or TimeoutError.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Any

import asyncssh

from app.modules.credentials import Secret
from app.modules.machines.remote_shell import ending, unwrap, wrap
from app.modules.machines.sftp_files import files_told
from app.modules.machines.sftp_pump import ChildCut, NotBegun, Pump
from app.modules.machines.ssh_attempt import Attempt
from app.modules.machines.ssh_child import exchange, is_possible
from app.modules.machines.ssh_hop import Place, Route, child_login, connect
from app.modules.machines.together import drain, together
from app.modules.machines.transport import (
    Completed,
    CutShort,
    HostKeyRefused,
    Login,
    LoginRefused,
    LoginWaits,
    Surroundings,
)

_CHILDREN = 2
_REFUSED_TRIES = 6
_END_SECONDS = 5.0
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.5, 30.0
_LOGIN_WAIT_SECONDS = 60.0  # more logins that fail would lock the account
_UNHEALTHY_SECONDS = 60.0


class SshLink:
    """A connection that is kept, and made again after it was lost; safe for concurrent use."""

    def __init__(self, route: Route, surroundings: Surroundings) -> None:
        self._route, self._surroundings = route, surroundings
        self._opening = asyncio.Lock()
        self._channels = asyncio.Semaphore(route.channels - 1)  # one is the SFTP session's
        self._open: list[asyncssh.SSHClientConnection] = []
        self._sftp: asyncssh.SFTPClient | None = None
        self._children = asyncio.Semaphore(_CHILDREN)
        self._child_may = is_possible()
        self._failed_at: dict[Place, float] = {}
        self._turn = 0
        self._failures = 0
        self._not_before = 0.0
        self._why: Exception | None = None
        self._attempt: Attempt | None = None
        self._login: Login | None = None
        self.place: Place | None = None

    async def run(self, command: Sequence[str], *, content: bytes, timeout_seconds: float) -> Completed:
        """Run a command; see the seam of transports. Raises ValueError for what no command line can hold."""
        wrapped = wrap(command)
        stdout, stderr = bytearray(), bytearray()
        try:
            async with asyncio.timeout(timeout_seconds), self._channels:
                process = await self._begin(wrapped.line)
                try:
                    await together(
                        drain(process.stdout.read, stdout), drain(process.stderr.read, stderr), _feed(process, content)
                    )
                except BaseException:
                    await self._end(ending(wrapped.mark, stdout))
                    raise
                finally:
                    process.close()
        except asyncssh.Error as error:
            raise CutShort(f"the connection ended while the command ran: {error.reason}") from error
        return unwrap(wrapped.mark, stdout, stderr)

    async def _end(self, command: Sequence[str] | None) -> None:
        if command is not None and self._open and not self._open[-1].is_closed():
            with suppress(asyncssh.Error, OSError, TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    process = await self._retried(partial(self._open[-1].create_process, wrap(command).line))
                    await process.wait_closed()

    @asynccontextmanager
    async def sftp(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """Lend the one SFTP session, whose requests share a channel. Raises OSError of the kind that fits."""
        connection = await self._connection()
        if self._sftp is None:
            async with self._opening:
                if self._sftp is None:
                    with _told("no SFTP session"):
                        self._sftp = await self._retried(connection.start_sftp_client)
        try:
            with files_told():
                yield self._sftp
        except ChildCut:
            raise
        except ConnectionError:
            await self._drop(connection)
            raise

    async def pump(self, pump: Pump) -> bool:
        """Move a large file by a child of ours; ``False`` when there can be none, or as many as may be at a time.

        Raises OSError of the kind that fits.
        """
        # A child's login would be asked again what a person has answered for ours.
        if not self._child_may or self._login is not None or self._children.locked():
            return False
        async with self._children:
            await self._connection()
            async with self._surroundings.lend() as secret:
                login = child_login(self._route, self.place, self._open, secret)
                if login is not None:
                    try:
                        await exchange(login, pump)
                    except NotBegun:  # it may not be the key alone that opens it, or logins are counted
                        login = None
                    else:
                        return True
        self._child_may = False
        return False

    async def host_keys(self) -> Sequence[str]:
        """Return the public keys the machine showed, as a line of known_hosts has them behind the name."""
        connection = await self._connection()
        key = connection.get_server_host_key()
        if key is None:  # it showed a certificate
            return []
        return [" ".join(key.export_public_key().decode().split()[:2])]

    @property
    def held(self) -> Login | None:
        """Return the login of the connection, while that is open and if a person was asked for it."""
        return self._login if self._is_open() else None

    async def log_in(self, login: Login) -> None:
        """Connect for somebody who can answer, however lately it failed; return once in, or when that is asked.

        Raises as :meth:`run`.
        """
        async with self._opening:
            if self._is_open():
                await login.succeeded()
                return
            await self.close()
            self._attempt = Attempt(self._connect, login)
            with suppress(LoginWaits):
                await self._settled(self._attempt)

    async def close(self, why: str = "the connection was closed") -> None:
        """End the connection, and the attempt to make one."""
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            await attempt.give_up()
        login, self._login = self._login, None
        if login is not None:
            await login.lost(why)
        opened, self._open, self._sftp = self._open, [], None
        for connection in reversed(opened):
            connection.close()
        for connection in reversed(opened):
            with suppress(asyncssh.Error, OSError, TimeoutError):
                await asyncio.wait_for(connection.wait_closed(), 2)

    async def _begin(self, line: str) -> "asyncssh.SSHClientProcess[bytes]":
        for again in (True, False):
            connection = await self._connection()
            process: asyncssh.SSHClientProcess[bytes]
            try:
                process = await self._retried(partial(connection.create_process, line, encoding=None))
            except asyncssh.ChannelOpenError as error:
                # The server ended the connection and we did not know: nothing was begun there.
                if not (again and connection.is_closed()):
                    raise ConnectionError(f"{self._text()} opens no more channels: {error.reason}") from error
                await self._drop(connection)
            else:
                return process
        raise AssertionError

    async def _drop(self, connection: asyncssh.SSHClientConnection) -> None:
        if self._open and self._open[-1] is connection:  # else there is another by now
            await self.close("the connection was lost")

    async def _retried(self, begin: Any) -> Any:
        """Open a channel; one that is refused was not opened, so it may be asked for again."""
        for tried in range(_REFUSED_TRIES):
            try:
                return await begin()
            except asyncssh.ChannelOpenError:
                if tried == _REFUSED_TRIES - 1 or not self._open or self._open[-1].is_closed():
                    raise
                await asyncio.sleep(0.02 * 2**tried * random.uniform(0.5, 1.5))  # noqa: S311 (no secret)
        raise AssertionError

    def _is_open(self) -> bool:
        return bool(self._open) and not self._open[-1].is_closed()

    async def _connection(self) -> asyncssh.SSHClientConnection:
        async with self._opening:
            if self._is_open():
                return self._open[-1]
            if self._attempt is None or self._attempt.is_done:
                await self.close("the connection was lost")
                begin = self._surroundings.login
                login = await begin() if begin is not None else None
                wait = self._not_before - time.monotonic()
                if self._why is not None and wait > 0:
                    raise self._why.with_traceback(None)
                self._attempt = Attempt(self._connect, login)
            await self._settled(self._attempt)
            if not self._open:  # whoever has it closed does not wait for the lock
                raise ConnectionError("the connection was closed as soon as it was made")
            return self._open[-1]

    async def _settled(self, attempt: Attempt) -> None:
        """Wait until it ended or asks somebody. Raises what it ended with, and LoginWaits."""
        try:
            await attempt.settled()
        except asyncio.CancelledError:
            if not attempt.has_asked:
                await attempt.give_up()
            raise
        except (OSError, TimeoutError) as error:
            if not isinstance(error, LoginWaits):
                self._failed(error)
            raise
        finally:
            if attempt.is_done:
                self._attempt = None

    def _failed(self, error: OSError | TimeoutError) -> None:
        self._failures += 1
        longest = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**self._failures)
        # Not all at the same moment: sshd drops connections beyond MaxStartups (10:30:100) at random.
        wait = random.uniform(0.5, 1.0) * longest  # noqa: S311 (no secret)
        self._not_before = time.monotonic() + (_LOGIN_WAIT_SECONDS if isinstance(error, LoginRefused) else wait)
        self._why = error

    async def _connect(self, login: Login | None) -> None:
        """Try every address, those that failed lately last; a key or a login that is refused ends it."""
        now, at = time.monotonic(), self._turn % len(self._route.places)
        places = [*self._route.places[at:], *self._route.places[:at]]
        self._turn += 1
        places.sort(key=lambda place: now - self._failed_at.get(place, -_UNHEALTHY_SECONDS) < _UNHEALTHY_SECONDS)
        reasons = []
        async with self._surroundings.lend() as secret:
            for place in places:
                try:
                    opened = await self._reach(place, secret, login)
                except (LoginRefused, LoginWaits):
                    raise
                except (OSError, TimeoutError) as error:
                    self._failed_at[place] = time.monotonic()
                    reasons.append(error)
                else:
                    self._failed_at.pop(place, None)
                    self._open, self.place, self._login = opened, place, login
                    self._failures, self._why = 0, None
                    return
        for reason in reasons:
            if isinstance(reason, HostKeyRefused):
                raise reason
        if len(reasons) == 1:
            raise reasons[0]
        raise ConnectionError("; ".join(str(reason) for reason in reasons))

    async def _reach(self, place: Place, secret: Secret, login: Login | None) -> list[asyncssh.SSHClientConnection]:
        opened: list[asyncssh.SSHClientConnection] = []
        try:
            for jump in self._route.jumps:
                opened.append(await self._hop(jump, secret, opened, login, jump=True))
            opened.append(await self._hop(place, secret, opened, login, jump=False))
        except BaseException:
            for connection in reversed(opened):
                connection.close()
            raise
        return opened

    async def _hop(
        self,
        place: Place,
        secret: Secret,
        before: list[asyncssh.SSHClientConnection],
        login: Login | None,
        *,
        jump: bool,
    ) -> asyncssh.SSHClientConnection:
        through = before[-1] if before else None
        return await connect(self._route, place, self._surroundings, secret, through=through, jump=jump, login=login)

    def _text(self) -> str:
        return self.place.text if self.place else self._route.places[0].text


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except asyncssh.Error as error:
        raise ConnectionError(f"{what}: {error.reason}") from error


async def _feed(process: asyncssh.SSHClientProcess[bytes], content: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # a command need not read what it is given
        for at in range(0, len(content), 2**20):
            process.stdin.write(content[at : at + 2**20])
            await process.stdin.drain()
        process.stdin.write_eof()
