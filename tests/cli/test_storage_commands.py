"""``stormbell storages``, from the first question to the removal."""

from pathlib import Path
from typing import Any

from tests.cli.house import Done, Live, Shell


def changed(shell: Shell, *arguments: str) -> Any:
    done: Done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


def test_a_storage_from_the_first_question_to_its_removal(live: Live, shell: Shell, tmp_path: Path) -> None:
    directory = tmp_path / "shelf"
    wanted = ("storages", "add", "shelf", "--driver", "local", "--setting", f"directory={directory}")
    assert changed(shell, *wanted, "--dry-run")["state"] == "answers"
    assert shell("storages", "show", "shelf").code == 3
    made = changed(shell, *wanted, "--quota", "1000")
    assert (made["name"], made["quota_bytes"]) == ("shelf", 1000)
    (directory / "a").mkdir()
    (directory / "a" / "x.txt").write_text("one")
    assert [one["path"] for one in changed(shell, "storages", "files", "shelf", "a")["items"]] == ["a/x.txt"]
    assert "answers" in shell("storages", "test", "shelf").out
    assert shell("storages", "changes", "shelf", "a").code == 0
    after = changed(shell, "storages", "change", "shelf", "--quota", "0", "--read-only", "--setting", "reserve_bytes=7")
    assert (after["quota_bytes"], after["read_only"], after["settings"]["reserve_bytes"]) == (None, True, 7)
    assert after["settings"]["directory"] == str(directory)
    assert changed(shell, "storages", "change", "shelf", "--off")["enabled"] is False
    assert "off" in shell("storages", "list").out
    assert changed(shell, "storages", "remove", "shelf", "--dry-run")["dry_run"] is True
    assert changed(shell, "storages", "remove", "shelf", "--yes")["removed"]["id"] == made["id"]
    assert (directory / "a" / "x.txt").read_text() == "one"


def test_a_storage_that_does_not_answer_is_not_added(live: Live, shell: Shell) -> None:
    settings = ("--driver", "webdav", "--setting", "url=http://127.0.0.1:9/")
    refused = shell("storages", "add", "nowhere", *settings)
    assert refused.code != 0
    assert "nowhere" not in shell("storages", "list").out


def test_a_directory_that_cannot_be_made_is_told_and_not_added(live: Live, shell: Shell, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    refused = shell("storages", "add", "nowhere", "--driver", "local", "--setting", f"directory={taken}/below")
    assert refused.code == 1, refused
    assert f"{taken}/below cannot be used" in refused.out + refused.err
    relative = shell("storages", "add", "nowhere", "--driver", "local", "--setting", "directory=below")
    assert relative.code == 2, relative
    assert "has to be an absolute path" in relative.err
    assert "nowhere" not in shell("storages", "list").out


def test_files_are_put_into_a_storage_got_and_removed(live: Live, shell: Shell, tmp_path: Path) -> None:
    directory = tmp_path / "files"
    changed(shell, "storages", "add", "files", "--driver", "local", "--setting", f"directory={directory}")
    content = bytes(range(256)) * 9_000
    (tmp_path / "wind ü.nc").write_bytes(content)
    put = ("storages", "put", "files", str(tmp_path / "wind ü.nc"))
    stored = changed(shell, *put, "grids/")
    assert (stored["path"], stored["bytes"]) == ("grids/wind ü.nc", len(content))
    assert (directory / "grids" / "wind ü.nc").read_bytes() == content
    again = shell(*put, "grids/")
    assert again.code == 5, again
    assert "--force replaces it" in again.err
    (tmp_path / "wind ü.nc").write_bytes(content[::-1])
    assert shell(*put, "grids/", "--force").code == 0
    assert shell(*put, "../wind").code == 2

    get = ("storages", "get", "files", "grids/wind ü.nc", "--output", f"{tmp_path}/got/")
    got = changed(shell, *get)
    assert (tmp_path / "got" / "wind ü.nc").read_bytes() == content[::-1]
    assert (got["bytes"], [path.name for path in (tmp_path / "got").iterdir()]) == (len(content), ["wind ü.nc"])
    assert shell(*get).code == 5
    assert shell(*get, "--force").code == 0
    assert shell("storages", "get", "files", "grids/nothing", "--output", f"{tmp_path}/got/").code == 3

    remove = ("storages", "rm", "files", "grids/wind ü.nc")
    assert changed(shell, *remove, "--dry-run")["dry_run"] is True
    absent = shell(*remove, "grids/nothing", "--yes")
    assert (absent.code, "files has no file grids/nothing; nothing was removed" in absent.err) == (3, True), absent
    assert (directory / "grids" / "wind ü.nc").exists()
    assert changed(shell, *remove, "--yes")["removed"] == ["grids/wind ü.nc"]
    assert not (directory / "grids" / "wind ü.nc").exists()
    assert changed(shell, "storages", "remove", "files", "--yes")


def test_a_data_set_goes_to_the_archive_and_comes_back(live: Live, shell: Shell, tmp_path: Path) -> None:
    wanted = ("--driver", "local", "--setting", f"directory={tmp_path / 'attic'}")
    attic = changed(shell, "storages", "add", "attic", "--house", *wanted)
    (tmp_path / "old.csv").write_text("a,b\n1,2\n")
    made = changed(shell, "datasets", "put", str(tmp_path / "old.csv"))
    refused = shell("datasets", "archive", made["id"])
    assert refused.code == 2, refused
    assert "data.transfers.archive_storage" in refused.err

    def places() -> set[str]:
        return {copy["storage"] for copy in changed(shell, "datasets", "show", made["id"])["replicas"]}

    assert changed(shell, "datasets", "archive", made["id"], "--to", "attic", "--wait")["state"] == "complete"
    assert places() == {"attic"}
    assert changed(shell, "datasets", "activate", made["id"], "--wait")["state"] == "complete"
    assert places() == {"attic", "local"}
    assert attic["name"] == "attic"


def test_a_collection_is_renamed_and_an_upload_forgotten(live: Live, shell: Shell) -> None:
    changed(shell, "collections", "make", "season", "--comment", "first")
    renamed = changed(shell, "collections", "change", "season", "--name", "last season", "--comment", "")
    assert (renamed["name"], renamed["comment"]) == ("last season", None)
    assert shell("collections", "change", "last season").code == 2
    changed(shell, "collections", "remove", "last season", "--yes")

    begun = live.api.post("/uploads", json={"name": "half.bin", "bytes": 10}).json()["id"]
    assert begun in {one["id"] for one in changed(shell, "datasets", "uploads")["items"]}
    assert changed(shell, "datasets", "forget", begun, "--dry-run")["dry_run"] is True
    assert changed(shell, "datasets", "forget", begun, "--yes")["forgotten"] == [begun]
    assert begun not in {one["id"] for one in changed(shell, "datasets", "uploads")["items"]}
    assert shell("datasets", "forget", begun, "--yes").code == 3
