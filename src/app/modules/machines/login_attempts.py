"""One login as its connection sees it: it asks through its row, whichever node somebody answers at."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.kernel.errors import NotFound
from app.kernel.node import Node
from app.modules.machines import logins
from app.modules.machines.models import MachineLogin
from app.modules.machines.rows import get, how_to_answer
from app.modules.machines.transport import LoginRefused, LoginWaits, Prompt

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0  # should the hint that somebody answered be lost


class LoginAttempt:
    """Fulfils ``transport.Login``. ``login_id`` is that of a login somebody began."""

    def __init__(self, node: Node, machine_id: str, name: str, login_id: str | None = None) -> None:
        self._node, self._machine_id, self._name = node, machine_id, name
        self.login_id = login_id
        self.asking = asyncio.Event()
        self.text = ""

    async def ask(self, place: str, user: str, instructions: str, prompts: Sequence[Prompt]) -> Sequence[str]:
        asked = {"place": place, "user_name": user, "instructions": logins.plain(instructions)}
        try:
            async with self._node.database.transaction() as session:
                machine = await get(session, self._machine_id, lock=True)
                row = await session.get(MachineLogin, self.login_id, with_for_update=True) if self.login_id else None
                if row is None:
                    await logins.require_free(self._node, session, machine.id, machine.revision, machine.name)
                row = await logins.record_asked(self._node, session, machine, row, asked, prompts)
                await session.refresh(row)
                self.login_id, round_ = row.id, row.round
        except (IntegrityError, NotFound) as error:
            raise LoginWaits(how_to_answer(self._name)) from error
        self.text = how_to_answer(self._name)
        self.asking.set()
        try:
            return await self._answered(self.login_id, round_)
        finally:
            self.asking.clear()

    async def succeeded(self) -> None:
        if self.login_id is not None:
            state, why = ("connected", "") if self.text else ("ended", "it let us in without asking anything")
            async with self._node.database.transaction() as session:
                await logins.end(session, self.login_id, state, why)

    async def failed(self, error: Exception) -> None:
        async with self._node.database.transaction() as session:
            if self.login_id is not None:
                why = str(getattr(error, "detail", None) or error) or type(error).__name__
                await logins.end(session, self.login_id, self._state_after(error), why)
            elif isinstance(error, LoginRefused) and error.with_password:
                with suppress(NotFound):
                    machine = await get(session, self._machine_id, lock=True)
                    await logins.record_password_refused(self._node, session, machine, str(error))

    async def lost(self, why: str) -> None:
        if self.login_id is None:
            return
        try:
            async with self._node.database.transaction() as session:
                await logins.end(session, self.login_id, "ended", why)
        except (OSError, SQLAlchemyError) as error:  # its lease runs out
            log.warning("the end of a login was not written down", machine=self._name, error=str(error)[:300])

    def _state_after(self, error: Exception) -> str:
        if isinstance(error, LoginRefused):
            return "refused"
        return "expired" if self.text else "ended"

    async def _answered(self, login_id: str, round_: int) -> Sequence[str]:
        woken = asyncio.Event()
        off = self._node.bus.on(logins.TOPIC, woken.set)
        try:
            while True:
                woken.clear()
                async with self._node.database.transaction() as session:
                    found, late = await logins.take_answers(session, self._node.vault, login_id, round_)
                if late is not None:
                    raise LoginWaits(f"{how_to_answer(self._name)}; {late}")
                if found is not None:
                    return found
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await woken.wait()
        finally:
            off()
