"""Downloads: whole, resumed, checked, and never in place of something else."""

from pathlib import Path

from tests.cli.house import Live, Shell


def test_download_to_a_file_and_again(live: Live, shell: Shell, tmp_path: Path) -> None:
    target = tmp_path / "new" / "level.txt"
    done = shell("datasets", "get", live.ids["datasets"], "--output", str(target), "--json")
    assert (done.json["path"], done.json["downloaded"], target.read_text()) == (str(target), True, "4.1\n")
    assert shell("datasets", "get", live.ids["datasets"], "--output", str(target), "--json").json["downloaded"] is False
    target.write_text("mine")
    done = shell("datasets", "get", live.ids["datasets"], "--output", str(target))
    assert (done.code, target.read_text()) == (5, "mine")
    assert shell("datasets", "get", live.ids["datasets"], "--output", str(target), "--force").code == 0
    assert target.read_text() == "4.1\n"


def test_download_goes_on_where_it_was(live: Live, shell: Shell, tmp_path: Path) -> None:
    target, part = tmp_path / "level.txt", tmp_path / "level.txt.part"
    part.write_text("4.")
    assert shell("datasets", "get", live.ids["datasets"], "--output", str(target)).code == 0
    assert target.read_text() == "4.1\n"
    assert not part.exists()


def test_what_is_not_as_announced_is_not_kept(live: Live, shell: Shell, tmp_path: Path) -> None:
    target, part = tmp_path / "level.txt", tmp_path / "level.txt.part"
    part.write_text("5.")  # so only the rest is fetched, and the whole is wrong
    done = shell("datasets", "get", live.ids["datasets"], "--output", str(target))
    assert done.code == 1
    assert "SHA-256" in done.err
    assert not target.exists()
    assert not part.exists()


def test_download_to_stdout(live: Live, shell: Shell) -> None:
    done = shell("datasets", "get", live.ids["datasets"], "--output", "-")
    assert (done.code, done.out, done.err) == (0, "4.1\n", "")
