"""``stormbell invitations``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.problems import NOT_FOUND, CommandFailed

invitations = noun("invitations", "Links that make one account each, for administrators.")


@invitations.command("list")
def list_invitations(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List invitations that can still be accepted.

    Example: stormbell invitations list
    """
    from stormbell_client.api.accounts import invitation_list

    page = remote.pages(invitation_list.sync_detailed, limit, all_, client=remote.client())
    makers = {} if json_ else {user_id: _name_of(user_id) for user_id in {i.invited_by for i in page.view}}
    show.rows(
        page,
        json_,
        ("id", "e-mail", "role", "invited by", "made", "ends", "mailed"),
        lambda i: (i.id, i.email, i.role, makers[i.invited_by], i.created_at, i.expires_at, i.mailed_at or "no"),
        "Nobody is invited.",
    )


@invitations.command("create")
def create_invitation(
    email: Annotated[str, typer.Argument(help="Whom to invite")],
    role: Annotated[str, typer.Option(help="viewer, runner, operator, admin or owner; at most your own")] = "viewer",
    mail: Annotated[
        bool | None, typer.Option("--mail/--no-mail", help="Send the link by mail; default: where a mail server is set")
    ] = None,
    json_: Json = False,
) -> None:
    """Invite somebody. The link is printed once and cannot be had again; it works for a day, once, for this address.

    Example: stormbell invitations create ada@example.org --role runner
    """
    from stormbell_client.api.accounts import invitation_create
    from stormbell_client.models.invitation_create import InvitationCreate
    from stormbell_client.models.invitation_create_role import InvitationCreateRole

    [chosen] = remote.one_of(InvitationCreateRole, [role], "--role")
    body = InvitationCreate(email=email, role=chosen, mail=mail)
    made = remote.ask(invitation_create.sync_detailed, client=remote.client(), body=body)
    show.done(made.view.link, made.document, json_)


@invitations.command("send")
def send_invitation(
    invitation: Annotated[str, typer.Argument(metavar="INVITATION", help="Its id, or whom it is for")],
    json_: Json = False,
) -> None:
    """Mail an invitation again, with a new link that is good for another day; the one before stops working.

    Example: stormbell invitations send inv_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import invitation_send

    sent = remote.ask(invitation_send.sync_detailed, _id_of(invitation), client=remote.client())
    show.done(f"A new link is on its way to {sent.view.email}.", sent.document, json_)


@invitations.command("revoke")
def revoke_invitation(
    invitation: Annotated[str, typer.Argument(metavar="INVITATION", help="Its id, or whom it is for")],
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Withdraw an invitation.

    Example: stormbell invitations revoke ada@example.org
    """
    from stormbell_client.api.accounts import invitation_revoke

    subject = {"id": _id_of(invitation)}
    if allowed(f"withdraw invitation {invitation}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(invitation_revoke.sync_detailed, subject["id"], client=remote.client())
        show.done(f"{invitation} is withdrawn.", {"revoked": subject}, json_)


def _id_of(invitation: str) -> str:
    from stormbell_client.api.accounts import invitation_list

    if "@" not in invitation:
        return invitation
    page = remote.pages(invitation_list.sync_detailed, 0, True, client=remote.client())
    for one in page.view:
        if one.email == invitation.strip().lower():  # an address has one that is open at most
            return one.id
    raise CommandFailed(f"no open invitation is for {invitation}", NOT_FOUND)


def _name_of(user_id: str) -> str:
    from stormbell_client.api.accounts import user_get

    try:
        return remote.ask(user_get.sync_detailed, user_id, client=remote.client()).view.name
    except CommandFailed:  # the account is gone, or the token may not look
        return user_id
