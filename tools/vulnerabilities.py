"""Asks OSV (osv.dev, api v1) which locked packages have known vulnerabilities, and says so when it could not ask.

Run: python -m tools.vulnerabilities. Exit code 0: none known; 1: some; 2: not checked.
"""

import argparse
import sys
from pathlib import Path

import httpx

from tools.sbom import LOCK, pinned

OSV = "https://api.osv.dev"
AT_ONCE = 500


def known(lock: str, url: str) -> dict[str, list[str]]:
    """Return the ids of what is known, by package. Raises httpx.HTTPError, ValueError or KeyError if nobody can say."""
    packages = pinned(lock)
    found: dict[str, list[str]] = {}
    with httpx.Client(base_url=url, timeout=20) as client:
        for start in range(0, len(packages), AT_ONCE):
            part = packages[start : start + AT_ONCE]
            answer = client.post("/v1/querybatch", json={"queries": [{"package": {"purl": one.purl}} for one in part]})
            results = answer.raise_for_status().json()["results"]
            for one, result in zip(part, results, strict=True):
                if ids := [entry["id"] for entry in result.get("vulns", [])]:
                    found[f"{one.name} {one.version}"] = ids
    return found


def main() -> int:
    """Ask and say what came back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--url", default=OSV)
    asked = parser.parse_args()
    lock = asked.lock.read_text()
    try:
        found = known(lock, asked.url)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        print(f"not checked: {asked.url} cannot be asked: {error!r}")
        return 2
    for package, ids in found.items():
        print(f"{package}: {', '.join(ids)}")
    print(f"{len(pinned(lock))} packages checked, {len(found)} with known vulnerabilities")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
