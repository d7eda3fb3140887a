"""Keeps tests/security/permissions.tsv: which role each operation needs, to be read by people when it changes.

Run: python -m tools.permissions (says what differs) or python -m tools.permissions --write.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path("tests/security/permissions.tsv")
HEAD = "operation\tmethod\tpath\tleast role"


def rows() -> list[str]:
    """Return one line for each operation, as the code has it."""
    from app.main import MODULES, create_app, openapi

    least = {name: role.label for module in MODULES for name, role in module.permissions.items()}
    operations = [
        (operation["operationId"], method.upper(), path)
        for path, item in openapi(create_app())["paths"].items()
        for method, operation in item.items()
    ]
    # A shortcut of a hot route is the same operation once more.
    return [
        f"{name}\t{method}\t{path}\t{least.get(name, 'NOBODY DECIDED')}" for name, method, path in sorted(operations)
    ]


def main() -> int:
    """Write or compare."""
    wanted = "\n".join([HEAD, *rows()]) + "\n"
    path = ROOT / TABLE
    if "--write" in sys.argv:
        path.write_text(wanted)
        return 0
    kept = path.read_text() if path.is_file() else ""
    if kept == wanted:
        return 0
    for line in sorted(set(wanted.splitlines()) ^ set(kept.splitlines())):
        print(f"{'now:    ' if line in wanted.splitlines() else 'before: '}{line}")
    print(f"{TABLE.as_posix()} differs from the code; if that is meant: python -m tools.permissions --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
