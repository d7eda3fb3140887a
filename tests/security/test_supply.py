"""What the house is built from: pinned to hashes, listed in a bill of materials, asked about without pretence."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tools.sbom import LockProblem, bill, pinned

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = (
    "good==1.0 \\\n    --hash=sha256:" + "a" * 64 + "\n"
    "Bad_One==2.1 ; sys_platform != 'win32' \\\n    --hash=sha256:"
    + "b" * 64
    + " \\\n    --hash=sha256:"
    + "c" * 64
    + "\n"
)


@pytest.mark.security("S30")
@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_pinned_to_its_hashes(name: str) -> None:
    packages = pinned((ROOT / name).read_text())
    assert len(packages) > 20
    assert {"fastapi", "starlette", "cryptography"} <= {one.name for one in packages}
    assert all(one.sha256s for one in packages)
    assert "--require-hashes" in (ROOT / "tools" / "setup.py").read_text(), "and nothing else is installed"


@pytest.mark.parametrize("line", ["loose>=1.0", "naked==1.0", "git+https://example.org/x.git", "-e ."])
def test_a_lock_with_anything_else_is_refused(line: str) -> None:
    with pytest.raises(LockProblem):
        pinned(f"{LOCK}{line}\n")


@pytest.mark.security("S30")
def test_the_bill_of_materials_is_the_lock(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tools.sbom", str(tmp_path / "bom.json")], cwd=ROOT, capture_output=True, check=False
    )
    assert said.returncode == 0, said.stderr
    document = json.loads((tmp_path / "bom.json").read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert len(document["components"]) == len(pinned((ROOT / "requirements.lock").read_text()))
    assert all(one["purl"].startswith("pkg:pypi/") for one in document["components"])
    made = bill(pinned(LOCK), "1")
    assert made == bill(pinned(LOCK), "1"), "the same lock makes the same bill"
    assert made["components"][1]["purl"] == "pkg:pypi/bad-one@2.1"
    assert len(made["components"][1]["properties"]) == 3


class Osv(BaseHTTPRequestHandler):
    """Knows one vulnerability."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        bad = {"vulns": [{"id": "CVE-2026-0001"}]}
        results: list[dict[str, Any]] = [bad if "bad-one" in one["package"]["purl"] else {} for one in asked]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def osv() -> Iterator[str]:
    """The address of a service that answers as OSV does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Osv)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(lock: Path, url: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tools.vulnerabilities", "--lock", str(lock), "--url", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.security("S30")
def test_what_could_not_be_checked_is_not_called_clean(osv: str, tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text(LOCK)
    assert ask(lock, osv) == (1, "Bad_One 2.1: CVE-2026-0001\n2 packages checked, 1 with known vulnerabilities\n")
    lock.write_text(LOCK.partition("Bad_One")[0])
    assert ask(lock, osv) == (0, "1 packages checked, 0 with known vulnerabilities\n")
    code, said = ask(lock, "http://127.0.0.1:9")
    assert code == 2
    assert said.startswith("not checked: ")
