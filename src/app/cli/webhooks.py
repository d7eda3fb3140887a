"""``stormbell webhooks``."""

from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.units import seconds_of

webhooks = noun("webhooks", "Other programs that are told what happens.")

Webhook = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its name or id")]
Events = Annotated[
    list[str], typer.Option("--event", metavar="TYPE", help="A type of facts, such as incident.*; may be repeated")
]


@webhooks.command("list")
def list_webhooks(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List your webhooks, newest first.

    Example: stormbell webhooks list
    """
    from stormbell_client.api.webhooks import webhook_list

    page = remote.pages(webhook_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "url", "told of", "enabled", "delivered", "failures", "last error"),
        lambda w: (
            *(w.id, w.name, w.url, ", ".join(w.events), w.enabled),
            *(w.last_delivered_at, w.failures, w.disabled_reason or w.last_error),
        ),
        "No webhooks: add one with 'stormbell webhooks add'.",
    )


@webhooks.command("show")
def show_webhook(webhook: Webhook, json_: Json = False) -> None:
    """Show a webhook, without its secret.

    Example: stormbell webhooks show ops
    """
    from stormbell_client.api.webhooks import webhook_get

    _one(remote.ask(webhook_get.sync_detailed, id_of(webhook), client=remote.client()), json_)


@webhooks.command("add")
def add_webhook(
    name: Annotated[str, typer.Argument(help="What it is called")],
    url: Annotated[str, typer.Argument(help="Where messages are posted to")],
    event: Events = [],  # noqa: B006
    exercises: Annotated[bool, typer.Option("--exercises", help="Tell it of exercises too")] = False,
    json_: Json = False,
) -> None:
    """Have an address told of what happens; without --event of incidents and stages. The secret is printed once.

    Example: stormbell webhooks add ops https://ops.example/stormbell --event "incident.*"
    """
    from stormbell_client.api.webhooks import webhook_create
    from stormbell_client.models.webhook_create import WebhookCreate

    given = {"name": name, "url": url, "exercises": exercises, **({"events": event} if event else {})}
    made = remote.ask(webhook_create.sync_detailed, client=remote.client(), body=WebhookCreate.from_dict(given))
    show.done(made.view.secret, made.document, json_)


@webhooks.command("change")
def change_webhook(
    webhook: Webhook,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    url: Annotated[str | None, typer.Option(help="Another address")] = None,
    event: Events = [],  # noqa: B006
    exercises: Annotated[bool | None, typer.Option("--exercises/--no-exercises", help="Tell it of exercises")] = None,
    json_: Json = False,
) -> None:
    """Give a webhook another name, address or filter.

    Example: stormbell webhooks change ops --event incident.opened
    """
    given = {"name": name, "url": url, "exercises": exercises, "events": event or None}
    _change(webhook, {key: value for key, value in given.items() if value is not None}, json_)


@webhooks.command("enable")
def enable_webhook(webhook: Webhook, json_: Json = False) -> None:
    """Tell a webhook what happens from now on.

    Example: stormbell webhooks enable ops
    """
    _change(webhook, {"enabled": True}, json_)


@webhooks.command("disable")
def disable_webhook(webhook: Webhook, json_: Json = False) -> None:
    """Tell a webhook nothing any more.

    Example: stormbell webhooks disable ops
    """
    _change(webhook, {"enabled": False}, json_)


@webhooks.command("rotate")
def rotate_secret(
    webhook: Webhook,
    overlap_seconds: Annotated[
        float,
        typer.Option(parser=seconds_of(), metavar="SPAN", help="How long the secret before signs as well: 3600 or 1h"),
    ] = 86_400,
    json_: Json = False,
) -> None:
    """Give a webhook a new secret. It is printed once.

    Example: stormbell webhooks rotate ops --overlap-seconds 3600
    """
    from stormbell_client.api.webhooks import webhook_rotate
    from stormbell_client.models.rotate_secret import RotateSecret

    body = RotateSecret(overlap_seconds=overlap_seconds)
    made = remote.ask(webhook_rotate.sync_detailed, id_of(webhook), client=remote.client(), body=body)
    show.done(made.view.secret, made.document, json_)


@webhooks.command("test")
def try_webhook(webhook: Webhook, json_: Json = False) -> None:
    """Send a webhook a message that says it is a test.

    Example: stormbell webhooks test ops
    """
    from stormbell_client.api.webhooks import webhook_test

    sent = remote.ask(webhook_test.sync_detailed, id_of(webhook), client=remote.client())
    show.done(f"Sent; how it went: stormbell webhooks message {sent.view.id}", sent.document, json_)


@webhooks.command("messages")
def list_messages(
    webhook: Webhook,
    state: Annotated[list[str], typer.Option(help="pending, delivered or failed; may be repeated")] = [],  # noqa: B006
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List what a webhook was told, and what its receiver answered.

    Example: stormbell webhooks messages ops --state failed
    """
    from stormbell_client.api.webhooks import webhook_message_list
    from stormbell_client.models.webhook_message_list_state_item import WebhookMessageListStateItem

    try:
        states = [WebhookMessageListStateItem(one) for one in state]
    except ValueError as error:
        raise typer.BadParameter("takes pending, delivered or failed", param_hint="--state") from error
    operation = webhook_message_list.sync_detailed
    page = remote.pages(operation, limit, all_, id_of(webhook), client=remote.client(), state=states)
    show.rows(
        page,
        json_,
        ("id", "type", "state", "made", "attempts", "status", "answer", "error"),
        lambda m: (m.id, m.type_, m.state.value, m.created_at, m.attempts, m.status, m.answer_head, m.error),
        "It was told nothing yet.",
    )


@webhooks.command("message")
def show_message(
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="Its id")], json_: Json = False
) -> None:
    """Show one message, with what was sent and answered.

    Example: stormbell webhooks message msg_01M8249P1J2K2MY2YJZM39H044
    """
    from stormbell_client.api.webhooks import webhook_message_get

    found = remote.ask(webhook_message_get.sync_detailed, message, client=remote.client())
    m = found.view
    show.one(
        found,
        json_,
        [
            *(("id", m.id), ("type", m.type_), ("state", m.state.value), ("made", m.created_at)),
            *(("attempts", m.attempts), ("attempted", m.attempted_at), ("delivered", m.delivered_at)),
            *(("status", m.status), ("answer", m.answer_head), ("error", m.error)),
            *((name.replace("_", " "), value) for name, value in found.document["content"]["data"].items()),
        ],
    )


