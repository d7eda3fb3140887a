"""Keeping credentials: written once, never read back, lent to whom they are for."""

from typing import Any

import pytest
from lending import lent, made
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import credentials
from app.modules.credentials import Bearer, CredentialExpired, CredentialNotFound, Password, S3Keys, http_headers

SECRET = "Tr0ub4dor-canary"


async def sql(node: Node, statement: str, **values: Any) -> list[Any]:
    async with node.database.transaction() as session:
        result = await session.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []  # type: ignore[attr-defined]


@pytest.mark.covers("W9")
async def test_a_password_is_kept_and_lent(running_node: Node, as_) -> None:
    ada = as_("ada")
    shown = await made(ada, "password", user="ada", password=SECRET)
    assert shown["public"] == {"user": "ada"}
    assert shown["status"] == "ready"
    assert shown["owner_id"] == "usr_ada"
    secret = await lent(running_node, shown["id"])
    assert isinstance(secret, Password)
    assert (secret.user, secret.password) == ("ada", SECRET)
    assert SECRET not in repr(secret)
    assert http_headers(secret)["Authorization"].startswith("Basic ")
    [(sealed,)] = await sql(running_node, "SELECT sealed FROM credentials")
    assert SECRET.encode() not in sealed


async def test_a_token_and_s3_keys(running_node: Node, as_) -> None:
    ada = as_("ada")
    token = await made(ada, "bearer", "feed", token=SECRET)
    secret = await lent(running_node, token["id"])
    assert isinstance(secret, Bearer)
    assert http_headers(secret) == {"Authorization": f"Bearer {SECRET}"}
    keys = await made(ada, "s3", "bucket", access_key_id="AKIA1234", secret_access_key=SECRET)
    held = await lent(running_node, keys["id"])
    assert isinstance(held, S3Keys)
    assert (held.access_key_id, held.secret_access_key, held.session_token) == ("AKIA1234", SECRET, None)


@pytest.mark.parametrize(
    ("kind", "given", "pointer"),
    [
        ("password", {"user": "ada"}, "/body/settings/password"),
        ("password", {"user": "a:b", "password": SECRET}, "/body/settings/user"),
        ("password", {"user": "ada", "password": SECRET + "\n"}, "/body/settings/password"),
        ("password", {"user": "ada", "password": SECRET, "pasword": SECRET}, "/body/settings/pasword"),
        ("password", {"user": "ada", "password": [SECRET]}, "/body/settings/password"),
        ("bearer", {"token": SECRET + " " + SECRET}, "/body/settings/token"),
        ("ssh_key", {"user": "ada", "private_key": SECRET}, "/body/settings/private_key"),
        ("ssh_key", {"user": "ada", "private_key": "-----BEGIN OPENSSH PRIVATE KEY-----\n" + SECRET}, None),
        ("ssh_ca", {"users": ["-oProxyCommand=x"]}, "/body/settings/users"),
        ("oauth", {"token_url": f"https://x:{SECRET}@h/", "client_id": "c", "refresh_token": "r"}, None),
        ("nothing", {"token": SECRET}, None),
    ],
)
async def test_what_is_no_secret_of_its_kind_is_refused_without_saying_it(
    as_, kind: str, given: dict[str, Any], pointer: str | None
) -> None:
    answer = await as_("ada").post("/credentials", json={"name": "one", "kind": kind, "settings": given})
    assert answer.status_code == 422, answer.text
    assert SECRET not in answer.text
    if pointer is not None:
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.security("S7")
async def test_what_is_not_asked_for_is_refused(as_) -> None:
    ada = as_("ada")
    body = {"name": "one", "kind": "bearer", "settings": {"token": SECRET}}
    for extra in ({"owner_id": "usr_eve"}, {"public": {}}, {"state": "ready"}, {"sealed": "x"}):
        assert (await ada.post("/credentials", json=body | extra)).status_code == 422
        shown = await ada.get("/credentials")
        assert shown.json()["items"] == []


async def test_names_are_the_owners_own(as_) -> None:
    ada, bob = as_("ada"), as_("bob")
    await made(ada, "bearer", token=SECRET)
    await made(bob, "bearer", token=SECRET)
    again = await ada.post("/credentials", json={"name": "one", "kind": "bearer", "settings": {"token": SECRET}})
    assert (again.status_code, again.json()["code"]) == (409, "credential_name_taken")


async def test_change_replace_and_remove(running_node: Node, as_) -> None:
    ada = as_("ada")
    shown = await made(ada, "bearer", token="old-secret")
    path = f"/credentials/{shown['id']}"
    changed = await ada.patch(path, json={"name": "feed", "replace_after_days": 90})
    assert (changed.json()["name"], changed.json()["replace_after_days"]) == ("feed", 90)
    replaced = await ada.put(f"{path}/secret", json={"settings": {"token": "new-secret"}})
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["replaced_at"] > shown["replaced_at"]
    assert http_headers(await lent(running_node, shown["id"]))["Authorization"] == "Bearer new-secret"
    wrong = await ada.put(f"{path}/secret", json={"settings": {"user": "ada", "password": "x"}})
    assert wrong.status_code == 422
    assert (await ada.delete(path)).status_code == 204
    assert (await ada.get(path)).status_code == 404
    assert await sql(running_node, "SELECT 1 FROM credential_uses") == []
    said = [text for (text,) in await sql(running_node, "SELECT text FROM events WHERE type = 'credential.changed'")]
    assert said == [
        "Credential one was created",
        "Credential feed has another name and replace after days",
        "Credential feed was replaced",
        "Credential feed was removed",
    ]


