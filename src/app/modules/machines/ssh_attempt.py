"""A connection that is being made: whoever needs it waits, until a person is asked; then it goes on by itself."""

import asyncio
from collections.abc import Awaitable, Callable

from app.modules.machines.transport import Login, LoginWaits


class Attempt:
    """One try to connect. Its task is ended by :meth:`give_up`, and what it fails with is told to its login."""

    def __init__(self, connect: Callable[[Login | None], Awaitable[None]], login: Login | None) -> None:
        self._login = login
        self._asking = login.asking if login is not None else asyncio.Event()
        self._task = asyncio.create_task(self._made(connect), name="machine login")

    @property
    def is_done(self) -> bool:
        """Say whether it ended, well or not."""
        return self._task.done()

    @property
    def has_asked(self) -> bool:
        """Say whether a person was asked: what they did is not to be lost with whoever waited first."""
        return self._login is not None and bool(self._login.text)

    async def settled(self) -> None:
        """Return when it is connected.

        Raises what it failed with, ConnectionError when it was given up, and LoginWaits as soon as a person is asked.
        """
        asked = asyncio.ensure_future(self._asking.wait())
        try:
            await asyncio.wait((self._task, asked), return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
        if self._task.done():
            if self._task.cancelled():  # whoever waits here was not: their own task goes on
                raise ConnectionError("the connection was closed while it was being made")
            if (error := self._task.result()) is not None:
                raise error.with_traceback(None)
        elif self._login is not None:
            raise LoginWaits(self._login.text)

    async def give_up(self) -> None:
        """End it, and return when it has ended."""
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def _made(self, connect: Callable[[Login | None], Awaitable[None]]) -> Exception | None:
        try:
            await connect(self._login)
            if self._login is not None:
                await self._login.succeeded()
        except Exception as error:  # noqa: BLE001  # whoever waits is given it; perhaps nobody does any more
            if self._login is not None:
                await self._login.failed(error)
            return error
        except asyncio.CancelledError:
            if self._login is not None:
                await asyncio.shield(self._login.failed(ConnectionError("the login was given up")))
            raise
        return None
