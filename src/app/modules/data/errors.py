"""Problems with data.

Problem
├── DatasetNotFound 404
├── ContentMissing 503
├── RangeUnsatisfiable 416
├── SourceChanged 409
├── StorageFull 507
└── PathRefused 422
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
