"""A content in one request, from its first byte to the data set; what is not whole leaves nothing behind."""

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules import accounts
from app.modules.data.dataset_errors import UploadChecksum, UploadCutShort, UploadTooLarge
from app.modules.data.describing import DatasetAbout
from app.modules.data.models import Dataset
from app.modules.data.placing import place_file
from app.modules.data.receiving import Receiver
from app.modules.data.registering import register
from app.modules.data.schemas import DataSettings

# Of a content that does not say how long it is, so much is reserved of the sender's allocation at a time.
STEP_BYTES = 64 * 1024**2


class Quota:
    """What a content takes of an allocation while it comes; more is reserved before it is taken in."""

    def __init__(self, node: Node, user_id: str, reference_id: str) -> None:
        self._node = node
        self._user_id = user_id
        self._references: list[str] = []
        self._id = reference_id
        self._reserved = 0

    async def reserve(self, total: int) -> None:
        """Have ``total`` bytes reserved. Raises AllocationExhausted (409)."""
        if total <= self._reserved:
            return
        reference = f"{self._id}/{len(self._references)}"
        async with self._node.database.transaction() as session:
            await accounts.reserve(session, self._user_id, "bytes", {reference: total - self._reserved})
        self._references.append(reference)
        self._reserved = total

    async def release(self, session: AsyncSession) -> None:
        """Give everything back, in the transaction that counts what came of it."""
        for reference in self._references:
            await accounts.release(session, reference, "bytes")


async def receive(
    session: AsyncSession,
    node: Node,
    actor: Principal,
    chunks: AsyncIterator[bytes],
    *,
    name: str,
    about: DatasetAbout,
    length: int | None = None,
    sha256: str | None = None,
) -> Dataset:
    """Make a data set of what comes. ``session`` is not begun before all of it is here. Announces dataset.registered.

    Raises UploadTooLarge (413), UploadCutShort (400), UploadChecksum (460), AllocationExhausted (409) and StorageFull
    (507).
    """
    most = node.settings.of(DataSettings).upload_bytes
    if (length or 0) > most:
        raise UploadTooLarge(f"{length:,} bytes; at most {most:,} are taken (data.upload_bytes)")
    receiver, upload_id = Receiver.of(node), new_id("upl")
    receiver.rowless.add(upload_id)
    quota = Quota(node, actor.user_id, upload_id)
    try:
        await receiver.make_room(length or 0)
        await quota.reserve(length or 0)
        came = await receiver.append(upload_id, 0, most if length is None else length, _counted(chunks, quota, length))
        if length is not None and came != length:
            raise UploadCutShort(f"{came:,} of {length:,} bytes came")
        digest = await receiver.digest(upload_id)
        if sha256 is not None and digest.sha256 != sha256:
            raise UploadChecksum(f"It should have sha256 {sha256[:16]}… and has {digest.sha256[:16]}…")
        placed = await place_file(node, receiver.path(upload_id), f"uploads/{upload_id}", sha256=digest.sha256)
        await quota.release(session)
        return await register(session, placed, name=name, owner_id=actor.user_id, about=about)
    except BaseException:
        await session.rollback()  # it may hold the allocation's row
        async with node.database.transaction() as own:
            await quota.release(own)
        raise
    finally:
        await receiver.forget(upload_id)
        receiver.rowless.discard(upload_id)


async def _counted(chunks: AsyncIterator[bytes], quota: Quota, length: int | None) -> AsyncIterator[bytes]:
    total = 0
    async for chunk in chunks:
        total += len(chunk)
        if length is None and total % STEP_BYTES < len(chunk):
            await quota.reserve((total // STEP_BYTES + 1) * STEP_BYTES)
        yield chunk
