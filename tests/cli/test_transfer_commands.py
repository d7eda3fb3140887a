"""``stormbell transfers``, and copies of data sets from the shell."""

from pathlib import Path

from tests.cli.house import Live, Shell
from tests.cli.test_every_command import changed


def test_copies_of_a_data_set_and_files_of_a_storage(live: Live, shell: Shell, tmp_path: Path) -> None:
    dataset = live.ids["datasets"]
    for name in ("second", "third"):
        settings = {"directory": str(tmp_path / name)}
        wanted = {"name": name, "driver": "local", "settings": settings, "house": True}
        live.api.post("/storages", json=wanted).raise_for_status()
    planned = changed(shell, "datasets", "cp", dataset, "second", "--dry-run")
    assert (planned["dry_run"], planned["items"][0]["id"]) == (True, None)
    assert shell("datasets", "cp", dataset, "second", "--dry-run").out.startswith("Would replicate")
    copied = changed(shell, "datasets", "cp", dataset, "second", "--wait")
    assert copied["state"] == "complete"
    assert shell("datasets", "cp", dataset, "second").code == 2  # it is there already
    here = [changed(shell, "datasets", "list", "--storage", name)["items"] for name in ("second", "third")]
    assert ([one["id"] for one in here[0]], here[1]) == ([dataset], [])
    unsaid, absent = (
        shell("datasets", "mv", dataset, "third"),
        shell("datasets", "mv", dataset, "third", "--from", "third"),
    )
    assert (unsaid.code, "say from which storage it moves: local, second" in unsaid.err) == (2, True), unsaid
    assert (absent.code, "no whole copy there; it has in: local, second" in absent.err) == (2, True), absent
    tiered = shell("datasets", "archive", dataset, "--to", "third")
    assert (tiered.code, "say from which storage" in tiered.err) == (2, True), tiered
    moved = shell("datasets", "mv", dataset, "third", "--from", "second", "--wait")
    assert (moved.code, "complete" in moved.out, ", third:" in moved.out) == (0, True, True)
    assert changed(shell, "datasets", "verify", dataset)["state"] == "complete"
    (bad,) = [path for path in (tmp_path / "third").rglob("*") if path.is_file() and not path.name.startswith(".")]
    bad.write_bytes(b"not what it was")
    hinted = shell("datasets", "verify", dataset)
    assert (hinted.code, "verified with repair" in hinted.err) == (1, True), hinted
    found = shell("datasets", "verify", dataset, "--repair")
    assert (found.code, "third: it has 15 bytes" in found.err, "is being written again" in found.err) == (1, True, True)

    listed = changed(shell, "transfers", "list", "--dataset", dataset, "--storage", "second")["items"]
    assert [one["kind"] for one in listed] == ["move", "replicate"]
    assert listed[1]["id"] in shell("transfers", "show", listed[1]["id"]).out
    assert changed(shell, "transfers", "watch", listed[1]["id"])["state"] == "complete"
    predicted = shell("transfers", "predict", "local", "second", "1000000")
    assert (predicted.code, "/s (of 1)" in predicted.out) == (0, True)
    assert shell("transfers", "cancel", listed[1]["id"], "--dry-run").code == 5
    assert shell("transfers", "cancel", listed[1]["id"]).code == 5
    assert shell("transfers", "retry", listed[1]["id"]).code == 5

    (tmp_path / "second" / "runs").mkdir()
    (tmp_path / "second" / "runs" / "a.csv").write_text("1,2,3\n")
    copied = changed(shell, "transfers", "copy", "second:runs", "third:runs", "--folder", "--wait")
    assert (copied["state"], copied["files_done"]) == ("complete", 1)
    assert (tmp_path / "third" / "runs" / "a.csv").read_text() == "1,2,3\n"
    assert shell("transfers", "copy", "second", "third:runs").code == 2
