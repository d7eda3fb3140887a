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
