"""Groups and shares from the shell."""

from tests.cli.house import Live, Shell
from tests.cli.test_every_command import changed


def test_groups_and_shares(live: Live, shell: Shell) -> None:
    made = changed(shell, "groups", "create", "Fire weather", "--for", "who runs the spread model")
    assert changed(shell, "groups", "change", "Fire weather", "--name", "Fire")["name"] == "Fire"
    added = changed(shell, "groups", "add", "Fire", "olga@example.org", "--manages")
    assert [(m["name"], m["manages"]) for m in added["members"]] == [("Olga Owner", True)]
    assert shell("groups", "list", "--json").json["items"][0]["mine"] is True
    assert "Olga" in shell("groups", "show", "Fire").out

    incident = live.ids["incident"]
    shared = changed(shell, "shares", "set", incident, made["id"], "--act")
    assert (shared["subject_name"], shared["level"]) == ("Fire", "act")
    assert "Fire" in shell("shares", "show", incident).out
    assert "Fire" in shell("shares", "list").out
    listed = shell("shares", "list", "--by-me", "--json").json["items"]
    assert [one["object_id"] for one in listed if one["subject_id"] == made["id"]] == [incident]
    assert all(one["object_id"] != incident for one in shell("shares", "list", "--with-me", "--json").json["items"])
    assert changed(shell, "shares", "remove", incident, made["id"], "--dry-run")["dry_run"] is True
    assert changed(shell, "shares", "remove", incident, made["id"])["removed"]["object_id"] == incident
    assert shell("shares", "show", incident, "--json").json["items"] == []
    by_name = changed(shell, "shares", "set", incident, "Fire")
    assert (by_name["subject_id"], by_name["level"]) == (made["id"], "view")
    assert changed(shell, "shares", "remove", incident, "Fire")["removed"]["subject_id"] == made["id"]
    assert "nobody has the e-mail address nobody@" in shell("shares", "set", incident, "nobody@example.org").err
    assert "there are: Fire" in shell("shares", "set", incident, "Flood").err
    assert shell("shares", "set", "inc_none", "everyone").code == 3

    assert changed(shell, "groups", "remove", "Fire", "olga@example.org")["removed"]["group_id"] == made["id"]
    assert changed(shell, "groups", "delete", "Fire")["deleted"]["id"] == made["id"]
    assert shell("groups", "show", made["id"]).code == 3
