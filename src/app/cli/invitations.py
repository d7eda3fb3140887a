"""``stormbell invitations``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed

invitations = noun("invitations", "Links that make one account each, for administrators.")


@invitations.command("list")
def list_invitations(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List invitations that can still be accepted.

    Example: stormbell invitations list
    """
    from stormbell_client.api.accounts import invitation_list

    page = remote.pages(invitation_list.sync_detailed, limit, all_, client=remote.client())
    heads = ("id", "e-mail", "role", "by", "made", "until")
    show.rows(
        page,
        json_,
        heads,
        lambda i: (i.id, i.email, i.role, i.invited_by, i.created_at, i.expires_at.isoformat(timespec="minutes")),
        "Nobody is invited.",
    )


@invitations.command("create")
def create_invitation(
    email: Annotated[str, typer.Argument(help="Whom to invite")],
    role: Annotated[str, typer.Option(help="viewer, runner, operator, admin or owner; at most your own")] = "viewer",
    json_: Json = False,
) -> None:
    """Invite somebody. The link is printed once and cannot be had again; it works for a day, once, for this address.

    Example: stormbell invitations create ada@example.org --role runner
    """
    from stormbell_client.api.accounts import invitation_create
    from stormbell_client.models.invitation_create import InvitationCreate
    from stormbell_client.models.invitation_create_role import InvitationCreateRole

    [chosen] = remote.one_of(InvitationCreateRole, [role], "--role")
    body = InvitationCreate(email=email, role=chosen)
    made = remote.ask(invitation_create.sync_detailed, client=remote.client(), body=body)
    show.done(made.view.link, made.document, json_)


@invitations.command("revoke")
def revoke_invitation(
    invitation: Annotated[str, typer.Argument(metavar="INVITATION", help="Its id")],
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Withdraw an invitation.

    Example: stormbell invitations revoke inv_01J8ZQ4M7T
    """
    from stormbell_client.api.accounts import invitation_revoke

    subject = {"id": invitation}
    if allowed(f"withdraw invitation {invitation}", subject, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(invitation_revoke.sync_detailed, invitation, client=remote.client())
        show.done(f"{invitation} is withdrawn.", {"revoked": subject}, json_)
