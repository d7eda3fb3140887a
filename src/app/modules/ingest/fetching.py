"""Fetching a document over HTTP for the drivers that poll: once, and only when it is not as it was (RFC 9110, 13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import Field, field_validator

from app.kernel.http import GuardedClient
from app.modules.ingest.errors import PollFailed
from app.modules.ingest.source import PollState
from app.modules.ingest.timing import Timing

# Reading 1 MB of items takes some 20 ms; above this size it is not done on the event loop.
LARGE_BYTES = 256 * 1024
_TIME = re.compile(r"\{time:((?:%[YmdHMSjyGVu]|[0-9A-Za-z_.:/-])+)\}")


class Address(Timing):
    """Where a document is, and when it is fetched."""

    url: str = Field(
        description="Address of the feed; {time:%Y%m%d} in it stands for the time the poll is for, in UTC",
        max_length=2000,
        examples=["https://feeds.example/all.geojson"],
    )
    credential: str | None = Field(
        None,
        title="Credential",
        pattern="^cred_[0-9A-Z]{26}$",
        description="Id of what the feed is logged in to with, of the kind bearer, password or oauth",
    )
    max_bytes: int = Field(32 * 1024**2, ge=1024, le=1024**3, description="Largest answer, after decompression")
    timeout_seconds: float = Field(30.0, gt=0, le=600, description="For one poll, connecting included")

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError("the address of a feed starts with http:// or https://")
        if "{" in _TIME.sub("", url):
            raise ValueError("braces in the address are {time:…} with the directives %Y %m %d %H %M %S %j %y %G %V %u")
        return url

    def url_at(self, tick: datetime | None) -> str:
        """Return the address of the document for a time of the schedule; without one, for the present."""
        at = (tick or datetime.now(UTC)).astimezone(UTC)
        return _TIME.sub(lambda found: at.strftime(found[1]), self.url)

    @property
    def one_document(self) -> bool:
        """Say whether the address is the same at each poll."""
        return _TIME.search(self.url) is None


@dataclass(frozen=True)
class Fetched:
    """A document that is not as it was, with what tells it apart the next time."""

    body: bytes
    url: str
    headers: Mapping[str, str]

    @property
    def etag(self) -> str | None:
        """Return the validator of this state of the document."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """Return when it changed, as the server writes it."""
        return self.headers.get("last-modified")


async def fetch(
    http: GuardedClient, address: Address, state: PollState, accept: str, method: str = "GET"
) -> Fetched | None:
    """Fetch the document; ``None`` when it is as it was. Raises PollFailed and what the client does."""
    headers = {"Accept": accept, **state.login}
    if address.one_document:  # another address' validators would say that nothing changed
        if state.etag:
            headers["If-None-Match"] = state.etag
        if state.last_modified:
            headers["If-Modified-Since"] = state.last_modified
    url = address.url_at(state.tick)
    answer = await http.request(
        method,
        url,
        headers=headers,
        max_bytes=address.max_bytes,
        timeout_seconds=address.timeout_seconds,
        follow_redirects=True,
    )
    if answer.status == 304:
        return None
    if answer.status != 200:
        wish = answer.headers.get("retry-after", "")
        raise PollFailed(
            f"the feed answered with status {answer.status}",
            float(wish) if wish.isascii() and wish.isdigit() and len(wish) < 6 else None,
        )
    return Fetched(answer.body, url, answer.headers)
