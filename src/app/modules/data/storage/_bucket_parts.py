"""Contents in parts, for buckets whose service takes S3's multipart requests or Azure's blocks."""

from collections.abc import Sequence
from contextlib import suppress

from app.modules.data.errors import UploadGone
from app.modules.data.storage import ObjectMissing, ObjectStat, Part, Upload
from app.modules.data.storage._azure_blocks import Blocks
from app.modules.data.storage._buckets import CHUNK_BYTES, Bucket
from app.modules.data.storage._chunks import nothing
from app.modules.data.storage._s3_parts import Multipart

# Of one object (Amazon S3 User Guide, "Amazon S3 multipart upload limits"); Google takes as many, Azure 50,000.
_MOST_PARTS = 10_000
_UNKNOWN_PART_BYTES = 64 * 1024**2
_MEBIBYTE = 1024**2


class InParts(Bucket):
    """The part of the seam about parts."""

    _multipart: Multipart | Blocks

    async def begin(self, path: str, *, bytes: int | None = None) -> Upload:  # noqa: A002 (the seam's)
        wanted = _UNKNOWN_PART_BYTES if bytes is None else -(-bytes // (_MOST_PARTS - 1))
        part_bytes = max(CHUNK_BYTES, -(-wanted // _MEBIBYTE) * _MEBIBYTE)
        return Upload(path, await self._multipart.begin(self._key(path)), part_bytes, sequential=False)

    async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        return await self._multipart.put(self._key(upload.path), upload.token, number, content)

    async def parts(self, upload: Upload) -> Sequence[Part]:
        found = await self._multipart.parts(self._key(upload.path), upload.token)
        return [Part(one.number, one.number * upload.part_bytes, one.bytes, one.receipt) for one in found]

    async def finish(self, upload: Upload, parts: Sequence[Part], *, sha256: str | None = None) -> ObjectStat:
        wanted = sum(one.bytes for one in parts)
        try:
            if wanted:
                await self._multipart.complete(self._key(upload.path), upload.token, parts)
            else:  # an upload of no parts cannot be completed
                await self.abandon(upload)
                await self.write(upload.path, nothing())
        except UploadGone:
            with suppress(ObjectMissing):
                found = await self.stat(upload.path)
                if found.bytes == wanted:
                    return found
            raise
        return await self.stat(upload.path)

    async def abandon(self, upload: Upload) -> None:
        await self._multipart.abort(self._key(upload.path), upload.token)
