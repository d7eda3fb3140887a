"""``stormbell keys``: what stored secrets are sealed with."""

from app.cli import remote, show
from app.cli.app import All, Data, Json, Limit, Set, noun

keys = noun("keys", "The keys of the vault, for administrators.")


@keys.command("list")
def list_keys(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List the keys that stored secrets are sealed with, newest first; the keys themselves are never shown.

    Example: stormbell keys list
    """
    from stormbell_client.api.credentials import vault_key_list

    page = remote.pages(vault_key_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "state", "sealed", "file key", "made"),
        lambda k: (k.id, k.state, k.sealed_count, k.file_key, k.created_at),
    )


@keys.command("rotate")
def rotate_keys(json_: Json = False) -> None:
    """Make a new key and seal everything with it, as a job; the old one is kept as long as anything needs it.

    Example: stormbell keys rotate
    """
    from stormbell_client.api.credentials import vault_key_rotate

    answer = remote.ask(vault_key_rotate.sync_detailed, client=remote.client())
    show.done(f"{answer.view.key_id} takes over: stormbell jobs watch {answer.view.job_id}", answer.document, json_)


@keys.command("renew")
def renew_keys(data: Data = None, set_: Set = [], json_: Json = False) -> None:  # noqa: B006
    """Put a new key into this machine's key file, before the old one. The next 'keys rotate' makes use of it.

    Copy the file to every other node and restart them all before you rotate. The old key can be taken out of the file
    when 'keys list' names it no more.

    Example: stormbell keys renew
    """
    from app.cli.settings import flags_of
    from app.kernel.vault_file import VaultFile
    from app.life import load_settings

    settings = load_settings(flags_of(set_, data_directory=data))
    file = VaultFile(settings.data_directory, settings.kernel.vault.key)
    added = file.add()
    show.done(f"{file.name} holds {added} now, before the old one.", {"file": file.name, "file_key": added}, json_)
