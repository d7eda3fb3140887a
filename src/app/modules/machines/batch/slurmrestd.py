"""Slurm, by its REST interface: every job in one question to slurmrestd, each known by its marker.

Runs' files go over the machine's connection, as with every batch system of another machine; its login also asks for
a token where none is kept. https://slurm.schedmd.com/rest_api.html; tried with Slurm 22.05.8 (v0.0.37, v0.0.38).
"""

import base64
import json
import re
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from operator import itemgetter
from shlex import quote
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from app.kernel.redaction import register_secret
from app.modules.credentials import Bearer
from app.modules.machines.batch import BatchRun, Load, RunRef, RunRefused, Surroundings, Usage
from app.modules.machines.batch import _slurm_text as slurm
from app.modules.machines.batch import _slurmrestd_text as text
from app.modules.machines.batch._limits import limited
from app.modules.machines.batch._remote import BatchSilent
from app.modules.machines.batch._rest import Answer, Place, RestBatch, base_of, bases
from app.modules.machines.batch._slurm_options import TRANSIENT, SlurmSettings
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.transport import LoginRefused

_HISTORY_AT_ONCE = 50  # markers in one address
_KEPT_SECONDS = 60.0  # a token of the vault: one that was replaced there is soon used here
_TOKEN_SECONDS = 1800  # one that is asked for; Slurm's own lifespan of a token unless told otherwise
_ASK = f"scontrol token lifespan={_TOKEN_SECONDS} && id -un"
# slurmrestd passes tokens on, and tells of one that is refused in the words of a controller that is not there.
_UNCLEAR = re.compile(r"unspecified error|zero bytes|authentication", re.IGNORECASE)
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*")


