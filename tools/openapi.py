"""Writes openapi.json from the application, or says whether the file is what the application would write.

Run: python -m tools.openapi [--check]
"""

import difflib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "openapi.json"


def current() -> str:
    """Return the document of the application as it is now."""
    from app.main import create_app, openapi

    return json.dumps(openapi(create_app()), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or check."""
    wanted = current()
    stored = FILE.read_text() if FILE.exists() else ""
    if "--check" not in sys.argv:
        FILE.write_text(wanted)
        return 0
    if stored == wanted:
        return 0
    diff = difflib.unified_diff(stored.splitlines(), wanted.splitlines(), "openapi.json", "the application", "", "", 2)
    print("\n".join(list(diff)[:60]))
    print("openapi.json is not what the application says; run 'make openapi' and look at the difference")
    return 1


if __name__ == "__main__":
    sys.exit(main())
