"""A storage as a person looks through it: one directory at a time, the same from every kind of storage."""

from pathlib import Path

import httpx
import pytest

from app.kernel.node import Node
from app.modules.data.storage import Storage
from app.modules.data.storage._levels import level, name_of
from app.modules.data.storage.local import Settings
from app.modules.data.storage.local import Storage as LocalStorage
from tests.modules.data.test_storages import made

FILES = ["a.txt", "a/1", "a/deep/er/2", "a/3", "b/4", "c", "ü ber/5", "z/6"]
TOP = ["a.txt", "a/", "b/", "c", "z/", "ü ber/"]


class Flat:
    """The same files from a storage that knows only the order of its paths, as the one in the database does."""

    capabilities = frozenset({"list"})

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.calls = 0

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[object]:
        self.calls += 1
        return list(await self.storage.list(prefix, after=after, limit=limit))


@pytest.fixture
def local(tmp_path: Path) -> LocalStorage:
    for name in FILES:
        path = tmp_path / "s" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "s" / "link").symlink_to("/etc")
    return LocalStorage(Settings(directory=tmp_path / "s"))


@pytest.mark.parametrize("flat", [False, True])
async def test_a_directory_is_listed_without_what_lies_deeper(local: LocalStorage, flat: bool) -> None:
    driver: object = Flat(local) if flat else local
    for step in (1, 2, 50):
        names: list[str] = []
        while some := await level(driver, "", names[-1] if names else "", step):  # type: ignore[arg-type]
            names += [name_of(one) for one in some]
        assert names == TOP
    assert [name_of(one) for one in await level(driver, "a", "", 50)] == ["1", "3", "deep/"]  # type: ignore[arg-type]
    assert await level(driver, "none", "", 50) == []  # type: ignore[arg-type]


async def test_folders_are_looked_through_over_http(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    storage = await made(client, driver="local", settings={"directory": str(tmp_path / "mine")})
    address = f"/api/v1/storages/{storage['id']}"
    for name in FILES:
        assert (await client.put(f"{address}/files/{name}", content=name.encode())).status_code == 201
    first = (await client.get(f"{address}/folders", params={"limit": 4})).json()
    rest = (await client.get(f"{address}/folders", params={"limit": 4, "cursor": first["next_cursor"]})).json()
    items = first["items"] + rest["items"]
    assert [one["name"] + ("/" if one["folder"] else "") for one in items] == TOP
    assert rest["next_cursor"] is None
    (file,) = [one for one in items if one["name"] == "c"]
    assert (file["path"], file["bytes"], file["folder"]) == ("c", 1, False)
    below = (await client.get(f"{address}/folders", params={"path": "/a/deep/"})).json()["items"]
    assert [(one["path"], one["folder"]) for one in below] == [("a/deep/er", True)]
    for path, status in (("../etc", 422), ("a/../..", 422), ("nowhere", 200)):
        assert (await client.get(f"{address}/folders", params={"path": path})).status_code == status
