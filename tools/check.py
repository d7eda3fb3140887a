"""Runs every check of the house, says how long each took, and shows what a failing one said.

Run: python -m tools.check [name ...]
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable

SHOWN_LINES = 60

# In the order in which a failure is cheapest to see and to mend.
CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."],
    "lint": [str(BIN / "ruff"), "check", "--output-format", "concise", "."],
    "sizes": [PYTHON, "-m", "tools.sizes"],
    "packages": [PYTHON, "-m", "tools.packages"],
    "contracts": [str(BIN / "lint-imports"), "--no-cache"],
    "docstrings": [PYTHON, "-m", "tools.docstrings"],
    "types": [str(BIN / "mypy")],
    "openapi": [PYTHON, "-m", "tools.openapi", "--check"],
    "client": [PYTHON, "-m", "tools.client", "--check"],
    "pages": [PYTHON, "-m", "tools.pages"],
    "reference": [PYTHON, "-m", "tools.reference", "--check"],
    "commands": [PYTHON, "-m", "tools.command_docs", "--check"],
    "lineage": [PYTHON, "-m", "tools.lineage", "--check"],
    "security": [PYTHON, "-m", "tools.security_rows", "--check"],
    "source": [PYTHON, "-m", "pytest", "-q", "--no-header", "tests/security/test_source.py"],
    "permissions": [PYTHON, "-m", "tools.permissions"],
    "migrations": [PYTHON, "-m", "tools.check_migrations"],
}


def run(name: str) -> bool:
    """Run one check; say whether it passed."""
    began = time.perf_counter()
    environment = {**{k: v for k, v in os.environ.items() if k != "FORCE_COLOR"}, "NO_COLOR": "1"}
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    print(f"{'ok    ' if passed else 'FAILED'} {name:<11} {time.perf_counter() - began:5.1f} s", flush=True)
    said = (done.stdout + done.stderr).rstrip().splitlines()
    shown = said if not passed else [line for line in said if line.startswith("warning:")]
    if len(shown) > SHOWN_LINES:
        shown = [*shown[:SHOWN_LINES], f"… {len(shown) - SHOWN_LINES} more lines: {' '.join(CHECKS[name])}"]
    for line in shown:
        print(f"       {line}", flush=True)
    return passed


def main() -> int:
    """Run the named checks, or all."""
    names = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"there is no check named {unknown[0]}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = [name for name in names if not run(name)]
    if failed:
        print(f"\n{len(failed)} of {len(names)} checks failed: {', '.join(failed)}. 'make fix' mends some of them.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
