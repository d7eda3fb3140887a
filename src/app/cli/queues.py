"""``stormbell queues``: what waits where, and how much of it may run at once."""

from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import duration, span

queues = noun("queues", "Where jobs wait, and limits on how many run.")

Queue = Annotated[str, typer.Argument(metavar="QUEUE", help="Its name")]
Reason = Annotated[str | None, typer.Option(help="Why, for those who read it later")]
Scope = Annotated[str, typer.Option(help="What the name is of: queue, kind or key")]


@queues.command("list")
def list_queues(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List queues by name, and how full they are.

    Example: stormbell queues list
    """
    from stormbell_client.api.jobs import queue_list

    page = remote.pages(queue_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("name", "state", "due", "delayed", "held", "running", "oldest", "reason"),
        lambda q: (
            *(q.name, q.state, _least(q, q.depth), _least(q, q.delayed), _least(q, q.held), q.running),
            *(duration(q.oldest_seconds), q.reason),
        ),
        "No queues.",
    )


@queues.command("show")
def show_queue(queue: Queue, json_: Json = False) -> None:
    """Show one queue.

    Example: stormbell queues show default
    """
    from stormbell_client.api.jobs import queue_get

    answer = remote.ask(queue_get.sync_detailed, queue, client=remote.client())
    q = answer.view
    show.one(
        answer,
        json_,
        [
            ("name", q.name),
            ("state", q.state),
            ("reason", q.reason),
            ("order", "one job of a section after the other" if q.fifo else "by urgency, priority and age"),
            ("due", _least(q, q.depth)),
            ("delayed", _least(q, q.delayed)),
            ("held", _least(q, q.held)),
            ("running", q.running),
            ("oldest", duration(q.oldest_seconds)),
            ("limit", _limit(q.limit) if q.limit else None),
            ("changed", q.changed_at),
            ("changed by", q.changed_by),
        ],
    )


@queues.command("pause")
def pause_queue(queue: Queue, reason: Reason = None, json_: Json = False) -> None:
    """Begin no more jobs of a queue; running ones go on and new ones are taken in.

    Example: stormbell queues pause default --reason "storage is moved"
    """
    from stormbell_client.api.jobs import queue_pause
    from stormbell_client.models.queue_reason import QueueReason

    answer = remote.ask(queue_pause.sync_detailed, queue, client=remote.client(), body=QueueReason(reason=reason))
    show.done(f"{queue} is {answer.view.state.value}.", answer.document, json_)


@queues.command("resume")
def resume_queue(queue: Queue, json_: Json = False) -> None:
    """Work a queue off again, and take new jobs in.

    Example: stormbell queues resume default
    """
    from stormbell_client.api.jobs import queue_resume

    answer = remote.ask(queue_resume.sync_detailed, queue, client=remote.client())
    show.done(f"{queue} is {answer.view.state.value}.", answer.document, json_)


@queues.command("drain")
def drain_queue(queue: Queue, reason: Reason = None, json_: Json = False) -> None:
    """Take no new jobs into a queue and work off those there are.

    Example: stormbell queues drain default
    """
    from stormbell_client.api.jobs import queue_drain
    from stormbell_client.models.queue_reason import QueueReason

    answer = remote.ask(queue_drain.sync_detailed, queue, client=remote.client(), body=QueueReason(reason=reason))
    show.done(f"{queue} is {answer.view.state.value}.", answer.document, json_)


@queues.command("order")
def order_queue(
    queue: Queue,
    fifo: Annotated[bool, typer.Option("--fifo/--no-fifo", help="One job of a section after the other, by number")],
    json_: Json = False,
) -> None:
    """Say in which order a queue is worked off; makes one that is not there yet.

    Example: stormbell queues order default --fifo
    """
    from stormbell_client.api.jobs import queue_change
    from stormbell_client.models.queue_change import QueueChange

    answer = remote.ask(queue_change.sync_detailed, queue, client=remote.client(), body=QueueChange(fifo=fifo))
    show.done(f"{queue} is worked off {'by number' if fifo else 'by urgency'}.", answer.document, json_)


@queues.command("limits")
def list_limits(json_: Json = False) -> None:
    """List every limit and how much of it is used.

    Example: stormbell queues limits
    """
    from stormbell_client.api.jobs import job_limit_list

    page = remote.pages(job_limit_list.sync_detailed, 0, True, client=remote.client())
    show.rows(
        page,
        json_,
        ("of", "name", "limit", "used", "begun", "declared", "changed"),
        lambda m: (m.scope, m.name, _limit(m), m.used, m.begun, m.declared or None, m.changed_at),
        "No limits.",
    )


@queues.command("limit")
def set_limit(
    name: Annotated[str, typer.Argument(help="Of the queue, kind or key; of keys also a prefix that ends in *")],
    scope: Scope = "queue",
    at_once: Annotated[int | None, typer.Option(min=0, help="Most jobs at once, on all nodes together")] = None,
    rate: Annotated[float | None, typer.Option(help="Most jobs that begin in a period")] = None,
    per: Annotated[str, typer.Option(metavar="SPAN", help="The period of --rate")] = "1s",
    json_: Json = False,
) -> None:
    """Limit how many jobs of a queue, a kind or a key run, on all nodes together.

    Example: stormbell queues limit default --at-once 10 --rate 100 --per 1m
    """
    from stormbell_client.api.jobs import job_limit_set
    from stormbell_client.models.job_limit_set_scope import JobLimitSetScope
    from stormbell_client.models.limit_set import LimitSet

    if at_once is None and rate is None:
        raise CommandFailed("give --at-once, --rate or both; 'stormbell queues unlimit' takes a limit away", USAGE)
    [chosen] = remote.one_of(JobLimitSetScope, [scope], "--scope")
    wanted: dict[str, Any] = {"concurrency": at_once, "rate": rate}
    if rate is not None:
        wanted["period_seconds"] = span(per).total_seconds()
    body = LimitSet.from_dict(wanted)
    answer = remote.ask(job_limit_set.sync_detailed, chosen, name, client=remote.client(), body=body)
    show.done(f"{scope} {name}: {_limit(answer.view)}.", answer.document, json_)


@queues.command("unlimit")
def remove_limit(
    name: Annotated[str, typer.Argument(help="Of the queue, kind or key")],
    scope: Scope = "queue",
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Take a limit away.

    Example: stormbell queues unlimit default
    """
    from stormbell_client.api.jobs import job_limit_remove
    from stormbell_client.models.job_limit_remove_scope import JobLimitRemoveScope

    [chosen] = remote.one_of(JobLimitRemoveScope, [scope], "--scope")
    subject = {"scope": scope, "name": name}
    if allowed(f"take the limit of {scope} {name} away", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(job_limit_remove.sync_detailed, chosen, name, client=remote.client())
        show.done(f"{scope} {name} has no limit.", {"removed": subject}, json_)


def _least(q: Any, number: int) -> str | int:
    return f"{number}+" if q.at_least and number else number


def _limit(limit: Any) -> str:
    parts = []
    if limit.concurrency is not None:
        parts.append(f"{limit.concurrency} at once")
    if limit.rate is not None:
        parts.append(f"{limit.rate:g} in {duration(limit.period_seconds)}")
    return ", ".join(parts)
