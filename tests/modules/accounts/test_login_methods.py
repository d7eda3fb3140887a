"""Ways to log in are files: which are on, what a broken one costs, and one from outside."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from people import SAME_ORIGIN, Browse, add_user, log_in, run_sql

from app.kernel import drivers
from app.kernel.node import Node
from app.kernel.settings import Settings, SettingsProblem
from app.modules.accounts import method
from tests.conftest import settings_for

PIGEON = """'''A word that a pigeon brings.'''

from pydantic import BaseModel

from app.modules.accounts.errors import CredentialsInvalid
from app.modules.accounts.method import Beginning, Identity


class Settings(BaseModel):
    word: str


class Answer(BaseModel):
    email: str
    word: str


async def probe(settings):
    return None


class Method:
    kind, title, guessable, answer = "form", "Pigeon", True, Answer

    def __init__(self, name, settings, node):
        self.word = settings.word

    def offered(self, origin):
        return True

    async def begin(self, flow):
        return Beginning()

    async def finish(self, flow, answer):
        if answer.word != self.word:
            raise CredentialsInvalid("The pigeon brought another word")
        return Identity(issuer="pigeon", subject=answer.email)

    async def close(self):
        pass
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """A further folder of login methods, as a namespace package's second half would be."""
    made = tmp_path / "methods"
    made.mkdir()
    (made / "pigeon.py").write_text(PIGEON)
    (made / "parrot.py").write_text("import a_library_nobody_has\n")
    method.__path__.append(str(made))
    drivers._places.cache_clear()
    yield made
    method.__path__.remove(str(made))
    drivers._places.cache_clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    methods = {"login_methods": "pigeon,parrot,ostrich", "method_settings": {"pigeon": {"word": "coo"}}}
    return settings_for(tmp_path / "data", **{f"accounts.{name}": value for name, value in methods.items()})


async def fly(client: httpx.AsyncClient, **answer: Any) -> httpx.Response:
    begun = await client.post("/logins", json={"method": "pigeon", "next": "/jobs"}, headers=SAME_ORIGIN)
    assert (begun.status_code, begun.json()["url"]) == (201, None)
    body = {"method": "pigeon", "state": begun.json()["state"], "answer": answer}
    return await client.post("/logins/finish", json=body, headers=SAME_ORIGIN)


@pytest.mark.covers("W6")
async def test_a_method_from_outside(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    values = "('idn_1', :user_id, 'pigeon', 'pigeon', 'ada@example.org')"
    columns = "(id, user_id, method, issuer, subject)"
    await run_sql(running_node, f"INSERT INTO linked_identities {columns} VALUES {values}", user_id=user_id)
    client = browse()
    done = await fly(client, email="ada@example.org", word="coo")
    assert (done.status_code, done.json()["user"]["id"], done.json()["next"]) == (201, user_id, "/jobs")
    assert [s["method"] for s in (await client.get("/sessions")).json()["items"]] == ["pigeon"]
    unreadable = await fly(client, email="ada@example.org")
    assert (unreadable.status_code, unreadable.json()["errors"][0]["pointer"]) == (422, "/body/answer/word")
    # What can be guessed is counted, whichever method it is.
    guesses = [await fly(browse(), email="ada@example.org", word="moo") for _ in range(11)]
    assert {guess.status_code for guess in guesses[:10]} == {401}
    assert guesses[10].status_code == 429


@pytest.mark.covers("W6")
async def test_only_methods_that_are_on_and_work_are_offered(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    listed = (await browse().get("/login-methods")).json()
    assert listed["items"] == [{"name": "pigeon", "title": "Pigeon", "kind": "form"}]
    assert listed["resets"] is False
    for refused in (
        await log_in(browse()),
        await browse().post("/password-resets", json={"email": "ada@example.org"}),
        await browse().post("/logins", json={"method": "parrot"}, headers=SAME_ORIGIN),
        await browse().post("/logins", json={"method": "../x"}, headers=SAME_ORIGIN),
    ):
        assert (refused.status_code, refused.json()["code"]) == (404, "login_method_unknown")


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ({"issuer": "http://login.example.edu", "client_id": "x"}, "https"),
        ({"issuer": "https://login.example.edu?x=1", "client_id": "x"}, "no query"),
        ({"issuer": "https://login.example.edu"}, "client_id|required"),
        ({"issuer": "https://a.example", "client_id": "x", "role": "owner"}, "viewer"),
        (
            {"issuer": "https://a.example", "client_id": "x", "client_secret": "a", "client_secret_file": "b"},
            "not both",
        ),
    ],
)
def test_settings_say_what_is_wrong(tmp_path: Path, provider: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsProblem, match=words):
        settings_for(tmp_path, **{"accounts.oidc": {"university": provider}})


def test_a_provider_is_not_called_as_a_method(tmp_path: Path) -> None:
    provider = {"issuer": "https://a.example", "client_id": "x"}
    with pytest.raises(SettingsProblem, match="password is a login method already"):
        settings_for(tmp_path, **{"accounts.oidc": {"password": provider}})
