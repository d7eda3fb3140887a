"""Checks that what a front door offers and what a driver seam asks for say what their signatures cannot.

Run: python -m tools.docstrings
"""

import importlib
import inspect
import sys
from collections.abc import Iterator
from typing import Any

from tools.scaffold import SEAMS


def front_doors() -> Iterator[str]:
    """Yield the names a front door offers without a docstring."""
    from app.main import MODULES

    for module in MODULES:
        door = importlib.import_module(f"app.modules.{module.name}")
        if not door.__doc__:
            yield f"app.modules.{module.name}"
        for name in getattr(door, "__all__", ()):
            offered = getattr(door, name)
            if (inspect.isclass(offered) or inspect.isroutine(offered)) and not _documented(offered):
                yield f"app.modules.{module.name}.{name}"


def seams() -> Iterator[str]:
    """Yield the methods of a driver seam without a docstring."""
    for kind, (_, protocol) in SEAMS.items():
        seam = getattr(importlib.import_module(f"app.modules.{kind}"), protocol)
        for name, member in vars(seam).items():
            if inspect.isroutine(member) and not name.startswith("_") and not member.__doc__:
                yield f"app.modules.{kind}.{protocol}.{name}"


def main() -> int:
    """Print the names without one."""
    found = [*front_doors(), *seams()]
    for name in found:
        print(f"{name} has no docstring")
    return 1 if found else 0


def _documented(offered: Any) -> bool:
    # A dataclass without a docstring is given its signature for one.
    doc = offered.__dict__.get("__doc__") if inspect.isclass(offered) else offered.__doc__
    return bool(doc) and not (inspect.isclass(offered) and str(doc).startswith(f"{offered.__name__}("))


if __name__ == "__main__":
    sys.exit(main())
