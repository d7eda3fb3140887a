"""From one machine over SSH straight to another, where both storages allow it: no byte passes through this one."""

import asyncio

from app.modules.data.errors import SourceChanged
from app.modules.data.storage import Digest, ObjectStat, Upload
from app.modules.data.storage import Part as StoredPart
from app.modules.data.storage._sftp_direct import DirectRefused
from app.modules.data.transfer_ledger import Ledger, Version
from app.modules.data.transfer_sums import ArrivedDamaged
from app.modules.data.transfer_way import SourceDamaged, Way, begin_upload, patiently, require_same

_LOOK_SECONDS = 1.0


def goes_direct(way: Way) -> bool:
    """Say whether both machines may, and nobody holds the transfer to a rate, which only this machine could."""
    both = {"direct"} <= way.source.capabilities & way.target.capabilities
    return both and not way.buckets and way.source is not way.target


async def carry_direct(way: Way, ledger: Ledger, found: ObjectStat) -> Digest | None:
    """Have the source's machine send it, from the byte on that has arrived; ``None`` when the machines do not let it.

    Both machines sum up what they have; nothing appears before the sums are the same. Raises as ``carry``.
    """
    upload = ledger.upload
    if upload is None or ledger.parts:
        if upload is not None:  # parts in any order: what is there has no end to go on from
            return None
        upload = await begin_upload(way, ledger, found, engine="direct")
    else:
        await ledger.begin(Version.of(found), upload, engine="direct", bytes_total=found.bytes)
    try:
        await _send(way, ledger, upload, found)
    except DirectRefused:
        await way.target.abandon(upload)
        ledger.upload = None
        return None
    wanted = way.sha256 or await way.source.sum_there(way.source_path)
    arrived = await way.target.sum_there(upload)
    await require_same(way, found)
    if arrived != wanted:
        if way.sha256 is not None and await way.source.sum_there(way.source_path) != way.sha256:
            await way.target.abandon(upload)
            raise SourceDamaged(f"{way.source_path} has not the sha256 {way.sha256[:16]}…")
        raise ArrivedDamaged(f"{way.target_path} differs from what was sent")
    await patiently(way, lambda: way.target.finish(upload, [StoredPart(0, 0, found.bytes, "")]))
    return Digest(found.bytes, arrived, "")


async def _send(way: Way, ledger: Ledger, upload: Upload, found: ObjectStat) -> None:
    have = await way.target.arrived(upload)
    if have > found.bytes:
        raise ArrivedDamaged(f"{have:,} bytes arrived of {found.bytes:,}")
    await ledger.moved(have)
    if have == found.bytes:
        return
    async with way.target.opened_to(upload) as door:
        sending = asyncio.ensure_future(way.source.push(way.source_path, door))
        told = have
        try:
            while not sending.done():
                await asyncio.wait({sending}, timeout=_LOOK_SECONDS)
                now = await way.target.arrived(upload)
                await ledger.moved(now - told)
                told = now
        finally:
            if not sending.done():
                sending.cancel()
            await asyncio.wait({sending})
        sending.result()
    if await way.target.arrived(upload) != found.bytes:
        await require_same(way, found)
        raise SourceChanged(f"{way.source_path} has not the length it had while it was sent")
