"""``stormbell groups``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.users import user_id

groups = noun("groups", "Groups of people that things are shared with together.")

Group = Annotated[str, typer.Argument(metavar="GROUP", help="Its name or id")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="Id, or e-mail address if you are an administrator")]


@groups.command("list")
def list_groups(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List groups, newest first.

    Example: stormbell groups list
    """
    from stormbell_client.api.accounts import group_list

    page = remote.pages(group_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "members", "mine", "made", "for"),
        lambda g: (g.id, g.name, g.member_count, "yes" if g.mine else "", g.created_at, g.description),
        "No groups.",
    )


@groups.command("show")
def show_group(group: Group, json_: Json = False) -> None:
    """Show who is in a group of yours.

    Example: stormbell groups show "Fire weather"
    """
    from stormbell_client.api.accounts import group_get

    answer = remote.ask(group_get.sync_detailed, group_id(group), client=remote.client())
    if json_:
        show.document(answer.document)
        return
    heads = ("id", "name", "manages", "since")
    rows = [(m.user_id, m.name, "yes" if m.manages else "", m.added_at) for m in answer.view.members]
    show.table(heads, rows, answer.at, "Nobody is in it.")


@groups.command("create")
def create_group(
    name: Annotated[str, typer.Argument(help="Such as 'Fire weather'")],
    description: Annotated[str, typer.Option("--for", help="What it is for")] = "",
    json_: Json = False,
) -> None:
    """Make an empty group.

    Example: stormbell groups create "Fire weather" --for "who runs the spread model"
    """
    from stormbell_client.api.accounts import group_create
    from stormbell_client.models.group_create import GroupCreate

    body = GroupCreate(name=name, description=description)
    made = remote.ask(group_create.sync_detailed, client=remote.client(), body=body)
    show.done(f"{made.view.name} is {made.view.id}.", made.document, json_)


@groups.command("change")
def change_group(
    group: Group,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    description: Annotated[str | None, typer.Option("--for", help="What it is for")] = None,
    json_: Json = False,
) -> None:
    """Rename or describe a group you manage.

    Example: stormbell groups change "Fire weather" --name Fire
    """
    from stormbell_client.api.accounts import group_change
    from stormbell_client.models.group_change import GroupChange

    body = GroupChange(name=name, description=description)
    changed = remote.ask(group_change.sync_detailed, group_id(group), client=remote.client(), body=body)
    show.done(f"{changed.view.id} is {changed.view.name}.", changed.document, json_)


@groups.command("delete")
def delete_group(group: Group, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Delete a group; what was shared with it is shared with its members no longer.

    Example: stormbell groups delete "Fire weather"
    """
    from stormbell_client.api.accounts import group_delete

    subject = {"id": group_id(group)}
    if allowed(f"delete group {group}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(group_delete.sync_detailed, subject["id"], client=remote.client())
        show.done(f"{group} is deleted.", {"deleted": subject}, json_)


@groups.command("add")
def add_member(
    group: Group,
    person: Person,
    manages: Annotated[bool, typer.Option("--manages", help="May rename it and choose its members")] = False,
    json_: Json = False,
) -> None:
    """Put somebody into a group you manage, or change how they are in it.

    Example: stormbell groups add "Fire weather" ada@example.org --manages
    """
    from stormbell_client.api.accounts import group_member_set
    from stormbell_client.models.group_member_set import GroupMemberSet

    body = GroupMemberSet(manages=manages)
    client = remote.client()
    answer = remote.ask(group_member_set.sync_detailed, group_id(group), user_id(person), client=client, body=body)
    show.done(f"{person} is in {answer.view.name}.", answer.document, json_)


@groups.command("remove")
def remove_member(group: Group, person: Person, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Take somebody out of a group you manage, or leave one.

    Example: stormbell groups remove "Fire weather" ada@example.org
    """
    from stormbell_client.api.accounts import group_member_remove

    subject = {"group_id": group_id(group), "user_id": user_id(person)}
    if allowed(f"take {person} out of {group}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(group_member_remove.sync_detailed, **subject, client=remote.client())
        show.done(f"{person} is not in {group}.", {"removed": subject}, json_)


def group_id(group: str) -> str:
    """Return the id of a group given by name or id. Raises CommandFailed when none has the name, or several have."""
    from stormbell_client.api.accounts import group_list

    return remote.id_of(group_list.sync_detailed, "group", "grp_", group)
