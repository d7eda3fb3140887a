"""``stormbell credentials``."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.drivers import secrets_of, settings_of
from app.cli.files import text_of
from app.cli.problems import USAGE, CommandFailed, Refused
from app.cli.units import moment, seconds_of

credentials = noun("credentials", "What machines, storages and feeds are logged in to with.")

Credential = Annotated[str, typer.Argument(metavar="CREDENTIAL", help="Its name or id")]
Setting = Annotated[
    list[str], typer.Option("--setting", metavar="NAME=VALUE", help="A setting that is no secret; may be repeated")
]
SecretFile = Annotated[
    list[str],
    typer.Option(
        "--secret-file", metavar="NAME=FILE", help="A secret setting from a file; - reads stdin; may be repeated"
    ),
]
Settings = Annotated[str | None, typer.Option(metavar="@FILE", help="All settings as JSON from a file; @- reads stdin")]


@credentials.command("list")
def list_credentials(
    kind: Annotated[str | None, typer.Option(help="Only of this kind, such as ssh_key")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List the credentials you may see, newest first.

    Example: stormbell credentials list --kind ssh_key
    """
    from stormbell_client.api.credentials import credential_list

    page = remote.pages(credential_list.sync_detailed, limit, all_, client=remote.client(), kind=kind)
    show.rows(
        page,
        json_,
        ("id", "name", "kind", "status", "used", "replaced", "until"),
        lambda c: (c.id, c.name, c.kind, c.status, c.last_used_at, c.replaced_at, c.expires_at),
        "No credentials: add one with 'stormbell credentials add'.",
    )


@credentials.command("show")
def show_credential(credential: Credential, json_: Json = False) -> None:
    """Show a credential, with the public half of a key; secrets are never shown.

    Example: stormbell credentials show heron
    """
    from stormbell_client.api.credentials import credential_get

    show_one(remote.ask(credential_get.sync_detailed, id_of(credential), client=remote.client()), json_)


@credentials.command("add")
def add_credential(
    name: Annotated[str, typer.Argument(help="What it is called")],
    kind: Annotated[str, typer.Option(help="One of 'stormbell drivers list --kind credentials.kind'")],
    setting: Setting = [],  # noqa: B006
    secret_file: SecretFile = [],  # noqa: B006
    settings: Settings = None,
    json_: Json = False,
) -> None:
    """Keep a credential. Secrets come from files or stdin, where no list of processes shows them.

    Example: stormbell credentials add heron --kind ssh_key --setting user=ada
    """
    from stormbell_client.api.credentials import credential_create
    from stormbell_client.models.credential_create import CredentialCreate

    body = CredentialCreate.from_dict({"name": name, "kind": kind, "settings": _given(settings, setting, secret_file)})
    with _naming_secrets(kind):
        show_one(remote.ask(credential_create.sync_detailed, client=remote.client(), body=body), json_)


@credentials.command("change")
def change_credential(
    credential: Credential,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it ends: 2027-01-31T00:00Z, or 90d from now")
    ] = None,
    replace_after_days: Annotated[int | None, typer.Option(min=1, help="Remind of replacing it after this")] = None,
    json_: Json = False,
) -> None:
    """Rename a credential, or say when it ends or is to be replaced.

    Example: stormbell credentials change heron --replace-after-days 90
    """
    from stormbell_client.api.credentials import credential_change
    from stormbell_client.models.credential_change import CredentialChange

    ends_at = moment(until, ahead=True).isoformat() if until else None
    given = {"name": name, "expires_at": ends_at, "replace_after_days": replace_after_days}
    body = CredentialChange.from_dict({key: value for key, value in given.items() if value is not None})
    show_one(remote.ask(credential_change.sync_detailed, id_of(credential), client=remote.client(), body=body), json_)


@credentials.command("replace")
def replace_credential(
    credential: Credential,
    setting: Setting = [],  # noqa: B006
    secret_file: SecretFile = [],  # noqa: B006
    settings: Settings = None,
    json_: Json = False,
) -> None:
    """Put another secret in its place; a key that was made here is made anew. What uses it goes on with that.

    Example: stormbell credentials replace feed --secret-file token=token.txt
    """
    from stormbell_client.api.credentials import credential_replace
    from stormbell_client.models.credential_replace import CredentialReplace

    body, found = CredentialReplace.from_dict({"settings": _given(settings, setting, secret_file)}), id_of(credential)
    with _naming_secrets():
        show_one(remote.ask(credential_replace.sync_detailed, found, client=remote.client(), body=body), json_)


@credentials.command("test")
def try_credential(credential: Credential, json_: Json = False) -> None:
    """Try a credential where it is used, as a job; how it went is in 'credentials show'.

    Example: stormbell credentials test heron
    """
    from stormbell_client.api.credentials import credential_test

    answer = remote.ask(credential_test.sync_detailed, id_of(credential), client=remote.client())
    show.done(f"Trying it: stormbell jobs watch {answer.view.job_id}", answer.document, json_)


