"""What the programs share: one JSON parameter file in, JSON files out, in the current directory."""

import json
import sys
from pathlib import Path
from typing import Any


def read_params(*required: str) -> dict[str, Any]:
    """The JSON object in the file named on the command line; ends the program if it lacks a required key."""
    if len(sys.argv) != 2:
        raise SystemExit(f"usage: {Path(sys.argv[0]).name} params.json")
    try:
        params = json.loads(Path(sys.argv[1]).read_text())
    except (OSError, ValueError) as error:
        raise SystemExit(f"{sys.argv[1]} is not a readable JSON file: {error}") from error
    missing = [name for name in required if name not in params]
    if missing:
        raise SystemExit(f"{sys.argv[1]} lacks {', '.join(missing)}; spec.py writes what is needed")
    return dict(params)


def write_json(path: Path, content: Any) -> None:
    """Write whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n")
    partial.replace(path)
