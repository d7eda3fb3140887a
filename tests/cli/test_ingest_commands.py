"""``stormbell bindings``, keys of sources and raw deliveries."""

from pathlib import Path
from typing import Any

import httpx

from tests.cli.house import Done, Live, Shell


def changed(shell: Shell, *arguments: str) -> Any:
    done: Done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


def test_a_source_from_its_key_to_what_a_binding_makes_of_it(live: Live, shell: Shell, tmp_path: Path) -> None:
    source = changed(shell, "sources", "add", "weirs", "--setting", "key=/id")
    token = shell("sources", "key", "weirs").out.strip()
    assert token.startswith("sbsrc_")
    assert changed(shell, "sources", "key", "weirs", "--signature")["secret"].startswith("whsec_")
    assert "token, signature" in shell("sources", "show", "weirs").out
    body = b'{"id": "w1", "station": "Weir 1", "level_m": 4.5}'
    sent = httpx.post(
        f"{live.server.url}/api/v1/sources/{source['id']}/deliveries",
        content=body,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    (delivery,) = sent.raise_for_status().json()["delivery_ids"]
    kept = tmp_path / "reading.json"
    assert shell("deliveries", "raw", delivery, str(kept)).code == 0
    assert kept.read_bytes() == body
    assert changed(shell, "sources", "key", "weirs", "--remove") == {"removed": "token"}

    where = ("--workflow", "gauge", "--filter", "body.level_m > `4`", "--key", "body.station")
    made = changed(shell, "bindings", "add", "weirs", "high", *where, "--field", "level_m=body.level_m")
    assert (made["target"], made["message"]) == ("correlate", {"level_m": "body.level_m"})
    trial = changed(shell, "bindings", "test", "weirs", "high", delivery)
    assert (trial["does"], trial["key"], trial["message"]) == ("opens", "Weir 1", {"level_m": 4.5})
    assert "high" in shell("bindings", "list", "weirs").out
    assert changed(shell, "bindings", "pause", "weirs", "high")["enabled"] is False
    assert changed(shell, "bindings", "resume", "weirs", "high")["enabled"] is True
    assert shell("bindings", "add", "weirs", "odd", "--workflow", "gauge", "--filter", "a >").code != 0
    assert changed(shell, "bindings", "remove", "weirs", "high", "--dry-run")["dry_run"] is True
    assert changed(shell, "bindings", "remove", "weirs", "high", "--yes")["removed"] == made["id"]
    assert changed(shell, "sources", "remove", "weirs", "--yes")


def test_a_file_is_pushed_as_what_its_name_or_the_sender_says(live: Live, shell: Shell, tmp_path: Path) -> None:
    changed(shell, "sources", "add", "anything")
    table = tmp_path / "levels.csv"
    table.write_bytes(b"station,level_m\nK12,3.4\n")
    shown = []
    for more in ((), ("--media-type", "text/plain", "--key", "again")):
        (delivery,) = changed(shell, "deliveries", "push", "anything", str(table), *more)["delivery_ids"]
        shown.append(changed(shell, "deliveries", "show", delivery)["media_type"])
    assert shown == ["text/csv", "text/plain"]
    assert changed(shell, "sources", "remove", "anything", "--yes")
