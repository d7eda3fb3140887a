"""Problems with data.

Problem
├── DatasetNotFound 404
├── ContentMissing 503
├── RangeUnsatisfiable 416
├── SourceChanged 409
├── StorageFull 507
├── PathRefused 422
├── StorageUnreachable, StorageBusy 503
├── GrantExpired, StorageCannot, UploadGone 409
├── StorageNotFound, ObjectNotFound 404
├── StorageNameTaken, StoragePlaceTaken, StorageInUse, StorageReadOnly 409
└── StorageSettingsInvalid 422, QuotaExceeded 507
"""

from app.kernel.errors import Conflict, Invalid, NotFound, Problem, Unavailable


class DatasetNotFound(NotFound):
    """There is no such data set."""

    code = "dataset_not_found"


class ContentMissing(Unavailable):
    """No storage that can be reached from here holds the bytes of this data set.

    `detail` names the storage and the node that can read it. Start that node, or ask it.
    """

    code = "content_missing"


class RangeUnsatisfiable(Problem):
    """The range lies outside the data set.

    `Content-Range` of the answer has the size. Ask for a range inside it.
    """

    status = 416
    code = "range_unsatisfiable"


class SourceChanged(Conflict):
    """The file changed while it was being taken in, or is not the one that was announced.

    Something still writes the file. Let the program end, or write under another name and rename.
    """

    code = "source_changed"


class StorageFull(Problem):
    """The storage has no room left.

    Free some room on the storage's disk. What waited is tried again; nothing is lost.
    """

    status = 507
    code = "storage_full"


class PathRefused(Invalid):
    """This path leaves its directory or is no plain file.

    Outputs are plain files below the run's directory: no links, no `..`, no absolute paths.
    """

    code = "path_refused"


class StorageUnreachable(Unavailable):
    """The storage cannot be reached.

    `stormbell storages test NAME` tries it and says what is wrong. What waits for it is tried again.
    """

    code = "storage_unreachable"


class StorageBusy(Unavailable):
    """The storage asks to be asked later.

    Wait for as many seconds as `Retry-After` says; transfers do so by themselves.
    """

    code = "storage_busy"


class GrantExpired(Conflict):
    """The storage does not accept its login any more.

    Replace the credential it uses: `stormbell credentials replace NAME`. What waits for it goes on by itself then.
    """

    code = "grant_expired"


class StorageCannot(Conflict):
    """A storage of this kind cannot do this.

    `stormbell drivers show data.storage NAME` and the storage's `capabilities` say what it can.
    """

    code = "storage_cannot"


class UploadGone(Conflict):
    """The storage has forgotten this upload.

    Storages keep unfinished uploads for a few days. Begin it again.
    """

    code = "upload_gone"


class StorageNotFound(NotFound):
    """There is no such storage.

    `stormbell storages list` shows those you may see.
    """

    code = "storage_not_found"


class ObjectNotFound(NotFound):
    """There is no file under this path in the storage.

    `stormbell storages files NAME` lists what is there.
    """

    code = "object_not_found"


class StorageNameTaken(Conflict):
    """There is a storage of this name already.

    `detail` says whose and where it is. Choose another name.
    """

    code = "storage_name_taken"


class StoragePlaceTaken(Conflict):
    """There is a storage at this place already, or what the server itself keeps.

    `detail` names it. Use that one, or a directory apart: two at one place, or one in the other, would take each
    other's files for their own.
    """

    code = "storage_place_taken"


class StorageInUse(Conflict):
    """Data sets have copies in this storage.

    `detail` says how many. Move them elsewhere first, or switch the storage off:
    `stormbell storages change NAME --off`.
    """

    code = "storage_in_use"


class StorageReadOnly(Conflict):
    """This storage is read-only or switched off.

    `stormbell storages change NAME --writable` or `--on` changes that, where its driver can write.
    """

    code = "storage_read_only"


class StorageSettingsInvalid(Invalid):
    """These are not settings of the storage's driver.

    `errors` names each member that is wrong; `stormbell drivers show data.storage NAME` lists those there are.
    """

    code = "storage_settings_invalid"


class QuotaExceeded(Problem):
    """The storage's quota has no room for this.

    Delete what is not needed any more, or have the quota raised: `stormbell storages change NAME --quota BYTES`.
    """

    status = 507
    code = "quota_exceeded"
