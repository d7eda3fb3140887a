"""``stormbell allocations``."""

from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.problems import USAGE, CommandFailed
from app.cli.units import moment, size
from app.cli.users import user_id

allocations = noun("allocations", "How much people and groups may use: core-hours, bytes, leases.")

Allocation = Annotated[str, typer.Argument(metavar="ALLOCATION", help="Its id")]
Until = Annotated[str | None, typer.Option(help="When it ends: 2027-01-01, or 90d from now; default: never")]


@allocations.command("list")
def list_allocations(
    user: Annotated[str | None, typer.Option(help="Only this person's: id or e-mail address")] = None,
    group: Annotated[str | None, typer.Option(help="Only this group's: its id")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List what you and your groups may use and what is left; administrators see everybody's.

    Example: stormbell allocations list
    """
    from stormbell_client.api.accounts import allocation_list

    subject_id = user_id(user) if user else group
    page = remote.pages(allocation_list.sync_detailed, limit, all_, client=remote.client(), subject_id=subject_id)
    heads = ("id", "of", "resource", "granted", "reserved", "used", "left", "until", "note")
    show.rows(page, json_, heads, _row, "Nothing is limited.")


@allocations.command("show")
def show_allocation(allocation: Allocation, limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """Show what used an allocation, newest first.

    Example: stormbell allocations show alc_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import allocation_entry_list

    page = remote.pages(allocation_entry_list.sync_detailed, limit, all_, allocation, client=remote.client())
    show.rows(
        page,
        json_,
        ("for", "by", "state", "reserved", "used", "since"),
        lambda e: (e.reference_id, e.user_id, e.state, round(e.reserved, 3), round(e.used, 3), e.created_at),
        "Nothing used it yet.",
    )


@allocations.command("grant")
def grant(
    resource: Annotated[str, typer.Argument(help="core_hours, bytes or leases")],
    amount: Annotated[float, typer.Argument(min=0, help="How much")],
    user: Annotated[str | None, typer.Option(help="To this person: id or e-mail address")] = None,
    group: Annotated[str | None, typer.Option(help="To this group: its id")] = None,
    until: Until = None,
    note: Annotated[str | None, typer.Option(help="What it is for")] = None,
    json_: Json = False,
) -> None:
    """Let a person or a group use so much, beside what they have. Without any, nobody is limited.

    Example: stormbell allocations grant core_hours 1000 --user ada@example.org --until 2027-01-01
    """
    from stormbell_client.api.accounts import allocation_grant
    from stormbell_client.models.allocation_grant import AllocationGrant
    from stormbell_client.models.allocation_grant_resource import AllocationGrantResource
    from stormbell_client.models.allocation_grant_subject_kind import AllocationGrantSubjectKind

    if (user is None) == (group is None):
        raise CommandFailed("say to whom: --user or --group", USAGE)
    [kind] = remote.one_of(AllocationGrantResource, [resource], "RESOURCE")
    body = AllocationGrant(
        subject_kind=AllocationGrantSubjectKind.USER if user else AllocationGrantSubjectKind.GROUP,
        subject_id=user_id(user) if user else str(group),
        resource=kind,
        granted=amount,
        ends_at=moment(until, ahead=True) if until else None,
        note=note,
    )
    answer = remote.ask(allocation_grant.sync_detailed, client=remote.client(), body=body)
    show.done(answer.view.id, answer.document, json_)


@allocations.command("change")
def change(
    allocation: Allocation,
    amount: Annotated[float | None, typer.Option(min=0, help="How much in all")] = None,
    until: Until = None,
    note: Annotated[str | None, typer.Option(help="What it is for")] = None,
    json_: Json = False,
) -> None:
    """Change how much, until when, or what an allocation is for. What is used stays used.

    Example: stormbell allocations change alc_01J8ZQ4M7T --amount 2000
    """
    from stormbell_client.api.accounts import allocation_change
    from stormbell_client.models.allocation_change import AllocationChange

    wanted: dict[str, Any] = {
        "granted": amount,
        "note": note,
        "ends_at": moment(until, ahead=True).isoformat() if until else None,
    }
    wanted = {key: value for key, value in wanted.items() if value is not None}
    if not wanted:
        raise CommandFailed("say what to change: --amount, --until or --note", USAGE)
    body = AllocationChange.from_dict(wanted)
    answer = remote.ask(allocation_change.sync_detailed, allocation, client=remote.client(), body=body)
    show.done(f"{allocation}: {_amount(answer.view, answer.view.remaining)} left", answer.document, json_)


@allocations.command("revoke")
def revoke(allocation: Allocation, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Take an allocation back of which nothing is reserved.

    Example: stormbell allocations revoke alc_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import allocation_revoke

    subject = {"id": allocation}
    if allowed(f"take allocation {allocation} back", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(allocation_revoke.sync_detailed, allocation, client=remote.client())
        show.done(f"{allocation} is taken back.", {"revoked": subject}, json_)


def _row(one: Any) -> tuple[object, ...]:
    amounts = [_amount(one, value) for value in (one.granted, one.reserved, one.used, one.remaining)]
    until = one.ends_at.date().isoformat() if one.ends_at else None
    return (one.id, one.subject_id, one.resource, *amounts, until, one.note)


def _amount(one: Any, value: float) -> object:
    return size(int(value)) if one.resource.value == "bytes" else round(value, 2)
