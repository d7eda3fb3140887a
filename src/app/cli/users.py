"""``stormbell users``."""

from app.cli import remote, show
from app.cli.app import All, Json, Limit, noun

users = noun("users", "Who has an account.")


@users.command("list")
def list_users(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List everybody.

    Example: stormbell users list
    """
    from stormbell_client.api.accounts import user_list

    page = remote.pages(user_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "e-mail", "role", "since", "disabled"),
        lambda u: (u.id, u.name, u.email, u.role, u.created_at, u.disabled_at),
        "No users.",
    )
