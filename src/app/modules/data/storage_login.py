"""What a storage is logged in to with: lent by the vault, kept for a minute, asked for anew when it is refused."""

import asyncio
from datetime import timedelta

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import credentials
from app.modules.credentials import Bearer, ReauthRequired, Secret
from app.modules.data.errors import GrantExpired

_KEPT_SECONDS = 60.0
_EARLY = timedelta(seconds=30)


class VaultLogin:
    """The login of one storage, for its owner's sake whoever asks."""

    def __init__(self, node: Node, credential_id: str | None, owner_id: str, name: str) -> None:
        self._node = node
        self._credential_id = credential_id
        self._owner_id = owner_id
        self._name = name
        self._secret: Secret | None = None
        self._good_until = 0.0
        self._asking = asyncio.Lock()

    async def secret(self) -> Secret | None:
        """Return the secret, ``None`` when none is needed. Raises GrantExpired (409), and as ``credentials.use``."""
        if self._credential_id is None:
            return None
        if self._node.clock.monotonic() >= self._good_until or self._is_old(self._secret):
            async with self._asking:
                if self._node.clock.monotonic() >= self._good_until or self._is_old(self._secret):
                    self._secret = await self._lent(self._credential_id)
                    self._good_until = self._node.clock.monotonic() + _KEPT_SECONDS
        return self._secret

    async def refused(self) -> None:
        """Forget what was refused; the vault has another next. Raises GrantExpired (409) when it has the same."""
        if self._credential_id is None:
            raise GrantExpired(f"{self._name} wants a login; give it a credential")
        known = self._secret
        async with self._asking:
            if self._secret is not known:
                return  # somebody else was refused, and has asked meanwhile
            try:
                self._secret = await self._lent(self._credential_id, renew=True)
            except Problem:
                self._good_until = 0.0
                raise
            self._good_until = self._node.clock.monotonic() + _KEPT_SECONDS
            if self._secret == known:
                self._good_until = 0.0
                raise GrantExpired(f"{self._name} does not accept its credential any more")

    async def _lent(self, credential_id: str, *, renew: bool = False) -> Secret:
        purpose = f"storage {self._name}"
        try:
            if renew:
                return await credentials.renew(self._node, credential_id, user=self._owner_id, purpose=purpose)
            async with credentials.use(self._node, credential_id, user=self._owner_id, purpose=purpose) as secret:
                return secret
        except ReauthRequired as problem:
            raise GrantExpired(f"{self._name}: {problem.detail}") from problem

    def _is_old(self, secret: Secret | None) -> bool:
        ends = secret.expires_at if isinstance(secret, Bearer) else None
        return ends is not None and ends <= self._node.clock.now() + _EARLY
