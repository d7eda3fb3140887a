"""Problems of this module. Those below Unreadable are also the reasons deliveries go to quarantine."""

from app.kernel.errors import BadRequest, Conflict, Invalid, NotFound, TooLarge, TooManyRequests, Unauthenticated


class SourceNotFound(NotFound):
    """There is no such source.

    `stormbell sources list` shows those there are.
    """

    code = "source_not_found"


class SourceNameTaken(Conflict):
    """Another source has this name.

    Choose another name, or change the source that has it.
    """

    code = "source_name_taken"


class SourceSettingsInvalid(Invalid):
    """The driver does not accept these settings.

    `errors` names each setting that is wrong; `stormbell drivers list --json` has the driver's schema.
    """

    code = "source_settings_invalid"


class FeedLoginRefused(Invalid):
    """The feed does not answer to this credential.

    Look whether it is the right one and whether the feed is up; then `stormbell credentials replace NAME`.
    """

    code = "feed_login_refused"


class SourceNotPushed(Conflict):
    """This source fetches its data itself.

    Register a source with the driver `push` for this data.
    """

    code = "source_not_pushed"


class SourcePaused(Conflict):
    """This source is paused.

    `stormbell sources resume NAME`, if it is to take data again. Nothing was kept; send it again after that.
    """

    code = "source_paused"


class DeliveryNotFound(NotFound):
    """There is no such delivery."""

    code = "delivery_not_found"


class DeliveryCut(Conflict):
    """Only the beginning of this delivery was kept.

    It was too large to be kept whole, so it cannot be replayed. Have the source send it again.
    """

    code = "delivery_cut"


class DeliveryForgotten(Conflict):
    """The body of this delivery is not kept any more.

    `keep_seconds` and `keep_bytes` of its source, or of `ingest`, say how long bodies are kept.
    """

    code = "delivery_forgotten"


class PushTooLarge(TooLarge):
    """The delivery is too large.

    Send less at once, or raise `ingest.push_max_bytes`.
    """

    code = "delivery_too_large"


class IngestFull(TooManyRequests):
    """More came than the database takes at the moment.

    Nothing of this was kept. Send it again after as many seconds as `Retry-After` says.
    """

    code = "ingest_full"


class SourceRateLimited(TooManyRequests):
    """This source is sent to more often than it may be.

    Wait for as many seconds as `Retry-After` says. The setting `requests_per_second` of the source, or without one
    `ingest.source_requests_per_second`, is the limit. Many documents fit into one request as lines.
    """

    code = "source_rate_limited"


class SenderRefused(Unauthenticated):
    """The sender did not prove to be one this source takes data from.

    Send the source's token as `Authorization: Bearer`, sign as Standard Webhooks says, or log in.
    `stormbell sources key NAME` makes a new token or signing secret.
    """

    code = "sender_refused"


class SignatureWrong(SenderRefused):
    """The signature does not fit what came.

    It is `v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, of the body byte for byte.
    """

    code = "signature_wrong"


class SignatureStale(SenderRefused):
    """The signature is too old, or from the future.

    Set the sender's clock. `webhook-timestamp` is in seconds since 1970 and may be off by `ingest.signature_seconds`.
    """

    code = "signature_stale"


class SignatureReplayed(Conflict):
    """This very request was taken before.

    Nothing is to be done if you repeat it because its answer was lost: it was kept. Sign a new request anew.
    """

    code = "signature_replayed"


class SourceKeyMissing(NotFound):
    """The source has no such key."""

    code = "source_key_missing"


class SenderUnknown(NotFound):
    """No source takes data from this address.

    A source lists the addresses it takes data from in `addresses`; `ingest.by_address` lets them send without a login.
    """

    code = "sender_unknown"


class SenderAmbiguous(Conflict):
    """More than one source takes data from this address.

    Give one of them a narrower network in `addresses`, or send to `/sources/{id}/deliveries`.
    """

    code = "sender_ambiguous"


class PollFailed(Exception):
    """The feed did not give what it should; the message is for people.

    ``retry_after_seconds`` is the feed's own wish.
    """

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unreadable(BadRequest):
    """The delivery cannot be read.

    `detail` says where. Nothing was kept; correct it and send it again.
    """

    code = "delivery_unreadable"


class NotUtf8(Unreadable):
    """The delivery is not UTF-8.

    `detail` names the first byte that is wrong. Send it as UTF-8.
    """

    code = "delivery_not_utf8"


class NotJson(Unreadable):
    """The delivery is not JSON.

    `detail` says where it ends to be JSON. Many documents at once are sent as lines, with `Content-Type:
    application/x-ndjson`.
    """

    code = "delivery_not_json"


class TooDeep(Unreadable):
    """The delivery is nested too deeply.

    JSON is taken up to a depth of 254. Send a flatter document.
    """

    code = "delivery_too_deep"


class PageShapeWrong(Invalid):
    """The items are not where the source's settings say.

    The setting `items` of the source points to the list of items. Compare it with what the feed answers.
    """

    code = "page_shape_wrong"


class TooManyItems(Invalid):
    """There are more items than the source takes at once.

    Send them in parts, or raise `ingest.push_max_items`, or `max_items` of a polled source.
    """

    code = "too_many_items"


class ItemShapeWrong(Invalid):
    """The item is not an object.

    A source with pointers to key, title or revision takes JSON objects.
    """

    code = "item_shape_wrong"


class ItemKeyMissing(Invalid):
    """The item has no usable key.

    The setting `key` of the source points to the item's identifier: a text or a whole number of 1 to 512 characters.
    """

    code = "item_key_missing"


class ItemRevisionWrong(Invalid):
    """The item's revision is not a number or a time.

    The setting `revision` of the source points to a whole number or an ISO 8601 time.
    """

    code = "item_revision_wrong"


class ContentUnreadable(Unreadable):
    """The body cannot be unpacked.

    `Content-Encoding` may be gzip or deflate, and the body has to be that.
    """

    code = "content_unreadable"


class EventInvalid(Unreadable):
    """The delivery is not a CloudEvent.

    An event has `specversion` 1.0, and `id`, `source` and `type` that are not empty (cloudevents.io, 1.0.2).
    """

    code = "event_invalid"


class SchemaMismatch(Invalid):
    """The item does not fit the source's JSON Schema.

    `detail` says where. The setting `json_schema` of the source is the schema.
    """

    code = "schema_mismatch"


class MediaTypeWrong(Invalid):
    """The source takes JSON.

    It has pointers or a schema, so what is sent has to be JSON and to say so: `Content-Type: application/json`.
    """

    code = "media_type_wrong"
