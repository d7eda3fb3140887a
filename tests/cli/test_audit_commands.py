"""``stormbell audit``: what was done is listed, exported and verified, with and without a server."""

import json
from pathlib import Path

import pytest

from tests.cli.house import Live, Shell


@pytest.mark.covers("V61")
@pytest.mark.security("S25")
def test_the_chain_is_verified_online_offline_and_in_a_file(live: Live, shell: Shell, tmp_path: Path) -> None:
    made = shell("tokens", "create", "audited", "--scope", "delivery_push", "--days", "1", "--json").json
    listed = shell("audit", "list", "--object", made["id"], "--json").json["items"]
    assert [one["action"] for one in listed] == ["token_create"]
    assert listed[0]["actor_name"] == "Olga Owner"
    hers = ("audit", "list", "--actor", "olga@example.org", "--object", made["id"], "--json")
    assert shell(*hers).json["items"] == listed
    assert made["token"] not in json.dumps(listed)

    head = shell("audit", "head").out.strip()
    whole = shell("audit", "verify", "--seen", head)
    assert whole.code == 0, whole
    assert whole.out.startswith("Whole: ")
    other = f"{head.partition(':')[0]}:{'0' * 64}"
    broken = shell("audit", "verify", "--seen", other)
    assert (broken.code, "another hash" in broken.out) == (1, True)
    assert shell("audit", "verify", "--seen", "nonsense").code == 2

    offline = shell("audit", "verify", "--offline", "--data", str(live.server.data), "--seen", head, "--json")
    assert offline.code == 0, offline
    assert offline.json["ok"]
    assert live.api.get("/health").status_code == 200, "the server goes on"

    file = tmp_path / "audit.ndjson"
    exported = shell("audit", "export", "--output", str(file), "--json").json
    assert exported["count"] == len(file.read_text().splitlines())
    assert shell("audit", "verify", "--file", str(file)).out.startswith("Whole: ")
    lines = file.read_text().splitlines()
    forged = lines[1].replace("Olga Owner", "Otto Other")
    assert forged != lines[1]
    file.write_text("\n".join([lines[0], forged, *lines[2:]]))
    found = shell("audit", "verify", "--file", str(file), "--json")
    assert (found.code, found.json["fault"]["kind"], found.json["fault"]["position"]) == (1, "changed", 2)
    file.write_text("\n".join([lines[0], *lines[2:]]))
    assert shell("audit", "verify", "--file", str(file), "--json").json["fault"]["kind"] == "deleted"
