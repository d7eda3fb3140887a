"""How long a transfer will take, from those before it between the same two storages."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.data.transfer_errors import TransferUnpredictable
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfer_schemas import Prediction

# A pair's speed is what it was of late; of that, transfers of about the same size say most about the next.
_RECENT = 200
_NEAREST = 25
_MAGNITUDES = 2  # four times as much, or a quarter
# Below that a transfer's time is its round trips, not its bytes.
_SMALL_BYTES = 1024 * 1024


async def predict(session: AsyncSession, source_storage_id: str, target_storage_id: str, size: int) -> Prediction:
    """Return how long ``size`` bytes would take. Raises TransferUnpredictable (404) without any history."""
    found = await find_prediction(session, source_storage_id, target_storage_id, size)
    if found is None:
        raise TransferUnpredictable("Nothing was transferred between these storages yet")
    return found


async def find_prediction(
    session: AsyncSession, source_storage_id: str, target_storage_id: str, size: int
) -> Prediction | None:
    """As :func:`predict`, ``None`` without any history."""
    query = (
        select(Transfer.bytes_total, func.extract("epoch", Transfer.ended_at - Transfer.started_at))
        .where(
            Transfer.state == "complete",
            Transfer.kind != "verify",
            Transfer.source_storage_id == source_storage_id,
            Transfer.target_storage_id == target_storage_id,
            Transfer.started_at.is_not(None),
        )
        .order_by(Transfer.ended_at.desc())
        .limit(_RECENT)
    )
    history = [(int(total or 0), float(seconds)) for total, seconds in await session.execute(query)]
    return from_history(history, size)


def from_history(history: Sequence[tuple[int, float]], size: int) -> Prediction | None:
    """Return what (bytes, seconds) of earlier transfers say about one of ``size`` bytes.

    The seconds of each of the nearest in size are scaled to this one, with what a small one takes as the part that does
    not grow; the median and the deciles of these are the answer.
    """
    if not history:
        return None
    fixed = _quantile(sorted(seconds for total, seconds in history if total <= _SMALL_BYTES), 0.5) or 0.0
    by_size = sorted(history, key=lambda one: abs(_magnitude(one[0]) - _magnitude(size)))
    farthest = abs(_magnitude(by_size[0][0]) - _magnitude(size)) + _MAGNITUDES
    nearest = [one for one in by_size[:_NEAREST] if abs(_magnitude(one[0]) - _magnitude(size)) <= farthest]
    scaled = sorted(_scaled(total, seconds, size, fixed) for total, seconds in nearest)
    median = _quantile(scaled, 0.5) or 0.001
    return Prediction(
        seconds=round(median, 3),
        low_seconds=round(_quantile(scaled, 0.1) or 0.0, 3),
        high_seconds=round(_quantile(scaled, 0.9) or 0.0, 3),
        bytes_per_second=round(size / median, 1),
        sample_count=len(nearest),
    )


def _scaled(total: int, seconds: float, size: int, fixed: float) -> float:
    if max(total, size) <= _SMALL_BYTES or total <= 0:
        return seconds
    grown = max(0.0, seconds - min(fixed, seconds / 2))
    return seconds - grown + grown * size / total


def _magnitude(size: int) -> int:
    return max(size, 1).bit_length()


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
