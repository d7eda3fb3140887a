"""``stormbell datasets`` beyond looking, and ``stormbell collections``."""

import hashlib
import json
import selectors
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli.house import Done, Live, Shell


def changed(shell: Shell, *arguments: str) -> Any:
    done: Done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


def test_a_data_set_from_its_first_byte_to_its_restoration(live: Live, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "flood.csv"
    file.write_bytes(b"lon,lat\n" * 100_000)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    about = ("--tag", "flood", "--tag", "2026", "--area", "5,45,11,48", "--comment", "raw", "--from", "2026-01-01")
    made = changed(shell, "datasets", "put", str(file), *about)
    assert (made["name"], made["sha256"], made["tags"]) == ("flood.csv", sha256, ["flood", "2026"])
    assert (made["area"], made["valid_from"]) == ([5, 45, 11, 48], "2026-01-01T00:00:00Z")
    again = shell(
        "datasets", "put", str(file), "--name", "second.csv", "--follows", made["id"], "--made-from", made["id"]
    )
    assert again.out.split()[1] == "second.csv"
    second = again.out.split()[0]
    listed = changed(shell, "datasets", "list", "--versions-of", made["id"])["items"]
    assert [(one["id"], one["version"]) for one in listed] == [(second, 2), (made["id"], 1)]
    assert [one["id"] for one in changed(shell, "datasets", "search", "flood", "RAW")["items"]] == [made["id"]]
    after = changed(shell, "datasets", "change", made["id"], "--comment", "", "--name", "f.csv", "--pin")
    assert (after["comment"], after["name"], after["pinned"]) == (None, "f.csv", True)
    tagged = changed(shell, "datasets", "tag", made["id"], "new", "--remove", "2026")
    assert tagged["tags"] == ["flood", "new"]
    target = tmp_path / "back.csv"
    assert shell("datasets", "get", made["id"], "-o", str(target)).code == 0
    assert target.read_bytes() == file.read_bytes()
    assert "pinned" in shell("datasets", "rm", made["id"], "--yes").err
    assert changed(shell, "datasets", "rm", second, "--dry-run")["dry_run"] is True
    assert changed(shell, "datasets", "rm", second, "--yes") == {"deleted": [second]}
    assert shell("datasets", "get", second, "-o", str(tmp_path / "none")).code != 0
    assert [one["id"] for one in changed(shell, "datasets", "list", "--deleted")["items"]] == [second]
    assert changed(shell, "datasets", "restore", second)["deleted_at"] is None
    assert "wasDerivedFrom" in shell("datasets", "provenance", second).out
    crate = tmp_path / "ro-crate-metadata.json"
    assert shell("datasets", "provenance", second, "--format", "crate", "-o", str(crate)).code == 0
    assert len(json.loads(crate.read_text())["@graph"]) >= 4
    for wrong in (["--area", "x"], ["--from", "soon"], ["--name", "n", str(file)]):
        assert shell("datasets", "put", str(file), *wrong).code == 2, wrong
    assert shell("datasets", "put", str(tmp_path / "none")).code == 2
    assert shell("datasets", "change", made["id"]).code == 2


def test_what_was_cut_is_gone_on_with(live: Live, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "grid.bin"
    file.write_bytes(bytes(range(256)) * 8_000)
    wanted = {"name": "grid.bin", "bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    begun = live.api.post("/uploads", json=wanted).raise_for_status().json()
    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0", "Tus-Resumable": "1.0.0"}
    part = file.read_bytes()[:1_000_000]
    live.api.patch(f"/uploads/{begun['id']}", content=part, headers=headers).raise_for_status()
    made = changed(shell, "datasets", "put", str(file))
    assert made["sha256"] == wanted["sha256"]
    assert live.api.get(f"/uploads/{begun['id']}").json()["dataset_id"] == made["id"]


def test_the_picture_of_a_data_set_is_written(live: Live, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    Image.new("RGB", (300, 150), (9, 9, 9)).save(file)
    made = changed(shell, "datasets", "put", str(file))
    target = tmp_path / "new" / "small.png"
    shown = changed(shell, "datasets", "preview", made["id"], "--size", "100", "--output", str(target))
    assert (shown["kind"], shown["width"], shown["height"]) == ("image", 300, 150)
    with Image.open(target) as small:
        assert small.size == (128, 64)
    none = shell("datasets", "preview", live.ids["datasets"], "--output", str(tmp_path / "none.png"))
    assert (none.code != 0, (tmp_path / "none.png").exists()) == (True, False)
    assert "no picture is made of" in none.err


def test_links_and_collections(live: Live, shell: Shell) -> None:
    dataset = live.ids["datasets"]
    url = shell("datasets", "link", dataset, "--for", "2h", "--note", "press").out.strip()
    assert live.api.get(url, headers={"Authorization": ""}).text == "4.1\n"
    (link,) = changed(shell, "datasets", "links", dataset)["items"]
    assert (link["note"], link["use_count"]) == ("press", 1)
    assert shell("datasets", "unlink", dataset, link["id"]).code == 0
    assert live.api.get(url).status_code == 404
    made = changed(shell, "collections", "make", "Season", "--comment", "2026")
    assert changed(shell, "collections", "put", "Season", dataset)["dataset_count"] == 1
    assert [one["id"] for one in changed(shell, "datasets", "list", "--collection", made["id"])["items"]] == [dataset]
    assert changed(shell, "collections", "list")["items"][0]["name"] == "Season"
    assert changed(shell, "collections", "take-out", made["id"], dataset)["dataset_count"] == 0
    assert changed(shell, "collections", "remove", "Season", "--dry-run")["subject"]["id"] == made["id"]
    assert changed(shell, "collections", "remove", "Season")["removed"]["name"] == "Season"
    assert shell("collections", "remove", "Season").code == 3


def test_what_the_server_makes_is_waited_for(live: Live, shell: Shell) -> None:
    refused = shell("datasets", "fetch", "http://127.0.0.1:9/x", "--json")
    assert refused.code in (1, 4)
    missing = shell("datasets", "adopt", "local", "no/such/file")
    assert (missing.code, "is not there" in missing.err) == (1, True), missing
    begun = changed(shell, "datasets", "adopt", "local", "no/such/file", "--detach")
    assert begun["job_id"].startswith("job_")


@pytest.fixture
def port(live: Live) -> Iterator[int]:
    """A port behind which the PostgreSQL of the server listens, which itself has none."""
    behind = next(Path(live.server.postgres_socket()).glob(".s.PGSQL.*[0-9]"))

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as ahead, selectors.DefaultSelector() as ready:
                ahead.connect(str(behind))
                ready.register(ahead, selectors.EVENT_READ, self.request)
                ready.register(self.request, selectors.EVENT_READ, ahead)
                while True:
                    for one, _ in ready.select():
                        if not (chunk := one.fileobj.recv(65536)):
                            return
                        one.data.sendall(chunk)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_database_is_queried_and_queried_again(live: Live, shell: Shell, port: int) -> None:
    kept = {"name": "hydro", "kind": "password", "settings": {"user": "stormbell", "password": "of no worth"}}
    live.api.post("/credentials", json=kept).raise_for_status()
    settings = {"host": "127.0.0.1", "port": port, "database": "stormbell", "tls": "off"}
    wanted = ("storages", "add", "hydro", "--driver", "postgresql", "--credential", "hydro")
    changed(shell, *wanted, "--settings", json.dumps(settings))
    (shell.home / "q.sql").write_text("SELECT 'Bern' AS station, random() AS level")
    first = changed(shell, "datasets", "query", "hydro", "@q.sql", "--name", "gauges.csv", "--tag", "gauges")
    assert (first["name"], first["version"], first["tags"]) == ("gauges.csv", 1, ["gauges"])
    assert shell("datasets", "get", first["id"], "-o", "-").out.startswith("station,level\nBern,0.")
    second = changed(shell, "datasets", "refresh", first["id"])
    assert (second["version"], second["sha256"] != first["sha256"]) == (2, True)
    assert shell("datasets", "query", "hydro", "SELECT 1", "--format", "xlsx").code == 2
    refused = shell("datasets", "query", "hydro", "DROP TABLE users")
    assert refused.code != 0
    assert shell("datasets", "refresh", live.ids["datasets"]).code != 0
    changed(shell, "storages", "remove", "hydro", "--yes")
    changed(shell, "credentials", "remove", "hydro", "--yes")
