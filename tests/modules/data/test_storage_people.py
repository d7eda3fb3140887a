"""Whose a storage is: who finds it, reads and writes its files, and whom its credential is shown to."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text

from app.kernel.http import GuardedClient
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import EgressSettings
from tests.sites.dropbox import Dropbox, dropbox

As = Callable[..., httpx.AsyncClient]


@pytest.fixture(scope="module")
def box() -> Iterator[Dropbox]:
    with dropbox() as one:
        yield one


@pytest.fixture
def as_(running_node: Node, app: FastAPI) -> As:
    known: dict[str, Principal] = {}
    running_node.http = GuardedClient(EgressSettings(allow=["127.0.0.1/32"]))

    async def authenticate(request: Request) -> Principal | None:
        return known.get(request.headers.get("X-Test-Caller", ""))

    running_node.authenticate = authenticate

    def as_(name: str, role: Role = Role.RUNNER) -> httpx.AsyncClient:
        known[name] = Principal(user_id=f"usr_{name}", name=name, role=role)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        base, headers = "http://127.0.0.1:8000/api/v1", {"X-Test-Caller": name}
        return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)

    return as_


async def share(node: Node, object_id: str, level: str) -> None:
    async with node.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES (:o, 'usr_ben', :l, 'usr_ada')"
                " ON CONFLICT (object_id, subject_id) DO UPDATE SET level = :l"
            ),
            {"o": object_id, "l": level},
        )


@pytest.mark.covers("A1")
@pytest.mark.security("S6")
async def test_a_storage_is_its_owners_until_it_is_shared(running_node: Node, as_: As, box: Dropbox) -> None:
    ada, ben = as_("ada"), as_("ben")
    body = {"name": "grant", "kind": "bearer", "settings": {"token": "token-one"}}
    credential = (await ada.post("/credentials", json=body)).json()["id"]
    settings = {"api_url": box.url, "content_url": box.url}
    wanted = {"name": "mine", "driver": "dropbox", "settings": settings, "credential": credential}
    made = (await ada.post("/storages", json=wanted)).json()
    storage = f"/storages/{made['id']}"
    assert (await ada.put(f"{storage}/files/x", content=b"hers")).status_code == 201
    for method, path in (
        *(("GET", storage), ("PATCH", storage), ("DELETE", storage), ("POST", f"{storage}/test")),
        *(("GET", f"{storage}/files"), ("GET", f"{storage}/files/x"), ("PUT", f"{storage}/files/x")),
        *(("DELETE", f"{storage}/files/x"), ("GET", f"{storage}/checks")),
    ):
        answer = await ben.request(method, path, json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "storage_not_found"), (method, path)
    assert "mine" not in (await ben.get("/storages")).text
    stolen = await ben.post("/storages", json=wanted)
    assert (stolen.status_code, stolen.json()["code"]) == (404, "credential_not_found")

    await share(running_node, made["id"], "view")
    assert (await ben.get(f"{storage}/files/x")).content == b"hers"
    refused = await ben.put(f"{storage}/files/x", content=b"his")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert (await ben.delete(f"{storage}/files/x")).status_code == 403
    assert (await ben.patch(storage, json={"name": "his"})).status_code == 403

    await share(running_node, made["id"], "act")
    assert (await ben.put(f"{storage}/files/x", content=b"ours")).status_code == 200
    # Who says where it is, would be shown what it is logged in to with.
    elsewhere = await ben.patch(storage, json={"settings": settings | {"api_url": "http://127.0.0.1:9"}})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "credential_not_found")


@pytest.mark.security("S9")
async def test_nobody_reaches_into_the_house_through_a_storage(running_node: Node, as_: As) -> None:
    ada, root = as_("ada"), as_("root", Role.ADMIN)
    for driver, settings in (("local", {"directory": "/etc"}), ("database", {})):
        for address in ("/storages", "/storages/try"):
            body = {"name": "etc", "driver": driver, "settings": settings}
            answer = await ada.post(address, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "house_storage")
    ours = await ada.post(
        "/storages", json={"name": "ours", "driver": "http", "settings": {"url": "http://x/"}, "house": True}
    )
    assert ours.json()["code"] == "house_storage"
    (own,) = (await ada.get("/storages")).json()["items"]
    for path in ("files", "files/x"):
        answer = await ada.get(f"/storages/{own['id']}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "house_files")
    assert (await ada.patch(f"/storages/{own['id']}", json={"enabled": False})).json()["code"] == "house_storage"
    assert (await ada.delete(f"/storages/{own['id']}")).json()["code"] == "house_storage"
    made = await root.post(
        "/storages", json={"name": "ours", "driver": "http", "settings": {"url": "http://x/"}, "house": True}
    )
    assert made.status_code == 201
    assert "ours" in (await ada.get("/storages")).text
