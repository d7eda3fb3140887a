"""``stormbell shares``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.groups import group_id
from app.cli.users import user_id

shares = noun("shares", "Who sees what you own, or may act on it.")

Thing = Annotated[str, typer.Argument(metavar="THING", help="Id of an incident, simulation, data set, source, …")]
_WHOM = "A group's name or id, a person's id, or e-mail address if you are an administrator, or everyone"
Subject = Annotated[str, typer.Argument(metavar="WHOM", help=_WHOM)]
_MAY = {"view": "view", "act": "act on"}


@shares.command("list")
def list_shares(
    by_me: Annotated[bool, typer.Option("--by-me", help="Only what is yours and others see")] = False,
    with_me: Annotated[bool, typer.Option("--with-me", help="Only what others let you see")] = False,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List what you share, and what is shared with you, newest first; operators see everybody's.

    Example: stormbell shares list --with-me
    """
    from stormbell_client.api.accounts import share_list
    from stormbell_client.models.share_list_direction_type_0 import ShareListDirectionType0
    from stormbell_client.types import UNSET, Unset

    direction: ShareListDirectionType0 | Unset = UNSET
    if by_me != with_me:
        direction = ShareListDirectionType0.BY_ME if by_me else ShareListDirectionType0.WITH_ME
    page = remote.pages(share_list.sync_detailed, limit, all_, client=remote.client(), direction=direction)
    show.rows(
        page,
        json_,
        ("id", "name", "of", "with", "may", "by", "since"),
        lambda s: (
            *(s.object_id, s.object_name, s.owner_name, s.subject_name),
            *(s.level.value, s.shared_by_name, s.shared_at),
        ),
        "Nothing is shared: share with 'stormbell shares set'.",
    )


@shares.command("show")
def show_shares(thing: Thing, json_: Json = False) -> None:
    """Show with whom something of yours is shared.

    Example: stormbell shares show inc_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import share_list

    answer = remote.ask(share_list.sync_detailed, client=remote.client(), object_id=thing)
    if json_:
        show.document(answer.document)
        return
    rows = [(s.subject_id, s.subject_name, s.level.value, s.shared_by, s.shared_at) for s in answer.view.items]
    show.table(("whom", "name", "may", "by", "since"), rows, answer.at, "Only its owner and operators see it.")


@shares.command("set")
def set_share(
    thing: Thing,
    whom: Subject,
    act: Annotated[bool, typer.Option("--act", help="They may also change and end it")] = False,
    json_: Json = False,
) -> None:
    """Share something of yours, or change how far. What belongs to it is shared with it.

    Example: stormbell shares set inc_01J8ZQ4M7T everyone
    """
    from stormbell_client.api.accounts import share_set
    from stormbell_client.models.share_set import ShareSet
    from stormbell_client.models.share_set_level import ShareSetLevel

    body = ShareSet(level=ShareSetLevel.ACT if act else ShareSetLevel.VIEW)
    answer = remote.ask(share_set.sync_detailed, thing, _id(whom), client=remote.client(), body=body)
    show.done(f"{answer.view.subject_name} may {_MAY[answer.view.level.value]} {thing}.", answer.document, json_)


@shares.command("remove")
def remove_share(thing: Thing, whom: Subject, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Take a share back.

    Example: stormbell shares remove inc_01J8ZQ4M7T everyone
    """
    from stormbell_client.api.accounts import share_remove

    subject = {"object_id": thing, "subject_id": _id(whom)}
    if allowed(f"no longer share {thing} with {whom}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(share_remove.sync_detailed, **subject, client=remote.client())
        show.done(f"{thing} is not shared with {whom}.", {"removed": subject}, json_)


def _id(whom: str) -> str:
    if whom == "everyone" or whom.startswith("usr_"):
        return whom
    return user_id(whom) if "@" in whom else group_id(whom)
