"""From one disk of this host to another: copied in threads, from the byte on that an earlier attempt had come to."""

import asyncio

from app.modules.data.storage import Digest, ObjectStat
from app.modules.data.storage import Part as StoredPart
from app.modules.data.storage._local_copy import Progress, copy_content
from app.modules.data.transfer_ledger import Ledger, Version
from app.modules.data.transfer_way import SourceDamaged, Way, begin_upload, require_arrived, require_same

_TELL_SECONDS = 0.5


def is_here(way: Way) -> bool:
    """Say whether both ends are disks of this host and nothing slows the way."""
    return not way.buckets and {"local"} <= way.source.capabilities & way.target.capabilities


async def carry_here(way: Way, ledger: Ledger, found: ObjectStat) -> Digest:
    """Copy from one disk of this host to another, from the byte on that an earlier attempt had come to."""
    upload = ledger.upload
    if upload is None:
        upload = await begin_upload(way, ledger, found, engine="local")
    else:
        await ledger.begin(Version.of(found), upload, engine="local", bytes_total=found.bytes)
    source, target = [(await asyncio.to_thread(end.local_path, "x")).parent for end in (way.source, way.target)]
    progress = Progress()
    copying = asyncio.create_task(asyncio.to_thread(copy_content, source, way.source_path, target, upload, progress))
    told = 0
    try:
        while not copying.done():
            await asyncio.wait({copying}, timeout=_TELL_SECONDS)
            count, told = progress.copied - told, progress.copied
            await ledger.moved(count)
    finally:
        progress.stopped = True
        await asyncio.wait({copying})
    digest = copying.result()
    await require_same(way, found)
    if way.sha256 is not None and digest.sha256 != way.sha256:
        await way.target.abandon(upload)
        raise SourceDamaged(f"{way.source_path} has sha256 {digest.sha256[:16]}… and not {way.sha256[:16]}…")
    await way.target.finish(upload, [StoredPart(0, 0, digest.bytes, "")])
    await require_arrived(way, way.target_path, digest)
    return digest
