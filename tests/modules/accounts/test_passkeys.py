"""Passkeys: made, used, named, removed; and every way a signature can be for something else."""

from typing import Any

import httpx
import pytest
from authenticator import FLAG, Authenticator, websafe_decode, websafe_encode
from cryptography.hazmat.primitives.asymmetric import ec
from people import PASSWORD, Browse, add_token, add_user, bearer, run_sql
from people import log_in as log_in_with_password

from app.kernel.node import Node

HERE = "http://localhost:8000"
OURS = {"Origin": HERE}


async def begin(client: httpx.AsyncClient, where: str = "logins") -> dict[str, Any]:
    begun = await client.post(f"/{where}", json={"method": "passkey"}, headers=OURS)
    assert begun.status_code == 201, begun.text
    answered: dict[str, Any] = begun.json()
    return answered


async def finish(
    client: httpx.AsyncClient, begun: dict[str, Any], answer: dict[str, Any], where: str = "logins"
) -> httpx.Response:
    body = {"method": "passkey", "state": begun["state"], "answer": answer}
    return await client.post(f"/{where}/finish", json=body, headers=OURS)


async def add(client: httpx.AsyncClient, device: Authenticator, name: str = "my phone", **bent: Any) -> httpx.Response:
    begun = await begin(client, "identities")
    return await finish(client, begun, {**device.create(begun["public_key"], **bent), "name": name}, "identities")


async def log_in(client: httpx.AsyncClient, device: Authenticator, **bent: Any) -> httpx.Response:
    begun = await begin(client)
    return await finish(client, begun, device.get(begun["public_key"], **bent))


@pytest.fixture
async def ada(running_node: Node, browse: Browse) -> httpx.AsyncClient:
    """Ada's browser, logged in with her password."""
    await add_user(running_node)
    client = browse(base=HERE)
    await log_in_with_password(client)
    return client


@pytest.mark.covers("W6")
async def test_a_passkey_is_made_used_named_and_removed(
    running_node: Node, ada: httpx.AsyncClient, browse: Browse
) -> None:
    device = Authenticator()
    begun = await begin(ada, "identities")
    options = begun["public_key"]
    assert (options["rp"]["id"], options["user"]["name"]) == ("localhost", "ada@example.org")
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    answer = {**device.create(options), "name": "  my   phone "}
    added = await finish(ada, begun, answer, "identities")
    assert added.status_code == 201, added.text
    [passkey] = added.json()["items"]
    assert (passkey["sort"], passkey["name"], passkey["last_used_at"]) == ("passkey", "my phone", None)
    again = await begin(ada, "identities")
    assert [known["id"] for known in again["public_key"]["excludeCredentials"]] == [answer["rawId"]]

    elsewhere = browse("10.0.0.9", base=HERE)
    begun = await begin(elsewhere)
    assert "allowCredentials" not in begun["public_key"]  # or strangers would learn who has passkeys
    done = await finish(elsewhere, begun, device.get(begun["public_key"]))
    assert done.status_code == 201, done.text
    assert done.json()["user"]["email"] == "ada@example.org"
    assert (await elsewhere.get("/sessions/current")).status_code == 200
    assert (await elsewhere.get("/sessions")).json()["items"][0]["method"] == "passkey"

    path = f"/identities/{passkey['id']}"
    renamed = await ada.patch(path, json={"name": "old phone"}, headers=OURS)
    assert (renamed.json()["name"], renamed.json()["last_used_at"] is not None) == ("old phone", True)
    assert (await ada.delete(path, headers=OURS)).status_code == 204
    refused = await log_in(browse(base=HERE), device)
    assert (refused.status_code, refused.json()["code"]) == (401, "passkey_refused")
    written = await run_sql(
        running_node, "SELECT action FROM audit_events WHERE action LIKE 'account.identity%' ORDER BY number"
    )
    assert written == [("account.identity_added",), ("account.identity_removed",)]
    outcomes = await run_sql(running_node, "SELECT method, outcome FROM login_history ORDER BY id")
    assert outcomes == [("password", "succeeded"), ("passkey", "succeeded"), ("passkey", "failed")]


async def test_where_passkeys_are_offered(running_node: Node, browse: Browse) -> None:
    """Browsers make none for a bare address, and none without TLS beyond this machine."""
    for base, offered in ((HERE, True), ("https://localhost", True), ("http://127.0.0.1:8000", False)):
        listed = (await browse(base=base).get("/login-methods")).json()["items"]
        assert ("passkey" in [method["name"] for method in listed]) is offered
    refused = await browse().post("/logins", json={"method": "passkey"}, headers={"Origin": "http://127.0.0.1:8000"})
    assert (refused.status_code, refused.json()["code"]) == (404, "login_method_unknown")


