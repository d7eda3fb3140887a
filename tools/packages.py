"""Checks that every package the project is required to use is locked and imported.

Run: python -m tools.packages
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Distribution -> where its import has to be found. pytest-asyncio works as a plugin and is used through its mode.
REQUIRED = {
    "fastapi": "src",
    "uvicorn": "src",
    "sqlalchemy": "src",
    "asyncpg": "src",
    "pydantic": "src",
    "httpx": "src",
    "aiofiles": "src",
    "alembic": "src",
    "pytest-asyncio": "tests",
}


def imported(folder: Path) -> set[str]:
    """Return the top-level packages imported anywhere below ``folder``."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module.split(".")[0])
    return found


def locked(lock: Path) -> set[str]:
    """Return the names of the distributions in a lock file."""
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(), re.MULTILINE))


def problems(root: Path) -> Iterator[str]:
    """Yield one sentence for each requirement that is not met."""
    lock = locked(root / "requirements-dev.lock")
    folders = {name: imported(root / name) for name in sorted(set(REQUIRED.values()))}
    uses_plugin = 'asyncio_mode = "auto"' in (root / "pyproject.toml").read_text()
    for distribution, folder in REQUIRED.items():
        if distribution not in lock:
            yield f"{distribution} is not in requirements-dev.lock"
        package = distribution.replace("-", "_")
        if package not in folders[folder] and not (distribution == "pytest-asyncio" and uses_plugin):
            yield f"{distribution} is imported nowhere in {folder}/"


def main() -> int:
    """Print what is missing."""
    found = list(problems(ROOT))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
