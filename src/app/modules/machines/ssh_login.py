"""What a login is told when it asks: the key or the password of the credential, and for the rest what a person says."""

import asyncio
import re
from collections.abc import Sequence

from app.modules.credentials import Password, Secret
from app.modules.machines import host_trust
from app.modules.machines.transport import Login, LoginRefused, Prompt

_PASSWORD = re.compile(r"password", re.IGNORECASE)
# Such as pam_oath's "One-time password (OATH) for ada:", and what is asked when a password has run out.
_OTHER_PASSWORD = re.compile(
    r"\b(one[- ]?time|otp|totp|hotp|oath|token|verification|passcode|code|new|retype|again|change)\b", re.IGNORECASE
)
_MOST_PROMPTS = 20
_VERDICT_SECONDS = 60.0  # what was answered may have to be confirmed on a telephone


class LoginClient(host_trust.Watcher):
    """Answers one server, and never the same question twice with the stored password: that would lock the account."""

    def __init__(self, trusted: Sequence[str], place: str, user: str, secret: Secret, login: Login | None) -> None:
        super().__init__(trusted)
        self._place, self._user, self._login = place, user, login
        self._password = secret.password if isinstance(secret, Password) else None
        self._began = False
        self.gave_password = False
        self.asked = False
        self.problem: Exception | None = None
        self.limit: asyncio.Timeout | None = None

    def connection_made(self, _connection: object) -> None:
        """Begin anew: another address of the same machine is another server."""
        self._began = self.gave_password = False

    def password_auth_requested(self) -> str | None:
        """Return the password, once."""
        return self._once()

    def kbdint_auth_requested(self) -> str | None:
        """Let it ask, once: a server that begins again has refused what it was told."""
        began, self._began = self._began, True
        return None if began else ""

    async def kbdint_challenge_received(
        self, _name: str, instructions: str, _lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Return an answer for each prompt; ``None`` gives up, and ``problem`` says why."""
        try:
            return await self._answers(instructions, prompts)
        except Exception as error:  # noqa: BLE001  # the library would tell of a fault of its own instead
            self.problem = error
            return None

    async def _answers(self, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str]:
        if len(prompts) > _MOST_PROMPTS:
            raise LoginRefused(f"{self._place} asks {len(prompts)} questions at once")
        known = [self._known(text, echo) for text, echo in prompts]
        wanted = [Prompt(text, echo) for (text, echo), answer in zip(prompts, known, strict=True) if answer is None]
        if not wanted:
            return [answer for answer in known if answer is not None]
        if self._login is None:
            raise LoginRefused(
                f"{self._place} asks {wanted[0].text.strip()[:200]!r}, which the credential cannot answer"
            )
        self.asked = True
        self._allow(None)
        said = iter(await self._login.ask(self._place, self._user, instructions, wanted))
        self._allow(_VERDICT_SECONDS)
        return [next(said) if answer is None else answer for answer in known]

    def _known(self, text: str, echo: bool) -> str | None:
        is_password = not echo and _PASSWORD.search(text) and not _OTHER_PASSWORD.search(text)
        return self._once() if is_password else None

    def _once(self) -> str | None:
        if self._password is None or self.gave_password:
            return None
        self.gave_password = True
        return self._password

    def _allow(self, seconds: float | None) -> None:
        if self.limit is not None:
            self.limit.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)