@webhooks.command("replay")
def replay_failed(
    webhook: Webhook,
    message: Annotated[str | None, typer.Option(help="Only this message, also when it was delivered")] = None,
    json_: Json = False,
) -> None:
    """Send again what was given up.

    Example: stormbell webhooks replay ops
    """
    from stormbell_client.api.webhooks import webhook_message_replay, webhook_message_replay_failed

    if message is not None:
        again = remote.ask(webhook_message_replay.sync_detailed, message, client=remote.client())
        show.done(f"Sent again; how it went: stormbell webhooks message {message}", again.document, json_)
        return
    done = remote.ask(webhook_message_replay_failed.sync_detailed, id_of(webhook), client=remote.client())
    show.done(f"{done.view.count} messages are sent again.", done.document, json_)


@webhooks.command("remove")
def remove_webhook(webhook: Webhook, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Remove a webhook with its secret and what was sent to it.

    Example: stormbell webhooks remove ops --dry-run
    """
    from stormbell_client.api.webhooks import webhook_get, webhook_remove

    found = remote.ask(webhook_get.sync_detailed, id_of(webhook), client=remote.client())
    if allowed(f"remove webhook {found.view.name!r}", found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(webhook_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {found.view.name}.", {"removed": found.document}, json_)


def id_of(webhook: str) -> str:
    """Return the id of a webhook given by name or id. Raises CommandFailed when none has the name."""
    from stormbell_client.api.webhooks import webhook_list

    return remote.id_of(webhook_list.sync_detailed, "webhook", "whk_", webhook)


def _change(webhook: str, given: dict[str, Any], json_: bool) -> None:
    from stormbell_client.api.webhooks import webhook_change
    from stormbell_client.models.webhook_change import WebhookChange

    body = WebhookChange.from_dict(given)
    _one(remote.ask(webhook_change.sync_detailed, id_of(webhook), client=remote.client(), body=body), json_)


def _one(answer: remote.Answer[Any], json_: bool) -> None:
    w = answer.view
    show.one(
        answer,
        json_,
        [
            *(("id", w.id), ("name", w.name), ("url", w.url), ("told of", ", ".join(w.events))),
            *(("exercises too", w.exercises), ("enabled", w.enabled), ("why not", w.disabled_reason)),
            *(("delivered", w.last_delivered_at), ("failures", w.failures), ("last error", w.last_error)),
            ("secret before until", answer.document.get("secret_before_until")),
        ],
    )
