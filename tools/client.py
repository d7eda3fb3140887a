"""Generates clients/python/stormbell_client from openapi.json.

``--check`` changes nothing and fails when the client in the tree is not what openapi.json makes. One template is our
own: the generator's ``models/__init__.py`` imports every model, which cost each command 0.25 s of CPU.
"""

import argparse
import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "clients" / "python" / "stormbell_client"
CONFIG = "package_name_override: stormbell_client\npost_hooks: []\n"


def generate(target: Path) -> None:
    """Write the client of openapi.json into ``target``."""
    with tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / "config.yaml"
        config.write_text(CONFIG)
        made = subprocess.run(
            [
                str(Path(sys.executable).parent / "openapi-python-client"),
                "generate",
                "--path",
                str(ROOT / "openapi.json"),
                "--meta",
                "none",
                "--config",
                str(config),
                "--custom-template-path",
                str(ROOT / "tools" / "client_templates"),
                "--output-path",
                str(target),
                "--overwrite",
            ],
            capture_output=True,
            text=True,
        )
    if made.returncode != 0:  # otherwise its warnings say that push also takes NDJSON, which stays out of the client
        raise SystemExit(made.stderr)


def differences(one: Path, other: Path) -> list[str]:
    """Return the names of files that are not the same, or not there, in one of two folders."""
    names = {str(p.relative_to(folder)) for folder in (one, other) for p in folder.rglob("*.py")}
    _, changed, missing = filecmp.cmpfiles(one, other, sorted(names), shallow=False)
    return sorted([*changed, *missing])


def main() -> int:
    """Generate the client, or check the one there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 when the client is stale")
    if not parser.parse_args().check:
        generate(CLIENT)
        return 0
    with tempfile.TemporaryDirectory() as directory:
        fresh = Path(directory) / "stormbell_client"
        generate(fresh)
        stale = differences(CLIENT, fresh)
    for name in stale:
        print(f"clients/python/stormbell_client/{name} is not what openapi.json makes: run tools/client.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