@pytest.mark.security("S15")
async def test_a_signature_is_for_one_login_here(ada: httpx.AsyncClient, browse: Browse) -> None:
    device = Authenticator()
    await add(ada, device)
    client = browse(base=HERE)
    for wrong, bent in {
        "another site": {"origin": "https://evil.example"},
        "another port": {"origin": "http://localhost:9000"},
        "a subdomain": {"origin": "http://evil.localhost:8000"},
        "another relying party": {"rp": "evil.example"},
        "another challenge": {"challenge": websafe_encode(b"x" * 43)},
        "another ceremony": {"type": "webauthn.create"},
        "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
        "another user": {"user": websafe_encode(b"usr_somebody")},
    }.items():
        refused = await log_in(client, device, **bent)
        assert (refused.status_code, refused.json()["code"]) == (401, "passkey_refused"), wrong
    for flags in (FLAG(0), FLAG.UP, FLAG.UV):
        device.flags = flags
        assert (await log_in(client, device)).json()["code"] == "passkey_refused", flags
    device.flags = FLAG.UP | FLAG.UV
    begun = await begin(client)
    answer = device.get(begun["public_key"])
    assert (await finish(browse("10.0.0.9", base=HERE), begun, answer)).json()["code"] == "login_ended"
    assert (await finish(client, begun, answer)).status_code == 201
    replayed = await finish(client, begun, answer)
    assert (replayed.status_code, replayed.json()["code"]) == (410, "login_ended")


@pytest.mark.security("S15")
async def test_a_new_passkey_is_made_here_by_whom_it_is_for(
    running_node: Node, ada: httpx.AsyncClient, browse: Browse
) -> None:
    for wrong, bent in {
        "another site": {"origin": "https://evil.example"},
        "another relying party": {"rp": "evil.example"},
        "another challenge": {"challenge": websafe_encode(b"x" * 43)},
        "another ceremony": {"type": "webauthn.get"},
    }.items():
        refused = await add(ada, Authenticator(), **bent)
        assert (refused.status_code, refused.json()["code"]) == (401, "passkey_refused"), wrong
    unverified = Authenticator(flags=FLAG.UP)
    assert (await add(ada, unverified)).json()["code"] == "passkey_refused"
    # Begun by Ada, ended by Eve in the same browser; and a login's state does not add a passkey.
    begun = await begin(ada, "identities")
    answer = Authenticator().create(begun["public_key"])
    eve_id = await add_user(running_node, "eve@example.org", name="Eve")
    ada_cookies = dict(ada.cookies)
    await log_in_with_password(ada, "eve@example.org")
    assert (await finish(ada, begun, answer, "identities")).json()["code"] == "login_ended"
    assert (await finish(ada, begun, answer)).json()["code"] == "login_ended"
    assert ada_cookies["stormbell_login"] == ada.cookies["stormbell_login"]
    # A token adds nothing: what it added would outlive it.
    _, raw = await add_token(running_node, eve_id)
    refused = await browse(base=HERE).post("/identities", json={"method": "passkey"}, headers=bearer(raw))
    assert (refused.status_code, refused.json()["code"]) == (403, "needs_session")
    assert await run_sql(running_node, "SELECT 1 FROM passkeys") == []


@pytest.mark.security("S15")
async def test_a_copied_passkey_is_noticed(running_node: Node, ada: httpx.AsyncClient, browse: Browse) -> None:
    device = Authenticator()
    await add(ada, device)
    copy = device.copy()
    assert (await log_in(browse(base=HERE), device)).status_code == 201
    assert (await log_in(browse(base=HERE), device)).status_code == 201
    refused = await log_in(browse(base=HERE), copy)
    assert (refused.status_code, refused.json()["code"]) == (401, "passkey_refused")
    assert "copied" in refused.json()["detail"]
    latest, *_ = (await ada.get("/profile/logins")).json()["items"]
    assert (latest["method"], latest["outcome"]) == ("passkey", "failed")
    [(object_id, data)] = await run_sql(
        running_node, "SELECT object_id, data FROM audit_events WHERE action = 'account.login_failed'"
    )
    assert object_id == (await ada.get("/profile")).json()["id"]
    assert (data["method"], data["code"]) == ("passkey", "passkey_refused")
    assert "copied" in data["why"]


async def test_a_passkey_of_a_disabled_account_is_in_its_history(
    running_node: Node, ada: httpx.AsyncClient, browse: Browse
) -> None:
    device = Authenticator()
    await add(ada, device)
    ada_id = (await ada.get("/profile")).json()["id"]
    _, raw = await add_token(running_node, await add_user(running_node, "olga@example.org", name="Olga"))
    olga = browse(headers=bearer(raw))
    assert (await olga.patch(f"/users/{ada_id}", json={"enabled": False})).status_code == 200
    refused = await log_in(browse("10.0.0.9", base=HERE), device)
    assert (refused.status_code, refused.json()["code"]) == (403, "account_disabled")
    latest, *_ = (await olga.get(f"/users/{ada_id}/logins")).json()["items"]
    assert (latest["method"], latest["outcome"], latest["ip"]) == ("passkey", "refused", "10.0.0.9")
    written = await run_sql(
        running_node, "SELECT object_id, data->>'code' FROM audit_events WHERE action = 'account.login_failed'"
    )
    assert written == [(ada_id, "account_disabled")]


