"""Which facts of the ring a client may see: the row-level rule of the table, decided without asking the table."""

from app.kernel.bus import Bus
from app.kernel.db import Database
from app.kernel.principal import HOUSE, Principal
from app.kernel.scoping import SHARES_TOPIC, find_shared
from app.modules.logging.stream import Fact


class Shared:
    """What is shared with each subject, as far as readers asked, until a share changes."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._known: dict[str, frozenset[str]] = {}
        self.changes = 0
        bus.on(SHARES_TOPIC, self._forget)

    async def with_any(self, subjects: tuple[str, ...]) -> frozenset[str]:
        """Return the ids of what is shared with any of ``subjects``."""
        missing = [subject for subject in subjects if subject not in self._known]
        if missing:
            changes = self.changes
            async with self._database.transaction() as session:
                found = {subject: await find_shared(session, subject) for subject in missing}
            if changes == self.changes:
                self._known |= found
            return frozenset().union(*[found.get(one) or self._known.get(one, frozenset()) for one in subjects])
        return frozenset().union(*[self._known[one] for one in subjects])

    def _forget(self) -> None:
        self._known.clear()
        self.changes += 1


class Sight:
    """What one reader may see at present."""

    def __init__(self, shared: Shared, principal: Principal) -> None:
        self._shared = shared
        self.principal = principal
        self._ids: frozenset[str] = frozenset()
        self._changes = -1

    def look_as(self, principal: Principal) -> None:
        """See what ``principal`` sees from now on: the same user, perhaps with another role or in other groups."""
        if principal.subjects != self.principal.subjects:
            self._changes = -1
        self.principal = principal

    async def refresh(self) -> None:
        """Take in what was shared or taken back since the last time."""
        if self._changes != self._shared.changes and not self.principal.sees_all:
            self._changes = self._shared.changes
            self._ids = await self._shared.with_any(self.principal.subjects)

    def sees(self, fact: Fact) -> bool:
        """Say whether the reader may see ``fact``."""
        principal = self.principal
        if principal.sees_all or fact.owner_id is None or fact.owner_id in (HOUSE, principal.user_id):
            return True
        return not self._ids.isdisjoint(fact.shared_by)
