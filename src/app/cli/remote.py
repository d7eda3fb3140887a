"""The server as commands see it: one typed call is one request; whatever goes wrong is a sentence and an exit code.

    answer = remote.ask(incident_get.sync_detailed, incident_id, client=remote.client())

The generated client checks the arguments (mypy reads its signatures) and reads the answer.
"""

import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeVar, cast

from app.cli import connection
from app.cli.problems import NOT_FOUND, UNREACHABLE, USAGE, CommandFailed, Refused, is_stranger

if TYPE_CHECKING:
    import httpx
    from stormbell_client import AuthenticatedClient, Client
    from stormbell_client.models.problem_document import ProblemDocument

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=Enum)
T_co = TypeVar("T_co", covariant=True)

SECONDS = 30.0
PAGE = 500
ULID = 26
SET_UP = (
    "open the link that the server printed when it started; it is also in the file setup-link of its data directory, "
    "which is stormbell-data where it was started unless set otherwise"
)


class Reply(Protocol[T_co]):
    """What an operation of the generated client returns."""

    @property
    def content(self) -> bytes: ...
    @property
    def headers(self) -> Any: ...
    @property
    def parsed(self) -> T_co | None: ...


class Listing(Protocol[T_co]):
    """What a list operation's answer holds."""

    @property
    def items(self) -> Sequence[T_co]: ...


class Named(Protocol):
    """What people call by its name."""

    id: str
    name: str


@dataclass(frozen=True)
class Answer(Generic[T]):
    """An answer: typed for tables, as the server wrote it for ``--json``; ``at`` is the server's clock."""

    view: T
    document: Any
    at: datetime


@cache
def client() -> "AuthenticatedClient | Client":
    """Return the client for this command's server, with its token if there is one."""
    chosen = connection.current()
    return client_of(chosen.url, chosen.token, origin=chosen.origin)


def client_of(
    url: str, token: str | None = None, headers: dict[str, str] | None = None, *, origin: str | None = None
) -> "AuthenticatedClient | Client":
    """Return a client for another server or token; it turns every problem into Refused.

    ``origin`` says where the token came from, for when the server does not take it.
    """
    import httpx
    from stormbell_client import AuthenticatedClient, Client

    options: dict[str, Any] = {
        "base_url": url,
        "timeout": httpx.Timeout(SECONDS, connect=10.0),
        "verify_ssl": url.startswith("https:"),  # no certificates are read for plain HTTP: 40 ms
        "headers": {"User-Agent": "stormbell-cli", **(headers or {})},
        # A proxy from the environment could not reach a server on this machine.
        "httpx_args": {"event_hooks": {"response": [partial(_refuse, url, origin)]}, "trust_env": not _is_local(url)},
    }
    return Client(**options) if token is None else AuthenticatedClient(token=token, **options)


def http() -> "httpx.Client":
    """Return the HTTP client below, for bytes and streams. Use it inside :func:`reaching`."""
    return client().get_httpx_client()


