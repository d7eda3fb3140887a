"""Runs every benchmark and writes docs/reference/benchmarks.md: ours, what stands beside it, the target.

Run: python -m tools.bench [--quick], or python -m tools.bench --join FILE... to write the page of documents that
``python -m benchmarks.<name> --json`` made one by one: each wants the machine alone, and all of them want it for two
hours. A figure in several files is the last one's.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"


def names() -> list[str]:
    """Return the benchmarks: the files of benchmarks/ that can be run."""
    return sorted(p.stem for p in (ROOT / "benchmarks").glob("*.py") if "__main__" in p.read_text())


def run(name: str, *arguments: str) -> dict[str, Any] | None:
    """Run one; return its document, ``None`` when it made none. A missed target is in the document."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        return None
    return document


def table(document: dict[str, Any]) -> list[str]:
    """Return one benchmark as a table."""
    lines = [f"## {document['name']}", "", document["machine"], ""]
    lines += [
        "| metric | ours | least to most | n | beside it | ratio | target | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in document["rows"]:
        unit = row["unit"]
        spread = f"{row['least']:g} to {row['most']:g}" if "least" in row and "most" in row else ""
        other = f"{row['other']:g} {unit}, {row.get('other_name', '')}" if "other" in row else ""
        sign = "<=" if row.get("better", "lower") == "lower" else ">="
        target = f"{sign} {row['target']:g}" if "target" in row else ""
        verdict = {True: "met", False: "missed"}.get(row.get("ok"), "")
        ours = f"{row['ours']:g} {unit}"
        cells = (row["metric"], ours, spread, row.get("n", ""), other, row.get("ratio", ""), target, verdict)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return [*lines, ""]


def joined(files: list[Path]) -> list[dict[str, Any]]:
    """Return one document a benchmark, its rows dated by their files."""
    documents: dict[str, dict[str, Any]] = {}
    for file in files:
        read = json.loads(file.read_text())
        day = f"{datetime.fromtimestamp(file.stat().st_mtime, UTC):%Y-%m-%d}"
        document = documents.setdefault(read["name"], {**read, "rows": [], "days": set()})
        new = {row["metric"] + str(row.get("other_name", "")): row for row in read["rows"]}
        kept = [row for row in document["rows"] if row["metric"] + str(row.get("other_name", "")) not in new]
        document["rows"] = [*kept, *new.values()]
        document["days"].add(day)
    for document in documents.values():
        document["machine"] += f", measured {' and '.join(sorted(document.pop('days')))}"
    return list(documents.values())


def main() -> int:
    """Run all, print and write them; fail when a target was missed or a benchmark made nothing."""
    if "--join" in sys.argv:
        files = [Path(argument) for argument in sys.argv[sys.argv.index("--join") + 1 :]]
        lines = ["# Benchmarks", "", "Made by `python -m tools.bench --join`; do not edit.", ""]
        PAGE.write_text("\n".join([*lines, *[line for document in joined(files) for line in table(document)]]))
        return 0
    arguments = [argument for argument in sys.argv[1:] if argument == "--quick"]
    lines = ["# Benchmarks", "", f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}; do not edit.", ""]
    if arguments:
        lines[2] = lines[2].replace("make bench", "make bench ARGS=--quick")
    wrong: list[str] = []
    for name in names():
        print(f"bench: {name}", file=sys.stderr, flush=True)
        document = run(name, *arguments)
        if document is None:
            wrong.append(f"{name} made no result")
            continue
        lines += table(document)
        wrong += [f"{name}: {row['metric']} missed its target" for row in document["rows"] if row.get("ok") is False]
    PAGE.write_text("\n".join(lines))
    print("\n".join(lines))
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
