"""Checks that files stay small: a warning beyond 300 lines, a failure beyond 500. Split by idea, never by number.

Run: python -m tools.sizes
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOFT, HARD = 300, 500
ENDINGS = {".py", ".ts", ".tsx", ".css", ".md"}
FOLDERS = ("src", "tests", "tools", "benchmarks", "examples", "web", "docs")
# Written by a generator, or a record that is never edited.
EXCLUDED = ("migrations/versions", "clients", "web/dist", "src/app/static", "docs/reference")
GENERATED = ("web/src/api/schema.d.ts",)


def source_files(root: Path) -> Iterator[Path]:
    """Yield the files people write, relative to ``root``."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            others = {"__pycache__", "node_modules"}.intersection(path.parts)
            excluded = name.startswith(EXCLUDED) or name in GENERATED or others
            if path.suffix in ENDINGS and path.is_file() and not excluded:
                yield path.relative_to(root)


def measure(root: Path) -> tuple[list[tuple[int, Path]], list[tuple[int, Path]]]:
    """Return the files beyond the soft and beyond the hard limit, longest first."""
    sizes = [(len((root / path).read_text(errors="replace").splitlines()), path) for path in source_files(root)]
    sizes.sort(reverse=True)
    return [s for s in sizes if SOFT < s[0] <= HARD], [s for s in sizes if s[0] > HARD]


def main() -> int:
    """Print what is too long."""
    long, too_long = measure(ROOT)
    for lines, path in too_long:
        print(f"{path}: {lines} lines; at most {HARD}, split it by idea")
    for lines, path in long:
        print(f"warning: {path}: {lines} lines; {SOFT} is enough for one idea")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