def ask(operation: "Callable[P, Reply[ProblemDocument | T]]", *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
    """Call an operation. Raises Refused for a problem, CommandFailed when no server answers in time."""
    with reaching():
        try:
            reply = operation(*args, **kwargs)
            # A problem would have been raised by the client's hook.
            view, document = cast(T, reply.parsed), json.loads(reply.content) if reply.content else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandFailed(
                f"what answers at {_address(kwargs)} is no Stormbell, or of a version that this one does not understand"
            ) from error
    return Answer(view, document, _time_of(reply.headers))


def pages(
    operation: "Callable[P, Reply[ProblemDocument | Listing[T]]]",
    limit: int,
    all_: bool,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Answer[list[T]]:
    """List the first ``limit`` things, or all, page after page; the document is one page of the API's form."""
    views: list[T] = []
    items: list[Any] = []
    missed: list[Any] = []
    following: str | None = None
    takes_pages = "cursor" in inspect.signature(operation).parameters
    while True:
        if takes_pages:
            kwargs["limit"] = PAGE if all_ else min(PAGE, limit - len(views))
            if following is not None:
                kwargs["cursor"] = following
        answer = ask(operation, *args, **kwargs)
        views += answer.view.items
        items += answer.document["items"]
        missed += answer.document.get("not_searched", [])
        following = answer.document.get("next_cursor")
        if following is None or not (all_ or len(views) < limit):
            break
    if not all_:
        views, items = views[:limit], items[:limit]
    of_all = {"items": items, "next_cursor": following} | ({"not_searched": missed} if missed else {})
    return Answer(views, answer.document | of_all, answer.at)


def id_of(
    operation: "Callable[P, Reply[ProblemDocument | Listing[Named]]]", noun: str, prefix: str, wanted: str
) -> str:
    """Return the id of what is given by name or id. Raises CommandFailed when none has the name, or several have."""
    if wanted.startswith(prefix) and len(wanted) == len(prefix) + ULID:
        return wanted
    listing: Any = operation
    every: list[Named] = pages(listing, 0, True, client=client()).view
    found = [one.id for one in every if wanted in (one.name, one.id)]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandFailed(f"{len(found)} {noun}s are named {wanted!r}: give the id: {', '.join(found)}", USAGE)
    known = ", ".join(sorted(one.name for one in every)) or "none"
    raise CommandFailed(f"there is no {noun} named {wanted!r}; there are: {known}", NOT_FOUND)


@contextmanager
def reaching(url: str | None = None) -> Iterator[None]:
    """Turn what can happen on the way to the server into CommandFailed."""
    import httpx

    try:
        yield
    except httpx.TimeoutException as error:
        raise CommandFailed(f"{url or connection.current().url} did not answer in time", UNREACHABLE) from error
    except httpx.TransportError as error:
        raise CommandFailed(
            f"no server answers at {url or connection.current().url} ({str(error) or type(error).__name__}); "
            "start one with 'stormbell serve', or name another with --url",
            UNREACHABLE,
        ) from error


def one_of(kind: type[E], values: Sequence[str], option: str) -> list[E]:
    """Return an option's words as members of the API's enumeration. Raises CommandFailed naming those there are."""
    known = {str(member.value): member for member in kind}
    for value in values:
        if value not in known:
            raise CommandFailed(f"{option} {value!r}: choose from {', '.join(known)}", USAGE)
    return [known[value] for value in values]


def _refuse(url: str, origin: str | None, response: "httpx.Response") -> None:
    if response.is_success:
        return
    if response.is_redirect:
        place = response.headers.get("Location", "elsewhere")
        raise CommandFailed(f"the server sends us to {place}: use that address", UNREACHABLE)
    response.read()
    try:
        document = response.json()
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    stranger = _stranger(url, origin) if is_stranger(response.status_code, document) else None
    raise Refused(response.status_code, document, stranger)


def _stranger(url: str, origin: str | None) -> tuple[str, str]:
    """Say why a server does not know who asks, and what to do about it."""
    from stormbell_client.api.accounts import setup_get

    with suppress(CommandFailed):  # it may not answer twice
        if ask(setup_get.sync_detailed, client=client_of(url)).view.needed:
            return f"{url} has no owner yet", SET_UP
    if origin is None:
        return f"you are not logged in at {url}", f"log in with 'stormbell login {url}'"
    mend = f"log in with 'stormbell login {url}'"
    if origin != str(connection.client_file()):
        mend = f"put another there, or take it away and {mend}"
    return f"{url} does not take the API token from {origin}", f"it ended, was revoked or is another server's: {mend}"


def _is_local(url: str) -> bool:
    return url.startswith("http:") and connection.is_private(url)


def _address(kwargs: Any) -> str:
    return str(kwargs["client"].get_httpx_client().base_url).rstrip("/")


def _time_of(headers: Any) -> datetime:
    from email.utils import parsedate_to_datetime

    try:
        # The header has whole seconds, cut: without the second, what just happened would lie in the future.
        return parsedate_to_datetime(headers["date"]) + timedelta(seconds=1)
    except (KeyError, ValueError):
        return datetime.now(UTC)