@pytest.mark.security("S6")
async def test_somebody_elses_credential_is_not_there(running_node: Node, as_) -> None:
    shown = await made(as_("ada"), "bearer", token=SECRET)
    eve, path = as_("eve"), f"/credentials/{shown['id']}"
    asked = [
        await eve.get(path),
        await eve.patch(path, json={"name": "mine"}),
        await eve.put(f"{path}/secret", json={"settings": {"token": "x"}}),
        await eve.post(f"{path}/test"),
        await eve.get(f"{path}/uses"),
        await eve.post(f"{path}/certificates", json={"public_key": "ssh-ed25519 AAAA"}),
        await eve.delete(path),
    ]
    assert [answer.status_code for answer in asked] == [404] * 7
    assert (await eve.get("/credentials")).json()["items"] == []
    with pytest.raises(CredentialNotFound):
        await lent(running_node, shown["id"], "usr_eve")
    assert http_headers(await lent(running_node, shown["id"])) == {"Authorization": f"Bearer {SECRET}"}


async def test_shared_for_use_is_not_shared_for_change(running_node: Node, as_, share) -> None:
    shown = await made(as_("ada"), "bearer", token=SECRET)
    path = f"/credentials/{shown['id']}"
    await share(shown["id"], "usr_eve", "act")
    await share(shown["id"], "usr_bob", "view")
    eve = as_("eve")
    assert (await eve.get(path)).status_code == 200
    assert (await eve.put(f"{path}/secret", json={"settings": {"token": "x"}})).json()["code"] == "credential_not_yours"
    assert (await eve.delete(path)).status_code == 403
    await lent(running_node, shown["id"], "usr_eve")
    with pytest.raises(CredentialNotFound):
        await lent(running_node, shown["id"], "usr_bob")
    # Seeing everything is not using everything.
    assert (await as_("op", Role.OPERATOR).get(path)).status_code == 200
    with pytest.raises(CredentialNotFound):
        await lent(running_node, shown["id"], "usr_op")
    # Nor can who sees everything lend it to himself; taking back is what he may do.
    refused = await as_("op", Role.OPERATOR).put(f"/shares/{shown['id']}/everyone", json={"level": "act"})
    assert refused.json()["code"] == "not_yours"
    assert (await as_("op", Role.OPERATOR).delete(f"/shares/{shown['id']}/usr_eve")).status_code == 204
    with pytest.raises(CredentialNotFound):
        await lent(running_node, shown["id"], "usr_eve")


async def test_who_used_it_when(running_node: Node, as_, share) -> None:
    ada = as_("ada")
    shown = await made(ada, "bearer", token=SECRET)
    await share(shown["id"], "usr_eve", "act")
    for user in ("usr_ada", "usr_eve", "usr_eve"):
        await lent(running_node, shown["id"], user)
    uses = (await ada.get(f"/credentials/{shown['id']}/uses", params={"limit": 1})).json()
    more = (await ada.get(f"/credentials/{shown['id']}/uses", params={"cursor": uses["next_cursor"]})).json()
    found = {(use["user_id"], use["purpose"], use["count"]) for use in uses["items"] + more["items"]}
    assert found == {("usr_ada", "source usgs", 1), ("usr_eve", "source usgs", 2)}
    assert (await ada.get(f"/credentials/{shown['id']}")).json()["last_used_by"] == "usr_eve"


async def test_an_expired_one_is_not_lent(running_node: Node, as_) -> None:
    ada = as_("ada")
    shown = await made(ada, "bearer", token=SECRET)
    path = f"/credentials/{shown['id']}"
    assert (await ada.patch(path, json={"expires_at": "2020-01-01T00:00:00Z"})).json()["status"] == "expired"
    with pytest.raises(CredentialExpired):
        await lent(running_node, shown["id"])
    await ada.patch(path, json={"expires_at": None})
    await lent(running_node, shown["id"])


async def test_one_in_use_is_not_removed(running_node: Node, as_) -> None:
    ada = as_("ada")
    shown = await made(ada, "bearer", token=SECRET)
    users = [f"source s{n}" for n in range(7)]

    async def find(_session: object, credential_id: str) -> list[str]:
        return users if credential_id == shown["id"] else []

    credentials.register_users(running_node, find)
    refused = await ada.delete(f"/credentials/{shown['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "credential_in_use")
    assert "source s0, source s1" in refused.json()["detail"]
    assert "and 2 more" in refused.json()["detail"]
    users.clear()
    assert (await ada.delete(f"/credentials/{shown['id']}")).status_code == 204


@pytest.mark.security("S24")
async def test_a_sealed_value_moved_to_another_row_does_not_open(running_node: Node, as_) -> None:
    ada = as_("ada")
    mine, other = await made(ada, "bearer", token=SECRET), await made(ada, "bearer", "two", token="theirs")
    await sql(
        running_node,
        "UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE id = :from) WHERE id = :to",
        **{"from": other["id"], "to": mine["id"]},
    )
    with pytest.raises(Exception, match="was not sealed for this place"):
        await lent(running_node, mine["id"])