@credentials.command("uses")
def list_uses(credential: Credential, limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List who used a credential, for what and when.

    Example: stormbell credentials uses heron
    """
    from stormbell_client.api.credentials import credential_use_list

    operation = credential_use_list.sync_detailed
    page = remote.pages(operation, limit, all_, id_of(credential), client=remote.client())
    show.rows(
        page,
        json_,
        ("user", "for", "times", "last", "node"),
        lambda u: (u.user_id, u.purpose, u.count, u.last_at, u.node),
        "Nobody used it.",
    )


@credentials.command("sign")
def sign_key(
    credential: Credential,
    public_key: Annotated[Path, typer.Argument(help="Your public key, such as ~/.ssh/id_ed25519.pub")],
    user: Annotated[list[str], typer.Option("--user", help="User name on the other side; may be repeated")] = [],  # noqa: B006
    seconds: Annotated[
        float | None, typer.Option(parser=seconds_of(60), metavar="SPAN", help="How long it is good for: 3600 or 8h")
    ] = None,
    json_: Json = False,
) -> None:
    """Print a certificate for your SSH key, signed by a credential of the kind ssh_ca.

    Example: stormbell credentials sign cluster-ca ~/.ssh/id_ed25519.pub > ~/.ssh/id_ed25519-cert.pub
    """
    from stormbell_client.api.credentials import credential_sign
    from stormbell_client.models.certificate_wanted import CertificateWanted

    line = text_of(public_key)
    wanted = {"public_key": line, "users": user, "seconds": None if seconds is None else int(seconds)}
    body = CertificateWanted.from_dict(wanted)
    answer = remote.ask(credential_sign.sync_detailed, id_of(credential), client=remote.client(), body=body)
    show.done(answer.view.certificate, answer.document, json_)


@credentials.command("remove")
def remove_credential(credential: Credential, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Remove a credential and its secret; refused while something uses it.

    Example: stormbell credentials remove heron --dry-run
    """
    from stormbell_client.api.credentials import credential_get, credential_remove

    found = remote.ask(credential_get.sync_detailed, id_of(credential), client=remote.client())
    if allowed(f"remove credential {found.view.name!r}", found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(credential_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {found.view.name}.", {"removed": found.document}, json_)


def id_of(credential: str) -> str:
    """Return the id of a credential given by name or id. Raises CommandFailed when none has the name."""
    from stormbell_client.api.credentials import credential_list

    return remote.id_of(credential_list.sync_detailed, "credential", "cred_", credential)


def show_one(answer: remote.Answer[Any], json_: bool) -> None:
    """Print one credential."""
    c = answer.view
    public = [(name.replace("_", " "), value) for name, value in answer.document["public"].items()]
    show.one(
        answer,
        json_,
        [
            *(("id", c.id), ("name", c.name), ("kind", c.kind), ("status", c.status), ("why", c.state_text)),
            ("leads back to", c.connect_path),
            *((name, value) for name, value in public if value not in (None, [])),
            *(("owner", c.owner_id), ("replaced", c.replaced_at), ("until", c.expires_at)),
            *(("used", c.last_used_at), ("by", c.last_used_by)),
            *(("tested", c.tested_at), ("passed", c.test_passed), ("said", c.test_text)),
        ],
    )


@contextmanager
def _naming_secrets(kind: str | None = None) -> Iterator[None]:
    """Where settings are refused, say how those that are secret are given: nobody would look for them in an option."""
    try:
        yield
    except Refused as refused:
        if refused.problem != "credential_settings_invalid":
            raise
        names = secrets_of(settings_of("credentials.kind", kind)) if kind else []
        told = " ".join(f"--secret-file {name}=FILE" for name in names or ["NAME"])
        raise CommandFailed(
            f"{refused}; what is secret is given with {told}, and - reads stdin", refused.code
        ) from None


def _given(settings: str | None, pairs: list[str], files: list[str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if settings is not None:
        if not settings.startswith("@"):
            raise CommandFailed(
                "--settings takes @FILE, or @- for stdin: a list of processes shows what is typed", USAGE
            )
        try:
            given = json.loads(text_of(settings.removeprefix("@")))
        except ValueError as error:
            raise CommandFailed("--settings: the file is no JSON", USAGE) from error
        if not isinstance(given, dict):
            raise CommandFailed("--settings: the file holds no JSON object", USAGE)
    for pair in pairs:
        name, value = _pair(pair, "--setting", "NAME=VALUE")
        try:
            given[name] = json.loads(value)
        except ValueError:
            given[name] = value
    for pair in files:
        name, place = _pair(pair, "--secret-file", "NAME=FILE")
        given[name] = text_of(place).removesuffix("\n")
    return given


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise CommandFailed(f"{option} takes {form}", USAGE)
    return name, value
