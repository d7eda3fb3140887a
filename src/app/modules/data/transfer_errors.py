"""Problems with transfers.

Problem
├── TransferNotFound, TransferUnpredictable 404
├── TransferUnderWay, TransferOver, TargetTaken 409
├── TransferInvalid 422
└── ContentDamaged 502
"""

from app.kernel.errors import Conflict, Invalid, NotFound, Problem


class TransferNotFound(NotFound):
    """There is no such transfer.

    `stormbell transfers list` shows yours.
    """

    code = "transfer_not_found"


class TransferUnpredictable(NotFound):
    """Nothing was ever transferred between these two storages.

    The first transfer between them is what later ones are predicted from.
    """

    code = "transfer_unpredictable"


class TransferUnderWay(Conflict):
    """Another transfer takes the same bytes away or writes to the same place.

    `detail` names it. Wait for it, or cancel it.
    """

    code = "transfer_under_way"


class TransferOver(Conflict):
    """The transfer is over.

    One that failed or was cancelled can be retried; one that is complete is made again as another transfer.
    """

    code = "transfer_over"


class TargetTaken(Conflict):
    """Something else is stored under this path.

    Name another path, or say `overwrite`.
    """

    code = "target_taken"


class TransferInvalid(Invalid):
    """A transfer cannot be made like this.

    `detail` says what has to change.
    """

    code = "transfer_invalid"


class ContentDamaged(Problem):
    """What was read is not what was stored.

    The copy that was read is marked as damaged. With another copy that is whole, replicate from that; without one, make
    the data set again.
    """

    status = 502
    code = "content_damaged"
