"""``/webhooks`` and ``/webhook-messages``."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.webhooks import messages, webhooks
from app.modules.webhooks.schemas import (
    MessagesReplayed,
    MessageState,
    RotateSecret,
    WebhookChange,
    WebhookCreate,
    WebhookMade,
    WebhookMessageDetail,
    WebhookMessageView,
    WebhookView,
)

PERMISSIONS = {
    "webhook_list": Role.VIEWER,
    "webhook_get": Role.VIEWER,
    "webhook_create": Role.RUNNER,
    "webhook_change": Role.RUNNER,
    "webhook_rotate": Role.RUNNER,
    "webhook_remove": Role.RUNNER,
    "webhook_test": Role.RUNNER,
    "webhook_message_list": Role.VIEWER,
    "webhook_message_get": Role.VIEWER,
    "webhook_message_replay": Role.RUNNER,
    "webhook_message_replay_failed": Role.RUNNER,
}

router = api_router("webhooks")


@router.get("/webhooks", operation_id="webhook_list")
async def list_webhooks(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> Page[WebhookView]:
    """List your webhooks, newest first; operators see everybody's."""
    return await webhooks.list_webhooks(session, cursor=cursor, limit=limit)


@router.post("/webhooks", operation_id="webhook_create", status_code=201)
@secret
async def create_webhook(
    body: WebhookCreate, session: SessionOf, actor: Actor, request: Request, response: Response
) -> WebhookMade:
    """Be told of facts at an address. The secret that signs is in this answer only."""
    made = await webhooks.create_webhook(request.app.state.node, session, body, actor)
    response.headers["Location"] = f"/api/v1/webhooks/{made.id}"
    return made


@router.get("/webhooks/{webhook_id}", operation_id="webhook_get")
async def get_webhook(webhook_id: str, session: SessionOf) -> WebhookView:
    """Return one webhook, without its secret."""
    return webhooks.view(await webhooks.get_webhook(session, webhook_id))


@router.patch("/webhooks/{webhook_id}", operation_id="webhook_change")
async def change_webhook(
    webhook_id: str, body: WebhookChange, session: SessionOf, actor: Actor, request: Request
) -> WebhookView:
    """Rename, enable or disable a webhook, or give it another address or filter."""
    return await webhooks.change_webhook(request.app.state.node, session, webhook_id, body, actor)


@router.delete("/webhooks/{webhook_id}", operation_id="webhook_remove", status_code=204)
async def remove_webhook(webhook_id: str, session: SessionOf, actor: Actor) -> None:
    """Remove a webhook with what was sent to it."""
    await webhooks.remove_webhook(session, webhook_id, actor)


@router.post("/webhooks/{webhook_id}/secret", operation_id="webhook_rotate")
@secret
async def rotate_secret(
    webhook_id: str, body: RotateSecret, session: SessionOf, actor: Actor, request: Request
) -> WebhookMade:
    """Give a webhook a new secret, shown in this answer only; the one before signs as well for a while."""
    node = request.app.state.node
    return await webhooks.rotate_secret(node, session, webhook_id, body.overlap_seconds, actor)


@router.post("/webhooks/{webhook_id}/test", operation_id="webhook_test", status_code=202)
async def test_webhook(webhook_id: str, session: SessionOf, actor: Actor, response: Response) -> WebhookMessageView:
    """Send a message of the type `webhook.test`, tried once; how it went shows on it."""
    sent = await messages.send_test(session, webhook_id, actor)
    response.headers["Location"] = f"/api/v1/webhook-messages/{sent.id}"
    return sent


@router.get("/webhooks/{webhook_id}/messages", operation_id="webhook_message_list")
async def list_messages(
    webhook_id: str,
    session: SessionOf,
    state: Annotated[list[MessageState], Query(description="Only messages in one of these states")] = [],  # noqa: B006 (FastAPI copies it)
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[WebhookMessageView]:
    """List what was told to a webhook, newest first, with what its receiver answered."""
    return await messages.list_messages(session, webhook_id, states=state, cursor=cursor, limit=limit)


@router.post("/webhooks/{webhook_id}/replay", operation_id="webhook_message_replay_failed", status_code=202)
async def replay_failed(webhook_id: str, session: SessionOf, actor: Actor) -> MessagesReplayed:
    """Send again what was given up, the oldest thousand messages."""
    return MessagesReplayed(count=await messages.replay_failed(session, webhook_id, actor))


@router.get("/webhook-messages/{message_id}", operation_id="webhook_message_get")
async def get_message(message_id: str, session: SessionOf) -> WebhookMessageDetail:
    """Return one message with its content."""
    return await messages.get_message(session, message_id)


@router.post("/webhook-messages/{message_id}/replay", operation_id="webhook_message_replay", status_code=202)
async def replay_message(message_id: str, session: SessionOf, actor: Actor) -> WebhookMessageView:
    """Send a message again under the same id, whether it was given up or delivered."""
    return await messages.replay_message(session, message_id, actor)
