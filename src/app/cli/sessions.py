"""``stormbell sessions``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed

sessions = noun("sessions", "Your logins in browsers.")


@sessions.command("list")
def list_sessions(
    user: Annotated[
        str | None, typer.Option("--user", metavar="USER", help="Somebody else's, by their id; administrators")
    ] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List your logins in browsers.

    Example: stormbell sessions list
    """
    from stormbell_client.api.accounts import session_list, user_session_list

    if user is None:
        page = remote.pages(session_list.sync_detailed, limit, all_, client=remote.client())
    else:
        page = remote.pages(user_session_list.sync_detailed, limit, all_, user, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "began", "seen", "until", "by", "from", "browser"),
        lambda s: (s.id, s.created_at, s.last_seen_at, s.expires_at, s.method, s.ip, s.user_agent),
        "No browser is logged in.",
    )


@sessions.command("revoke")
def revoke_session(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="Its id")],
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """End a login of yours in a browser.

    Example: stormbell sessions revoke ses_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import session_revoke

    subject = {"id": session}
    if allowed(f"end session {session}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(session_revoke.sync_detailed, session, client=remote.client())
        show.done(f"{session} has ended.", {"revoked": subject}, json_)


@sessions.command("revoke-all")
def revoke_all_sessions(
    user: Annotated[
        str | None, typer.Option("--user", metavar="USER", help="Somebody else's, by their id; administrators")
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """End every login in a browser; what they have open closes within seconds.

    Example: stormbell sessions revoke-all --user usr_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import session_end_others, user_session_end

    subject = {"user": user}
    whose = "your sessions" if user is None else f"the sessions of {user}"
    if allowed(f"end all {whose}", subject, yes=yes, dry_run=dry_run, json_=json_):
        if user is None:
            remote.ask(session_end_others.sync_detailed, client=remote.client())
        else:
            remote.ask(user_session_end.sync_detailed, user, client=remote.client())
        show.done(f"All {whose} have ended.", {"revoked": subject}, json_)
