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
    """No storage that can be reached from here holds the bytes of this data set."""

    code = "content_missing"


class RangeUnsatisfiable(Problem):
    """The range lies outside the data set."""

    status = 416
    code = "range_unsatisfiable"


class SourceChanged(Conflict):
    """The file changed while it was being taken in, or is not the one that was announced."""

    code = "source_changed"


class StorageFull(Problem):
    """The storage has no room left."""

    status = 507
    code = "storage_full"


class PathRefused(Invalid):
    """This path leaves its directory or is no plain file."""

    code = "path_refused"
