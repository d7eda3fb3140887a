"""Writes the bill of materials of what is installed, CycloneDX 1.6 (ECMA-424), from the lock of hashes.

Run: python -m tools.sbom [FILE] [--lock requirements.lock]; without a file it goes to stdout.
"""

import argparse
import json
import re
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\\n]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pinned:
    """One package of a lock: its exact version, where it is needed (``None``: everywhere), the files it may come as."""

    name: str
    version: str
    marker: str | None
    sha256s: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Return the package URL (ECMA-427)."""
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"


class LockProblem(Exception):
    """A line of the lock is no pin with hashes; the message says which."""


def pinned(lock: str) -> list[Pinned]:
    """Return what a lock file pins. Raises LockProblem for whatever is not pinned to hashes."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        lines = [line for line in entry.splitlines() if not line.lstrip().startswith("#")]
        if not lines:
            continue
        match = _PIN.fullmatch(lines[0].strip())
        hashes = _HASH.findall("\n".join(lines[1:]))
        if match is None or not hashes:
            raise LockProblem(f"{lines[0].strip()!r} is not pinned to a version and its hashes")
        found.append(Pinned(match["name"], match["version"], match["marker"], tuple(hashes)))
    return found


def bill(packages: list[Pinned], version: str) -> dict[str, Any]:
    """Return the document; the same lock makes the same document."""
    serial = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(f"{one.purl} {one.sha256s}" for one in packages))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "stormbell", "version": version}},
        "components": [
            {
                "type": "library",
                "name": one.name,
                "version": one.version,
                "purl": one.purl,
                "bom-ref": one.purl,
                "properties": [
                    *([{"name": "stormbell:marker", "value": one.marker}] if one.marker else []),
                    *({"name": "stormbell:sha256", "value": sha256} for sha256 in one.sha256s),
                ],
            }
            for one in packages
        ],
    }


def main() -> int:
    """Write the bill."""
    from app.kernel.version import VERSION

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--lock", type=Path, default=LOCK)
    asked = parser.parse_args()
    try:
        document = json.dumps(bill(pinned(asked.lock.read_text()), VERSION), indent=2) + "\n"
    except LockProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    if asked.file is None:
        sys.stdout.write(document)
    else:
        asked.file.write_text(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
