"""Following incidents: live over the event stream, or by asking now and then where no stream gets through."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.cli import remote, show
from app.cli.problems import FAILED, TIMED_OUT, CommandFailed
from app.cli.stream import Fact, Feed
from app.cli.units import clock
from app.kernel.console import clean

if TYPE_CHECKING:
    from stormbell_client.models.incident_view import IncidentView

ENDED = frozenset({"complete", "cancelled", "error", "archived"})


def follow_incident(incident_id: str, *, recent: int, timeout: float | None, json_: bool) -> "IncidentView":
    """Print the facts of an incident until it has ended; return it."""
    with deadline(timeout, incident_id), Feed(incident_id=incident_id) as feed:
        incident = _get(incident_id).view  # after the feed stands, so that no change falls between them
        ended = incident.state.value in ENDED
        for fact in feed.recent(recent):
            tell(fact, json_=json_)
            ended = ended or has_ended(fact, incident_id)  # since the incident was read
        if not ended:
            for fact in feed:
                tell(fact, json_=json_)
                if has_ended(fact, incident_id):
                    break
        return _get(incident_id).view


def end_of(incident_id: str, timeout: float | None) -> "remote.Answer[IncidentView]":
    """Return the incident when it has ended. Raises CommandFailed (exit code 6) after ``timeout`` seconds."""
    with deadline(timeout, incident_id), Feed(incident_id=incident_id) as feed:
        answer = _get(incident_id)
        if answer.view.state.value not in ENDED:
            next(fact for fact in feed if has_ended(fact, incident_id))
            answer = _get(incident_id)
    return answer


def exit_code(state: str) -> int:
    """Return 0 for an incident that completed, 1 for one that ended otherwise."""
    return 0 if state in ("complete", "archived") else FAILED


def has_ended(fact: Fact, incident_id: str) -> bool:
    """Say whether this fact is the end of the incident."""
    state_changed = fact["type"] == "incident.state_changed" and fact["subject_id"] == incident_id
    return state_changed and fact["data"].get("after") in ENDED


def tell(fact: Fact, *, json_: bool) -> None:
    """Print a fact: its time and text, or a line of JSON."""
    if json_:
        show.document(fact, live=True)
    else:
        show.out(f"{clock(datetime.fromisoformat(fact['at']))}  {clean(fact['text'])}")


@contextmanager
def deadline(seconds: float | None, subject: str) -> Iterator[None]:
    """Raise CommandFailed (exit code 6) in the block when it takes longer; also while it waits for the network."""
    if seconds is None:
        yield
        return

    def give_up(*_: Any) -> None:
        raise CommandFailed(f"{subject} has not ended within {seconds:g} s", TIMED_OUT)

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _get(incident_id: str) -> "remote.Answer[IncidentView]":
    from stormbell_client.api.incidents import incident_get

    return remote.ask(incident_get.sync_detailed, incident_id, client=remote.client())