async def test_authenticators_that_do_not_count(ada: httpx.AsyncClient, browse: Browse) -> None:
    device = Authenticator(counts=False)
    await add(ada, device)
    for _ in range(2):
        assert (await log_in(browse(base=HERE), device)).status_code == 201


async def test_answers_that_cannot_be_read(ada: httpx.AsyncClient, browse: Browse) -> None:
    device = Authenticator()
    await add(ada, device)
    client = browse(base=HERE)
    for member in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for value in ("", "!", "AAAA", "x" * 70_000, None, 7, {}, websafe_encode(b"\xff" * 40)):
            begun = await begin(client)
            answer = device.get(begun["public_key"])
            answer["response"][member] = value
            refused = await finish(client, begun, answer)
            if member == "userHandle" and not isinstance(value, str):
                assert refused.status_code == 201  # it may be left out
            else:
                assert (refused.status_code, refused.json()["code"]) == (401, "passkey_refused"), (member, value)
    begun = await begin(client)
    assert (await finish(client, begun, {"id": "x"})).status_code == 422
    assert len(websafe_decode(begun["public_key"]["challenge"])) == 43


async def test_a_passkey_alone_cannot_be_removed(running_node: Node, ada: httpx.AsyncClient, browse: Browse) -> None:
    added = await add(ada, Authenticator())
    await run_sql(running_node, "UPDATE users SET password_hash = NULL")
    [passkey] = added.json()["items"]
    refused = await ada.delete(f"/identities/{passkey['id']}", headers=OURS)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_identity")
    assert (await ada.get("/identities")).json()["has_password"] is False


@pytest.mark.security("S19")
async def test_a_way_in_is_changed_only_by_who_has_lately_shown_who_they_are(
    running_node: Node, ada: httpx.AsyncClient, browse: Browse
) -> None:
    device = Authenticator()
    added = await add(ada, device)
    [passkey] = added.json()["items"]
    age = "UPDATE sessions SET proved_at = now() - interval '301 s'"
    await run_sql(running_node, age)
    asked: list[tuple[str, str, dict[str, Any] | None]] = [
        ("POST", "/identities", {"method": "passkey"}),
        ("DELETE", f"/identities/{passkey['id']}", None),
        ("POST", "/tokens", {"name": "outlives"}),
    ]
    for method, path, body in asked:
        refused = await ada.request(method, path, json=body, headers=OURS)
        assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed"), path
    wrong = await ada.post("/sessions/current/proof", json={"password": "not this one"}, headers=OURS)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "password_wrong")
    assert (await ada.post("/identities", json={"method": "passkey"}, headers=OURS)).status_code == 403
    proved = await ada.post("/sessions/current/proof", json={"password": PASSWORD}, headers=OURS)
    assert proved.status_code == 204, proved.text
    assert (await ada.post("/identities", json={"method": "passkey"}, headers=OURS)).status_code == 201

    await run_sql(running_node, age)
    assert (await log_in(ada, device)).status_code == 201  # a login shows it too
    assert (await ada.post("/tokens", json={"name": "laptop"}, headers=OURS)).status_code == 201
    _, raw = await add_token(running_node, (await ada.get("/profile")).json()["id"])
    by_token = await browse(base=HERE).post("/sessions/current/proof", json={"password": PASSWORD}, headers=bearer(raw))
    assert (by_token.status_code, by_token.json()["code"]) == (403, "needs_session")
    written = await run_sql(running_node, "SELECT count(*) FROM audit_events WHERE action = 'account.proved'")
    assert written == [(1,)]


@pytest.mark.security("S14")
async def test_a_password_set_for_somebody_says_what_becomes_of_their_passkeys(
    running_node: Node, ada: httpx.AsyncClient, browse: Browse
) -> None:
    await add(ada, Authenticator())
    ada_id = (await ada.get("/profile")).json()["id"]
    _, raw = await add_token(running_node, await add_user(running_node, "olga@example.org", name="Olga"))
    olga = browse(base=HERE, headers=bearer(raw))
    begun = await begin(ada, "identities")
    path, new = f"/users/{ada_id}/password", "a wholly new pass phrase"
    asked = await olga.put(path, json={"password": new})
    assert (asked.status_code, asked.json()["code"]) == (409, "ways_in_remain")
    assert asked.json()["errors"][0]["message"].startswith("passkey my phone, added ")
    assert (await ada.get("/profile")).status_code == 200  # nothing was changed
    assert (await olga.put(path, json={"password": new, "other_ways": "keep"})).status_code == 204
    assert await run_sql(running_node, "SELECT count(*) FROM passkeys") == [(1,)]
    await log_in_with_password(ada, password=new)
    late = await finish(ada, begun, Authenticator().create(begun["public_key"]), "identities")
    assert late.json()["code"] == "login_ended"  # whoever began to add one before does not end it
    assert (await olga.put(path, json={"password": PASSWORD, "other_ways": "remove"})).status_code == 204
    assert await run_sql(running_node, "SELECT count(*) FROM passkeys") == [(0,)]
