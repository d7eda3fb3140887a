"""``stormbell storages``."""

from app.cli import remote, show
from app.cli.app import All, Json, Limit, noun
from app.cli.units import size

storages = noun("storages", "Places for bytes.")


@storages.command("list")
def list_storages(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List storages and the room in them.

    Example: stormbell storages list
    """
    from stormbell_client.api.data import storage_list

    page = remote.pages(storage_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "driver", "state", "used", "free"),
        lambda s: (s.id, s.name, s.driver, s.state, size(s.bytes_used), size(s.bytes_free)),
        "No storages.",
    )
