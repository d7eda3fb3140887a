"""Problems of this module. Those below Unreadable are also the reasons deliveries go to quarantine."""

from app.kernel.errors import BadRequest, Conflict, Invalid, NotFound, Problem, TooLarge


class SourceNotFound(NotFound):
    """There is no such source."""

    code = "source_not_found"


class SourceNameTaken(Conflict):
    """Another source has this name."""

    code = "source_name_taken"


class SourceSettingsInvalid(Invalid):
    """The driver does not accept these settings."""

    code = "source_settings_invalid"


class SourceNotPushed(Conflict):
    """This source fetches its data itself."""

    code = "source_not_pushed"


class SourcePaused(Conflict):
    """This source is paused."""

    code = "source_paused"


class DeliveryNotFound(NotFound):
    """There is no such delivery."""

    code = "delivery_not_found"


class DeliveryCut(Conflict):
    """Only the beginning of this delivery was kept."""

    code = "delivery_cut"


class PushTooLarge(TooLarge):
    """The delivery is too large."""

    code = "delivery_too_large"


class EncodingUnsupported(Problem):
    """This content encoding is not read here."""

    status = 415
    code = "encoding_unsupported"


class PollFailed(Exception):
    """The feed did not give what it should; the message is for people.

    ``retry_after_seconds`` is the feed's own wish.
    """

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unreadable(BadRequest):
    """The delivery cannot be read."""

    code = "delivery_unreadable"


class NotUtf8(Unreadable):
    """The delivery is not UTF-8."""

    code = "delivery_not_utf8"


class NotJson(Unreadable):
    """The delivery is not JSON."""

    code = "delivery_not_json"


class TooDeep(Unreadable):
    """The delivery is nested too deeply."""

    code = "delivery_too_deep"


class PageShapeWrong(Invalid):
    """The items are not where the source's settings say."""

    code = "page_shape_wrong"


class TooManyItems(Invalid):
    """There are more items than the source takes at once."""

    code = "too_many_items"


class ItemShapeWrong(Invalid):
    """The item is not an object."""

    code = "item_shape_wrong"


class ItemKeyMissing(Invalid):
    """The item has no usable key."""

    code = "item_key_missing"


class ItemRevisionWrong(Invalid):
    """The item's revision is not a number or a time."""

    code = "item_revision_wrong"
