"""Problems of this module."""

from app.kernel.errors import Invalid


class PlaceInvalid(Invalid):
    """This is not a place of the audit's chain.

    Write it as `stormbell audit head` does: the position, a colon, and 64 hexadecimal digits.
    """

    code = "audit_place_invalid"
