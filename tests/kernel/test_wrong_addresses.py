"""Addresses that nothing has: programs are told so, and where the API is; people get the page that says so."""

import httpx
import pytest
from fastapi import FastAPI

from app import main


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/openapi.json", "the API's contract is at /api/v1/openapi.json"),
        ("/api/openapi.json", "the API's contract is at /api/v1/openapi.json"),
        ("/docs", "at /api/v1/openapi.json, what its errors mean at /docs/problems"),
        ("/docs/howto/people", "at /docs/problems"),
        ("/redoc", "at /api/v1/openapi.json"),
        ("/robots.txt", "There is nothing at /robots.txt"),
        ("/wp-login.php", "There is nothing at /wp-login.php"),
        ("/api", "There is nothing at /api"),
        ("/api/users", "did you mean /api/v1/users?"),
        ("/api/users/", "did you mean /api/v1/users?"),
        ("/api/v2/incidents/inc_1", "did you mean /api/v1/incidents/inc_1?"),
        ("/api/v1/nothing", "There is nothing at /api/v1/nothing"),
    ],
)
async def test_programs_get_a_problem(anonymous: httpx.AsyncClient, path: str, says: str) -> None:
    answer = await anonymous.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"
    assert says in answer.json()["detail"]


async def test_who_asks_for_json_gets_no_page(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/users", headers={"Accept": "application/json"})
    assert (answer.status_code, "did you mean /api/v1/users?" in answer.text) == (404, True)


async def test_people_get_the_page(anonymous: httpx.AsyncClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"}
    for path in ("/", "/index.html", "/incidents/inc_1", "/users", "/connect/dropbox", "/no/such/page"):
        for headers in (browser, {}):
            answer = await anonymous.get(path, headers=headers)
            assert answer.status_code in (200, 503), path  # 503: the pages are not built here
            assert answer.headers["content-type"].startswith("text/"), path


async def test_the_contract_is_for_whoever_is_let_in(
    app: FastAPI, client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    assert (await anonymous.get("/api/v1/openapi.json")).status_code == 401
    answer = await client.get("/api/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == main.openapi(app)
