"""What people new to the pages stumble over: closed pages, names instead of ids, links that are spent, forms."""

import re
from typing import Any

import pytest
from driving import axe, chromium, fixture, page
from playwright.async_api import Route, expect

pytestmark = pytest.mark.browser

INCIDENT = "/incidents/inc_01k8q4zt000000000000000001"


async def test_a_runner_is_told_whom_to_ask_instead_of_an_error() -> None:
    async def as_runner(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={**await answer.json(), "role": "runner"})

    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        await one.route("**/api/v1/sessions/current", as_runner)
        for path in ("/people", "/audit"):
            await one.goto(path)
            await expect(one.get_by_test_id("not-allowed")).to_contain_text("Ask an administrator")
            await expect(one.locator("#content").get_by_role("alert")).to_have_count(0)
        assert await axe(one) == []


async def test_people_are_named_by_address_and_name() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        await one.goto("/audit")
        filter_ = one.get_by_role("search").get_by_label("Filter")
        await filter_.fill("actor:ben@example.org")
        await filter_.press("Enter")
        await expect(one).to_have_url(re.compile(r"actor=usr_\w+2$"))

        await one.route("**/api/v1/shares/*/*", lambda route: route.fulfill(json={}))
        await one.goto(INCIDENT)
        await one.get_by_test_id("share").click()
        dialog = one.get_by_test_id("share-dialog")
        await dialog.get_by_role("button", name="With one person instead").click()
        await dialog.get_by_label("Person").fill("Nobody Here")
        await dialog.get_by_role("button", name="Share", exact=True).click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Nobody here has the name or address Nobody Here")
        await dialog.get_by_label("Person").fill("ben runner")
        async with one.expect_request(lambda request: request.method == "PUT") as sent:
            await dialog.get_by_role("button", name="Share", exact=True).click()
        assert re.search(r"/shares/inc_\w+/usr_\w+2$", (await sent.value).url)


async def test_a_spent_invitation_says_so_and_what_to_do() -> None:
    gone = {"code": "invitation_gone", "title": "This invitation cannot be used any more", "detail": "It was used"}
    async with chromium() as browser, fixture() as base, page(browser, base, login=False) as one:
        await one.route("**/api/v1/invitations/acceptance", lambda route: route.fulfill(status=410, json=gone))
        await one.goto("/invitation#code=x4rDq")
        form = one.get_by_test_id("door-form")
        await form.get_by_label("Email").fill("dora@example.org")
        await form.get_by_label("Name").fill("Dora")
        await form.get_by_label("Password").fill("a wholly new pass phrase")
        await form.get_by_role("button", name="Make my account").click()
        await expect(one.get_by_test_id("gate-problem")).to_contain_text("cannot be used any more. It was used.")
        await expect(one.get_by_test_id("door-gone").get_by_role("link", name="Log in")).to_be_visible()
        await expect(form).to_have_count(0)
        assert await axe(one) == []


async def test_an_incident_is_opened_without_a_message_where_its_stage_wants_none() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        await one.goto("/incidents")
        await one.get_by_test_id("open-an-incident").click()
        drawer = one.get_by_test_id("open-incident")
        await expect(drawer.get_by_label("Message")).to_be_visible()  # what the stage takes is not known
        await drawer.get_by_label("Workflow").select_option("flood")
        await expect(drawer.get_by_label("Message")).to_have_count(0)
        await expect(drawer.get_by_label("Name", exact=True)).to_have_value("River flood")
        await drawer.get_by_label("First stage").select_option("route")
        await drawer.get_by_label("Level").fill("4.1")
        assert await axe(one) == []
        bodies: list[dict[str, Any]] = []
        for stage in ("route", "gauge"):
            await drawer.get_by_label("First stage").select_option(stage)
            async with one.expect_request(lambda request: request.method == "POST") as sent:
                await drawer.get_by_role("button", name="Open incident").click()
            bodies.append((await sent.value).post_data_json)
            await one.goto("/incidents")
            await one.get_by_test_id("open-an-incident").click()
            await drawer.get_by_label("Workflow").select_option("flood")
        assert [(body["stage"], body["message"], body["parameters"]) for body in bodies] == [
            ("route", {"level_m": 4.1}, {}),
            ("gauge", {}, {}),
        ]
