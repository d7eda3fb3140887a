"""``stormbell users``."""

from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.passwords import OtherWays, PasswordFile, new_password
from app.cli.problems import NOT_ALLOWED, NOT_FOUND, USAGE, CommandFailed, Refused

users = noun("users", "Who has an account, for administrators.")

User = Annotated[str, typer.Argument(metavar="USER", help="Id or e-mail address")]
RoleOption = Annotated[str | None, typer.Option(help="viewer, runner, operator, admin or owner; at most your own")]


@users.command("list")
def list_users(
    search: Annotated[str | None, typer.Option(help="Part of a name or e-mail address")] = None,
    role: Annotated[str | None, typer.Option(help="viewer, runner, operator, admin or owner")] = None,
    state: Annotated[str | None, typer.Option(help="active, disabled, or waiting for approval")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List people, newest first.

    Example: stormbell users list --state waiting
    """
    from stormbell_client.api.accounts import user_list
    from stormbell_client.models.user_list_role_type_0 import UserListRoleType0
    from stormbell_client.models.user_list_state_type_0 import UserListStateType0

    page = remote.pages(
        user_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        search=search,
        role=remote.one_of(UserListRoleType0, [role], "--role")[0] if role else None,
        state=remote.one_of(UserListStateType0, [state], "--state")[0] if state else None,
    )
    show.rows(
        page,
        json_,
        ("id", "name", "e-mail", "role", "state", "since"),
        lambda u: (u.id, u.name, u.email, u.role, u.state, u.created_at),
        "No users.",
    )


@users.command("show")
def show_user(user: User, json_: Json = False) -> None:
    """Show a person.

    Example: stormbell users show ada@example.org
    """
    from stormbell_client.api.accounts import user_get

    _show(remote.ask(user_get.sync_detailed, user_id(user), client=remote.client()), json_)


@users.command("totals")
def totals(json_: Json = False) -> None:
    """Count people by role and state, and say when the last of them came.

    Example: stormbell users totals
    """
    from stormbell_client.api.accounts import user_totals

    answer = remote.ask(user_totals.sync_detailed, client=remote.client())
    found = answer.document
    counts = [(name, count) for part in ("by_role", "by_state") for name, count in found[part].items()]
    show.one(answer, json_, [("people", found["total"]), *counts, ("last came", answer.view.last_sign_up_at)])


@users.command("add")
def add_user(
    email: Annotated[str, typer.Argument(help="What they log in with")],
    name: Annotated[str, typer.Argument(help="What they are called")],
    role: Annotated[str, typer.Option(help="viewer, runner, operator, admin or owner; at most your own")] = "viewer",
    password_file: PasswordFile = None,
    json_: Json = False,
) -> None:
    """Add a person with a password. To let them choose it themselves: stormbell invitations create.

    Example: stormbell users add ada@example.org "Ada Lovelace" --role operator
    """
    from stormbell_client.api.accounts import user_create
    from stormbell_client.models.user_create import UserCreate
    from stormbell_client.models.user_create_role import UserCreateRole

    [chosen] = remote.one_of(UserCreateRole, [role], "--role")
    body = UserCreate(email=email, name=name, role=chosen, password=new_password(password_file))
    answer = remote.ask(user_create.sync_detailed, client=remote.client(), body=body)
    show.done(f"{answer.view.name} is {answer.view.role.value}: {answer.view.id}", answer.document, json_)


@users.command("change")
def change_user(
    user: User,
    email: Annotated[str | None, typer.Option(help="Another e-mail address")] = None,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    role: RoleOption = None,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Let in, or shut out at once")] = None,
    json_: Json = False,
) -> None:
    """Change a person. Another address or role, and being shut out, end all their logins.

    Example: stormbell users change ada@example.org --role admin
    """
    wanted = {"email": email, "name": name, "role": role, "enabled": enabled}
    wanted = {key: value for key, value in wanted.items() if value is not None}
    if not wanted:
        raise CommandFailed("say what to change: --email, --name, --role, --enable or --disable", USAGE)
    _show(_change(user, wanted), json_)


@users.command("allow")
def allow(
    user: User,
    workflows: Annotated[list[str] | None, typer.Argument(help="Workflows to add to those they may start")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every workflow, also later ones")] = False,
    only: Annotated[bool, typer.Option("--only", help="These, and no others")] = False,
    json_: Json = False,
) -> None:
    """Let a person start workflows.

    Example: stormbell users allow ada@example.org wildfire flood --only
    """
    if all_ == bool(workflows):
        raise CommandFailed("name the workflows, or say --all", USAGE)
    known = None if only or all_ else _allowed_workflows(user)
    if not (only or all_) and known is None:
        raise CommandFailed("they may start every workflow already; with --only they may start just these", USAGE)
    _show(_change(user, {"allowed_workflows": None if all_ else [*(known or []), *(workflows or [])]}), json_)


@users.command("forbid")
def forbid(
    user: User,
    workflows: Annotated[list[str], typer.Argument(help="Workflows to take from those they may start")],
    json_: Json = False,
) -> None:
    """Let a person no longer start workflows.

    Example: stormbell users forbid ada@example.org flood
    """
    known = _allowed_workflows(user)
    if known is None:
        raise CommandFailed("they may start every workflow; name those they may with 'users allow --only'", USAGE)
    _show(_change(user, {"allowed_workflows": [name for name in known if name not in workflows]}), json_)


@users.command("approve")
def approve_user(
    user: User,
    role: RoleOption = "viewer",
    force: Annotated[bool, typer.Option("--force", help="Also when nobody has shown to read the address")] = False,
    json_: Json = False,
) -> None:
    """Let somebody in who signed up, once they have opened the link that was sent to their address.

    Example: stormbell users approve ada@example.org --role runner
    """
    from stormbell_client.api.accounts import user_approve
    from stormbell_client.models.user_approval import UserApproval
    from stormbell_client.models.user_approval_role import UserApprovalRole

    [chosen] = remote.one_of(UserApprovalRole, [role or "viewer"], "--role")
    body = UserApproval(role=chosen, force=force)
    answer = remote.ask(user_approve.sync_detailed, user_id(user), client=remote.client(), body=body)
    show.done(f"{answer.view.name} may log in, as {answer.view.role.value}.", answer.document, json_)


@users.command("password")
def set_password(
    user: User, password_file: PasswordFile = None, other_ways: OtherWays = None, json_: Json = False
) -> None:
    """Give a person another password. All their logins and API tokens end.

    Example: stormbell users password ada@example.org
    """
    from stormbell_client.api.accounts import user_set_password
    from stormbell_client.models.password_set import PasswordSet

    found = user_id(user)
    body = PasswordSet.from_dict({"password": new_password(password_file), "other_ways": other_ways})
    remote.ask(user_set_password.sync_detailed, found, client=remote.client(), body=body)
    show.done(f"{user} has a new password.", {"password_set": {"id": found}}, json_)


@users.command("delete")
def delete_user(
    user: User,
    heir: Annotated[str | None, typer.Option(help="Id or e-mail address of who gets what they own")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Delete a person. Who owns something needs an heir, so that nothing is lost with them.

    Example: stormbell users delete ada@example.org --heir grace@example.org
    """
    from stormbell_client.api.accounts import user_delete

    found, heir_id = user_id(user), user_id(heir) if heir else None
    subject = {"id": found, "heir": heir_id}
    what = f"delete {user}" + (f" and give what they own to {heir}" if heir else "")
    if allowed(what, subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(user_delete.sync_detailed, found, client=remote.client(), heir=heir_id)
        show.done(f"{user} is deleted.", {"deleted": subject}, json_)


@users.command("logins")
def list_logins(user: User, limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List a person's logins and failed attempts, newest first.

    Example: stormbell users logins ada@example.org
    """
    from stormbell_client.api.accounts import user_login_list

    page = remote.pages(user_login_list.sync_detailed, limit, all_, user_id(user), client=remote.client())
    show_logins(page, json_)


def show_logins(page: Any, json_: bool) -> None:
    """Print a history of logins."""
    heads = ("when", "how", "outcome", "from", "browser")
    show.rows(page, json_, heads, lambda r: (r.at, r.method, r.outcome, r.ip, r.user_agent), "Nobody tried.")


def user_id(wanted: str) -> str:
    """Return the id of a person given by id or e-mail address. Raises CommandFailed when nobody has it."""
    from stormbell_client.api.accounts import user_list

    if "@" not in wanted:
        return wanted
    try:
        page = remote.pages(user_list.sync_detailed, 0, True, client=remote.client(), search=wanted)
    except Refused as refused:
        if refused.status != 403:
            raise
        told = "only administrators find people by e-mail address; give their id, which their 'stormbell whoami' tells"
        raise CommandFailed(told, NOT_ALLOWED) from refused
    for one in page.view:
        if one.email == wanted.strip().lower():
            return one.id
    raise CommandFailed(f"nobody has the e-mail address {wanted}", NOT_FOUND)


def _allowed_workflows(user: str) -> list[str] | None:
    from stormbell_client.api.accounts import user_get

    answer = remote.ask(user_get.sync_detailed, user_id(user), client=remote.client())
    known: list[str] | None = answer.document["allowed_workflows"]
    return known


def _change(user: str, wanted: dict[str, Any]) -> Any:
    from stormbell_client.api.accounts import user_change
    from stormbell_client.models.user_change import UserChange
    from stormbell_client.models.user_change_role_type_0 import UserChangeRoleType0

    if (role := wanted.get("role")) is not None:
        remote.one_of(UserChangeRoleType0, [role], "--role")
    body = UserChange.from_dict(wanted)
    return remote.ask(user_change.sync_detailed, user_id(user), client=remote.client(), body=body)


def _show(answer: Any, json_: bool) -> None:
    user = answer.view
    names = answer.document["allowed_workflows"]
    workflows = "all" if names is None else names or "none"
    fields = [("id", user.id), ("name", user.name), ("e-mail", user.email), ("role", user.role), ("state", user.state)]
    fields += [("workflows", workflows), ("since", user.created_at), ("asked", user.approval_wanted_at)]
    show.one(answer, json_, [*fields, ("disabled", user.disabled_at)])
