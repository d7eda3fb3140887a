"""Problems of webhooks."""

from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.http import RemoteProblem


class WebhookNotFound(NotFound):
    """There is no such webhook.

    `stormbell webhooks list` shows yours.
    """

    code = "webhook_not_found"


class WebhookMessageNotFound(NotFound):
    """There is no such message of a webhook.

    `stormbell webhooks messages NAME` shows those there are; they are kept for `webhooks.keep_days`.
    """

    code = "webhook_message_not_found"


class WebhookNameTaken(Conflict):
    """You have a webhook of this name already.

    Choose another name, or change the one there is: `stormbell webhooks change NAME`.
    """

    code = "webhook_name_taken"


class WebhookEventUnknown(Invalid):
    """No fact is of a type that fits this.

    Name a type such as `incident.opened`, all of a kind such as `incident.*`, or `*` for everything you may see.
    """

    code = "webhook_event_unknown"


class TooManyWebhooks(Conflict):
    """You have as many webhooks as one user may have.

    Remove one, or have an administrator raise `webhooks.per_owner`.
    """

    code = "too_many_webhooks"


class WebhookDisabled(Conflict):
    """This webhook is disabled.

    `stormbell webhooks enable NAME`, once what is behind its address is ready for it.
    """

    code = "webhook_disabled"


class WebhookMessagePending(Conflict):
    """This message is on its way already.

    It is tried again by itself; `stormbell jobs show ID` says when.
    """

    code = "webhook_message_pending"


class WebhookRefused(RemoteProblem):
    """The receiver of the webhook did not take the message.

    A receiver takes one by any status from 200 to 299. It is tried again for half a day.
    """

    code = "webhook_refused"
