"""A route is read when it is first asked for, and answers as if it had been read at once."""

from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, Query

from app.kernel.late_routes import LateRoute
from app.kernel.web import API
from app.main import MODULES


def double(times: int, words: Annotated[list[str], Query()]) -> dict[str, list[str]]:
    return {"said": words * times}


def made() -> tuple[FastAPI, LateRoute]:
    app = FastAPI()
    app.router.route_class = LateRoute
    app.get("/said/{times}", operation_id="say")(double)
    route = app.router.routes[-1]
    assert isinstance(route, LateRoute)
    return app, route


def is_read(route: LateRoute) -> bool:
    return "dependant" in vars(route)


async def test_the_first_request_reads_it() -> None:
    app, route = made()
    assert (route.path, route.methods, route.operation_id, is_read(route)) == ("/said/{times}", {"GET"}, "say", False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        assert (await client.get("/nothing/2")).status_code == 404
        assert (await client.post("/said/2")).status_code == 405
        assert not is_read(route)
        for _ in range(2):
            answer = await client.get("/said/2?words=b&words=c")
            assert (answer.status_code, answer.json()) == (200, {"said": ["b", "c", "b", "c"]})
            assert is_read(route)
        assert (await client.get("/said/many")).status_code == 422


def test_the_contract_reads_it() -> None:
    app, route = made()
    [operation] = app.openapi()["paths"]["/said/{times}"].values()
    assert [one["name"] for one in operation["parameters"]] == ["times", "words"]
    assert is_read(route)


def test_what_it_does_not_have_is_missing_as_elsewhere() -> None:
    _, route = made()
    with pytest.raises(AttributeError, match="colour"):
        route.colour  # noqa: B018
    assert not hasattr(route, "colour")


def test_every_operation_of_every_room_is_one() -> None:
    routes = [route for module in MODULES for router in module.routers for route in router.routes]
    assert len(routes) > 300
    for route in routes:
        assert isinstance(route, LateRoute)
        assert route.path.startswith(f"{API}/")
