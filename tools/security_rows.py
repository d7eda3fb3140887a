"""Makes docs/reference/security.md: which test shows which row of the security checklist.

Reads docs/reference/controls.toml and the security marks in tests/. Run: python -m tools.security_rows [--check]
"""

import sys
import tomllib
from pathlib import Path

from tools.marks import links, marked

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path("docs/reference/controls.toml")
PAGE = Path("docs/reference/security.md")


class SecurityRowsProblem(Exception):
    """A mark is wrong; the message says where."""


def page(root: Path) -> str:
    """Return the page. Raises SecurityRowsProblem for a mark nobody knows."""
    tests = marked(root, "security")
    rows = tomllib.loads((root / TABLE).read_text())
    if unknown := sorted(set(tests) - set(rows)):
        raise SecurityRowsProblem(f"{tests[unknown[0]][0]} shows {unknown[0]}, which is not in {TABLE.as_posix()}")
    shown = sum(1 for name, row in rows.items() if tests.get(name) and "waits" not in row)
    lines = [
        "# Security checklist",
        "",
        "What each control is, the requirements of OWASP ASVS 5.0 it answers, and the tests that show it. This page is",
        "made by `make docs` from `controls.toml` and the marks in the tests; do not edit it. What it all is for:",
        "[Security](../explanation/security.md).",
        "",
        f"{shown} of {len(rows)} rows are shown whole; a row that waits says for what.",
        "",
        "| row | control | ASVS | shown by |",
        "|---|---|---|---|",
    ]
    for name, row in rows.items():
        evidence = [links(tests[name])] if tests.get(name) else []
        evidence += [f"waits: {row['waits']}"] if "waits" in row else []
        lines.append(f"| {name} | {row['control']} | {row['asvs']} | {'<br>'.join(evidence) or 'not yet'} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write or check the page."""
    try:
        wanted = page(ROOT)
    except SecurityRowsProblem as problem:
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


if __name__ == "__main__":
    sys.exit(main())
