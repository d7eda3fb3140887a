"""``stormbell profile``."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Timeout, Yes, noun
from app.cli.asking import allowed
from app.cli.files import room_for
from app.cli.passwords import PasswordFile, new_password, own_password, own_password_if_any
from app.cli.problems import CONFLICT, TIMED_OUT, CommandFailed
from app.cli.users import show_logins

profile = noun("profile", "Your own account.")

LOOKED_AFTER_SECONDS = 0.3


@profile.command("show")
def show_profile(json_: Json = False) -> None:
    """Show your account, and which workflows you may start.

    Example: stormbell profile show
    """
    from stormbell_client.api.accounts import profile_get

    _show(remote.ask(profile_get.sync_detailed, client=remote.client()), json_)


@profile.command("rename")
def rename(name: Annotated[str, typer.Argument(help="What you are called")], json_: Json = False) -> None:
    """Take another name.

    Example: stormbell profile rename "Ada Lovelace"
    """
    from stormbell_client.api.accounts import profile_change
    from stormbell_client.models.profile_change import ProfileChange

    _show(remote.ask(profile_change.sync_detailed, client=remote.client(), body=ProfileChange(name=name)), json_)


@profile.command("email")
def change_email(
    email: Annotated[str, typer.Argument(help="The new address")],
    password_file: PasswordFile = None,
    json_: Json = False,
) -> None:
    """Take another e-mail address to log in with. Your other logins in browsers end.

    Example: stormbell profile email ada@example.org
    """
    from stormbell_client.api.accounts import profile_change_email
    from stormbell_client.models.email_change import EmailChange

    body = EmailChange(email=email, password=own_password_if_any(password_file))
    _show(remote.ask(profile_change_email.sync_detailed, client=remote.client(), body=body), json_)


@profile.command("password")
def change_password(
    password_file: PasswordFile = None,
    new_password_file: Annotated[
        Path | None, typer.Option(help="Read the new password from this file's first line; default: it is asked")
    ] = None,
    json_: Json = False,
) -> None:
    """Take another password. Your other logins in browsers end; API tokens stay.

    Example: stormbell profile password
    """
    from stormbell_client.api.accounts import profile_change_password
    from stormbell_client.models.password_change import PasswordChange

    old = own_password(password_file)
    body = PasswordChange(old_password=old, new_password=new_password(new_password_file))
    remote.ask(profile_change_password.sync_detailed, client=remote.client(), body=body)
    show.done("You have a new password.", {"password_set": True}, json_)


@profile.command("logins")
def list_logins(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List your logins and failed attempts, newest first.

    Example: stormbell profile logins
    """
    from stormbell_client.api.accounts import profile_login_list

    show_logins(remote.pages(profile_login_list.sync_detailed, limit, all_, client=remote.client()), json_)


@profile.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="ZIP file to write; only you can read it")],
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Write all that is kept about you, and what you own, to a ZIP of JSON files.

    Example: stormbell profile export me.zip
    """
    import os

    from stormbell_client.api.accounts import profile_export_create, profile_export_get

    if room_for(file).exists():
        raise CommandFailed(f"{file} is there already", CONFLICT)
    answer: Any = remote.ask(profile_export_create.sync_detailed, client=remote.client())
    began_at = time.monotonic()
    while answer.view.state.value == "queued":
        if timeout is not None and time.monotonic() - began_at > timeout:
            raise CommandFailed(f"it is still being made: {answer.view.job_id}", TIMED_OUT)
        time.sleep(LOOKED_AFTER_SECONDS)
        answer = remote.ask(profile_export_get.sync_detailed, answer.view.id, client=remote.client())
    if answer.view.state.value == "failed":
        raise CommandFailed(f"it could not be made: {answer.view.error}")
    with remote.reaching():
        content = remote.http().get(f"/api/v1/profile/exports/{answer.view.id}/content").content
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    show.done(f"{file}: {len(content)} bytes", {**answer.document, "file": str(file)}, json_)


@profile.command("delete")
def delete(
    heir: Annotated[str | None, typer.Option(help="E-mail address of who gets what you own")] = None,
    password_file: PasswordFile = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Delete your account. Who owns something needs an heir, so that nothing is lost.

    Example: stormbell profile delete --heir grace@example.org
    """
    from stormbell_client.api.accounts import profile_delete
    from stormbell_client.models.profile_delete import ProfileDelete

    what = "delete your account" + (f" and give what you own to {heir}" if heir else "")
    subject = {"heir": heir}
    if allowed(what, subject, yes=yes, dry_run=dry_run, json_=json_):
        body = ProfileDelete(password=own_password_if_any(password_file), heir_email=heir)
        remote.ask(profile_delete.sync_detailed, client=remote.client(), body=body)
        show.done("Your account is deleted.", {"deleted": subject}, json_)


def _show(answer: Any, json_: bool) -> None:
    me = answer.view
    names = answer.document["allowed_workflows"]
    workflows = "all" if names is None else names or "none"
    fields = [("id", me.id), ("name", me.name), ("e-mail", me.email), ("role", me.role)]
    show.one(answer, json_, [*fields, ("workflows", workflows), ("since", me.created_at)])