class Settings(SlurmSettings):
    """Where slurmrestd listens, and how Slurm is used."""

    url: str = Field(
        max_length=500,
        pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
        description="Where slurmrestd listens, such as https://slurm.example:6820",
    )
    api_credential_id: str | None = Field(
        None,
        max_length=100,
        description="A bearer credential that holds a token (JWT) of Slurm's; left out, the login there asks for one",
    )
    user: str | None = Field(
        None, max_length=100, pattern=f"^{_USER.pattern}$", description="Whose token it is; left out, as it says itself"
    )


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Batch(RestBatch):
    """Slurm behind slurmrestd; see the seam for what each method promises."""

    identity = """
native=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID} member=${SLURM_ARRAY_TASK_ID-}
"""

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._settings = settings
        self._lend = surroundings.lend
        self._version: str | None = None
        self._login: tuple[dict[str, str], float] | None = None

    def directives(self, run: BatchRun) -> list[str]:
        if run.extra:
            raise RunRefused(f"{run.name} asks for options of sbatch, and slurmrestd knows none")
        return [f"# {name}: {value}" for name, value in text.properties(run, self._settings).items()]

    def native_of(self, said: str) -> str:
        return slurm.native_of(said)

    async def create(self, run: BatchRun, script: str, place: Place) -> str:
        # The directory is there for certain: it was written to a moment ago, but perhaps not where the job is.
        seen = f"cd -- {quote(place.directory)} && [ -f job.sh ] ||"
        there = f'{seen} {{ echo "the run\'s directory is not to be seen here"; exit 123; }}\n'
        first, _, rest = script.partition("\n")
        environment = {"HOME": place.home, "PATH": place.path}
        asked = text.properties(run, self._settings)
        body = text.submission(await self._spoken(), asked, f"{first}\n{there}{rest}", place.directory, environment)
        said = await self._ask("POST", "slurm", "job/submit", body)
        native_id, complaint = text.native_of(said.content), text.complaint(said.content) or f"status {said.status}"
        if native_id is not None:
            return native_id
        if (limit := limited(run.name, complaint)) is not None:
            raise limit
        if said.status in (400, 500) and TRANSIENT.search(complaint) is None:
            raise RunRefused(f"{run.name}: {complaint}")
        raise BatchSilent(f"{run.marker} could not be submitted: {complaint}")

    async def known(self, marker: str) -> str | None:
        for found, row in text.understood(text.read_jobs, await self._own()):
            if base_of(found) == marker:
                return self.native(row.native_id)
        for found, row in text.understood(text.read_history, await self._accounted([marker])):
            if base_of(found) == marker:
                return self.native(row.native_id)
        return None

    async def rows(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return text.understood(text.read_jobs, await self._own())

    async def history(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return text.understood(text.read_history, await self._accounted([run.marker for run in runs]))

    async def used(self, runs: Sequence[RunRef]) -> dict[str, Usage]:
        wanted = {run.marker for run in runs}
        told = text.understood(text.read_usage, await self._accounted([run.marker for run in runs]))
        return {marker: usage for marker, usage in told if marker in wanted}

    async def stop(self, run: RunRef) -> None:
        # By its name: an id may have been given to another job since.
        rows = [
            (marker, row)
            for marker, row in text.understood(text.read_jobs, await self._own())
            if run.marker in (marker, base_of(marker)) and row.state in ("queued", "running")
        ]
        whole = any(marker != run.marker for marker, _ in rows)
        for native in {self.native(row.native_id) if whole else row.native_id for _, row in rows}:
            said = await self._ask("DELETE", "slurm", f"job/{native}")
            complaint = text.complaint(said.content)
            if complaint is not None and not slurm.is_over(complaint):
                raise BatchSilent(f"{run.marker} could not be cancelled: {complaint}")

    async def load(self) -> Load:
        return text.understood(text.read_load, await self._certain("nodes"), await self._certain("jobs"))

    async def queue(self) -> MachineQueue:
        found = [await self._certain(what) for what in ("nodes", "partitions", "jobs", "reservations")]
        return text.understood(text.read_view, *found)

    async def _own(self) -> Any:
        """Return the jobs of the token's user: a job may be given any name, and so that of another's run."""
        told, user = await self._certain("jobs"), (await self._headers())["X-SLURM-USER-NAME"]
        return {"jobs": [job for job in told["jobs"] if job.get("user_name") in (user, None, "")]}

    async def _certain(self, what: str) -> Any:
        """Return an answer that was told whole: an empty list with an error beside it is none."""
        said = await self._ask("GET", "slurm", what)
        complaint = text.complaint(said.content)
        if complaint is not None or said.status != 200 or not isinstance((said.content or {}).get(what), list):
            raise BatchSilent(f"Slurm does not answer: {complaint or f'status {said.status}'}")
        return said.content

    async def _accounted(self, markers: Sequence[str]) -> Any:
        """Return the accounting's jobs of these names. Without accounting there is no evidence, and that is all."""
        names, jobs, user = bases(markers), [], (await self._headers())["X-SLURM-USER-NAME"]
        for at in range(0, len(names), _HISTORY_AT_ONCE):
            query = urlencode({"job_name": ",".join(names[at : at + _HISTORY_AT_ONCE])})
            said = await self._ask("GET", "slurmdb", f"jobs?{query}")
            if said.status == 200 and text.complaint(said.content) is None:
                told = text.understood(itemgetter("jobs"), said.content)
                jobs += [job for job in told if job.get("user") in (user, None, "")]
        return {"jobs": jobs}

    async def _ask(self, method: str, interface: str, path: str, body: Any = None) -> Answer:
        version = await self._spoken()
        said = await self._answered(method, f"{interface}/{version}/{path}", body)
        if said.status == 404:  # it was replaced by one that speaks other versions
            self._version = None
        return said

    async def _spoken(self) -> str:
        """Return the newest version of the interface that both sides know, asked for once."""
        if self._version is None:
            for version in text.VERSIONS:
                said = await self._answered("GET", f"slurm/{version}/ping")
                if said.status != 404:
                    self._version = version
                    break
            else:
                raise BatchSilent(f"{self._settings.url} speaks none of {', '.join(text.VERSIONS)}")
        return self._version

    async def _answered(self, method: str, path: str, body: Any = None) -> Answer:
        headers = await self._headers()
        said = await self.answer(method, f"{self._settings.url.rstrip('/')}/{path}", headers, body)
        if said.status in (401, 403):
            self._login = None
            raise LoginRefused(f"{self._settings.url} does not accept the token of {headers['X-SLURM-USER-NAME']}")
        complaint = text.complaint(said.content)
        if complaint is not None and _UNCLEAR.search(complaint):
            self._login = None
            raise BatchSilent(
                f"Slurm does not answer, or does not accept the token of {headers['X-SLURM-USER-NAME']}: {complaint}"
            )
        return said

    async def _headers(self) -> dict[str, str]:
        now = time.monotonic()
        if self._login is not None and now < self._login[1]:
            return self._login[0]
        if self._settings.api_credential_id is None:
            token, name = await self._asked_for()
            seconds = _TOKEN_SECONDS * 0.8
        else:
            async with self._lend(self._settings.api_credential_id) as secret:
                if not isinstance(secret, Bearer):
                    raise LoginRefused(f"slurmrestd wants a bearer token, and {type(secret).__name__} is none")
                token, name, seconds = secret.token, self._settings.user or _user_of(secret.token), _KEPT_SECONDS
        self._login = {"X-SLURM-USER-NAME": name, "X-SLURM-USER-TOKEN": token}, now + seconds
        return self._login[0]

    async def _asked_for(self) -> tuple[str, str]:
        said = await self.asked("/bin/sh", "-c", _ASK)
        token, _, user = said.strip().partition("\n")
        token = token.removeprefix("SLURM_JWT=").strip()
        if not token or not user:
            raise LoginRefused("scontrol token gave no token")
        register_secret(token, lent=True)
        return token, user.strip()


def _user_of(token: str) -> str:
    """Return whose token it is, as a token (RFC 7519) of Slurm's own says: its claim ``sun``."""
    parts, claims = token.split("."), None
    with suppress(ValueError):
        claims = json.loads(base64.urlsafe_b64decode(f"{parts[1]}===")) if len(parts) == 3 else None
    found = claims.get("sun") if isinstance(claims, dict) else None
    if not isinstance(found, str) or not _USER.fullmatch(found):
        raise LoginRefused("the token does not say whose it is: give the machine the setting user")
    return found
