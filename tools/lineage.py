"""Makes docs/reference/lineage.md: which test shows which capability of the systems Stormbell descends from.

Reads docs/reference/capabilities.toml and the covers marks in tests/. Run: python -m tools.lineage [--check]
"""

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.marks import links, marked

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path("docs/reference/capabilities.toml")
PAGE = Path("docs/reference/lineage.md")


@dataclass(frozen=True)
class Capability:
    """One thing one of the systems could do."""

    id: str
    text: str
    decision: str | None


class LineageProblem(Exception):
    """A mark or an entry is wrong; the message says where."""


def systems(root: Path) -> dict[str, tuple[str, list[Capability]]]:
    """Return, per system, what it was and its capabilities. Raises LineageProblem for a decision that is not there."""
    found = {}
    for name, entries in tomllib.loads((root / TABLE).read_text()).items():
        about = entries.pop("about")
        rows = [_capability(root, key, value) for key, value in entries.items()]
        found[name] = (about, rows)
    return found


def page(root: Path) -> str:
    """Return the page. Raises LineageProblem for a mark nobody knows."""
    tests, table = marked(root, "covers"), systems(root)
    known = {row.id for _, rows in table.values() for row in rows}
    if unknown := sorted(set(tests) - known):
        raise LineageProblem(f"{tests[unknown[0]][0]} covers {unknown[0]}, which is not in {TABLE.as_posix()}")
    lines = [
        "# Lineage",
        "",
        "Stormbell descends from five systems. This page says which of their capabilities a test shows here. It is",
        "made by `make docs` from `capabilities.toml` and the marks in the tests; do not edit it.",
        "",
    ]
    for name, (about, rows) in table.items():
        count = sum(1 for row in rows if tests.get(row.id))
        lines += [f"## {name}", "", f"{about.capitalize()}. {count} of {len(rows)} shown.", ""]
        lines += ["| ID | capability | shown by |", "|---|---|---|"]
        lines += [f"| {row.id} | {row.text} | {_evidence(row, tests.get(row.id, []))} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Write or check the page."""
    try:
        wanted = page(ROOT)
    except LineageProblem as problem:
        print(problem)
        return 1
    path = ROOT / PAGE
    if "--check" not in sys.argv:
        path.write_text(wanted)
        return 0
    if path.is_file() and path.read_text() == wanted:
        return 0
    print(f"{PAGE.as_posix()} is not what the tests' marks say; run 'make docs'")
    return 1


def _capability(root: Path, key: str, value: str | dict[str, str]) -> Capability:
    if isinstance(value, str):
        return Capability(key, value, None)
    decision = value.get("decision")
    if decision is not None and not list((root / "docs" / "decisions").glob(f"{decision}-*.md")):
        raise LineageProblem(f"{key} names decision {decision}, which is not in docs/decisions")
    return Capability(key, value["text"], decision)


def _evidence(row: Capability, tests: list[str]) -> str:
    if tests:
        return links(tests)
    return f"not meant to come: decision {row.decision}" if row.decision else "not yet"


if __name__ == "__main__":
    sys.exit(main())
