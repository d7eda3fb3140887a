"""Which version, commit and schema this is."""

from functools import cache
from pathlib import Path

from app.kernel.migrate import current_revision
from app.kernel.node import Node
from app.kernel.version import VERSION
from app.modules.logging.schemas import VersionView

_PACKAGE = Path(__file__).parents[2]


async def version_of(node: Node) -> VersionView:
    """Return what runs on ``node``."""
    return VersionView(
        version=VERSION, commit=commit_of(_PACKAGE), schema_revision=await current_revision(node.database.engine)
    )


@cache
def commit_of(package: Path) -> str | None:
    """Return the commit this was built from (file ``_commit``) or is checked out at, ``None`` when nobody knows."""
    baked = package / "_commit"
    if baked.is_file():
        return baked.read_text().strip() or None
    git = package.parents[1] / ".git"
    try:
        head = (git / "HEAD").read_text().strip()
        name = head.removeprefix("ref: ")
        if name == head:
            return head
        if (git / name).is_file():
            return (git / name).read_text().strip()
        packed = (git / "packed-refs").read_text().splitlines()
    except OSError:
        return None
    return next((line.split(" ")[0] for line in packed if line.endswith(f" {name}")), None)
