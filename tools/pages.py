"""Checks the operator UI: its API types are what openapi.json generates, and what build_web checks.

Run: python -m tools.pages [--fix]   (with --fix only the types are written)
"""

import sys
import tempfile
from pathlib import Path

from tools import build_web
from tools.build_web import WEB, BuildFailed

ROOT = Path(__file__).resolve().parent.parent
TYPES = WEB / "src" / "api" / "schema.d.ts"


def generate(target: Path) -> None:
    """Write the types of openapi.json. Raises BuildFailed."""
    node = build_web.node_home()
    build_web.install(node)
    script = "node_modules/openapi-typescript/bin/cli.js"
    command = [str(node / "bin" / "node"), script, str(ROOT / "openapi.json"), "-o", str(target)]
    build_web.run(node, command, "openapi-typescript")


def main() -> int:
    """Check, or write the types."""
    try:
        if "--fix" in sys.argv:
            generate(TYPES)
            return 0
        with tempfile.TemporaryDirectory() as directory:
            fresh = Path(directory) / TYPES.name
            generate(fresh)
            if not TYPES.is_file() or TYPES.read_bytes() != fresh.read_bytes():
                print(f"{TYPES.relative_to(ROOT)} is not what openapi.json generates; run 'make openapi'")
                return 1
        build_web.check()
    except BuildFailed as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
