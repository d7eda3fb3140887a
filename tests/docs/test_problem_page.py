"""The address a problem's ``type`` names answers, for everybody, with something to do."""

import httpx

from app.kernel.errors import Problem, every_problem


async def test_the_type_of_a_problem_is_an_address_that_answers(anonymous: httpx.AsyncClient) -> None:
    refused = (await anonymous.get("/api/v1/incidents")).json()
    assert refused["code"] == "unauthenticated"
    page = await anonymous.get(refused["type"])
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert f'id="{refused["type"].partition("#")[2]}"' in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "<script" not in page.text


async def test_every_problem_is_on_the_page_once_with_what_to_do(anonymous: httpx.AsyncClient) -> None:
    page = (await anonymous.get("/docs/problems")).text
    kinds = [kind for kind in every_problem() if kind.__module__.startswith("app.")]
    assert len(kinds) > 50
    for kind in kinds:
        assert page.count(f'id="{kind.code}"') == 1, f"the code {kind.code} is not on the page, or of two problems"
        assert kind.advice().endswith("."), kind


def test_what_to_do_is_inherited_and_classes_for_one_answer_are_left_out() -> None:
    passing = type("Passing", (Problem,), {"code": "passing", "__doc__": "It passes."})
    assert passing.advice() == Problem.advice()
    assert passing.title() == "It passes"
    assert passing not in every_problem()
