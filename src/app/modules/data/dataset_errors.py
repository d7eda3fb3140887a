"""Problems with data sets, uploads, links and collections.

Problem
├── DatasetDeleted, UploadExpired 410
├── DatasetPinned, DatasetErased, AlreadyRegistered, VersionTaken, CollectionNameTaken 409
├── UploadNotFound, LinkNotFound, CollectionNotFound 404
├── UploadOffset, UploadTakenOver, UploadElsewhere 409, UploadTooLarge 413, UploadMediaType 415
├── UploadChecksum 460, UploadCutShort 400, TusVersion 412
├── QueryRefused 422, QueryTooLarge 413, NotRefreshable 409
└── FetchFailed, FetchRefused 502
"""

from app.kernel.errors import BadRequest, Conflict, Invalid, NotFound, PreconditionFailed, Problem, TooLarge


class DatasetDeleted(Problem):
    """This data set was deleted.

    Until its bytes are erased it can be had back: `stormbell datasets restore ID`.
    """

    status = 410
    code = "dataset_deleted"


class DatasetPinned(Conflict):
    """This data set is pinned.

    Take the pin off first: `stormbell datasets change ID --no-pin`.
    """

    code = "dataset_pinned"


class DatasetErased(Conflict):
    """The bytes of this data set are erased.

    Only what is known about it is left. Data sets it was made from are in its provenance.
    """

    code = "dataset_erased"


class AlreadyRegistered(Conflict):
    """This file is a data set already.

    `detail` names it.
    """

    code = "already_registered"


class VersionTaken(Conflict):
    """Somebody made the next version in the same moment.

    Send it again: it becomes the version after that one.
    """

    code = "version_taken"


class UploadNotFound(NotFound):
    """There is no such upload.

    Uploads are forgotten when they are ended, and a day after their last byte. Begin it again.
    """

    code = "upload_not_found"


class UploadOffset(Conflict):
    """The bytes do not begin where the upload is.

    Ask for `Upload-Offset` with HEAD and go on from there.
    """

    code = "upload_offset"


class UploadTakenOver(Conflict):
    """Another request goes on with this upload.

    One request at a time writes to an upload: the newest one.
    """

    code = "upload_taken_over"


class UploadElsewhere(Conflict):
    """This upload is on the disk of another node.

    `detail` names the node. Go on with it there, or begin it again here.
    """

    code = "upload_elsewhere"


class UploadTooLarge(TooLarge):
    """More bytes came than were announced.

    Nothing beyond `Upload-Length` is kept. Begin again with the right length.
    """

    code = "upload_too_large"


class UploadChecksum(Problem):
    """What came does not have the checksum that was announced.

    It was changed on the way, or while it was read. Send it again from `Upload-Offset`.
    """

    status = 460
    code = "upload_checksum"


class UploadCutShort(BadRequest):
    """The connection ended before the content did.

    Nothing was kept. `stormbell datasets put` sends in parts and goes on after such a cut.
    """

    code = "upload_cut_short"


class TusVersion(PreconditionFailed):
    """This server speaks version 1.0.0 of the tus protocol.

    Send `Tus-Resumable: 1.0.0`.
    """

    code = "tus_version"


class LinkNotFound(NotFound):
    """This link leads nowhere, or not any more.

    Ask whoever sent it for a new one.
    """

    code = "link_not_found"


class CollectionNotFound(NotFound):
    """There is no such collection.

    `stormbell collections list` shows those you may see.
    """

    code = "collection_not_found"


class CollectionNameTaken(Conflict):
    """You have a collection of this name already.

    Choose another name.
    """

    code = "collection_name_taken"


class FetchFailed(Problem):
    """The other server did not give the file.

    `detail` says what it answered. Look at the address in a browser.
    """

    status = 502
    code = "fetch_failed"


class UploadMediaType(Problem):
    """Parts of an upload come as `application/offset+octet-stream`.

    Send them with this Content-Type.
    """

    status = 415
    code = "upload_media_type"


class FetchRefused(FetchFailed):
    """The other server does not give this file, or not like this.

    `detail` says what it answered; asking again would not help.
    """

    code = "fetch_refused"


class QueryRefused(Invalid):
    """The database does not answer this query.

    `detail` says why. A query is one SELECT, VALUES, TABLE or WITH; it changes nothing, and ends within the storage's
    `statement_seconds`.
    """

    code = "query_refused"


class QueryTooLarge(TooLarge):
    """The answer is larger than is taken.

    Ask for less, or for more to be taken: `most_rows` of the query, `largest_bytes` of the storage.
    """

    code = "query_too_large"


class NotRefreshable(Conflict):
    """This data set was not made from something that can be asked again.

    Those that were fetched from an address or are the answer to a query can be refreshed.
    """

    code = "not_refreshable"
