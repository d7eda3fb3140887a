"""Ways into an account, and credentials: what people are asked before one is changed, and axe on what they see."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from driving import axe, chromium, fixture, page
from playwright.async_api import Browser, Route, expect

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A fresh browser."""
    async with chromium() as one:
        yield one


async def test_a_refusal_that_comes_after_the_login_asks_nobody_to_log_in_again(browser: Browser) -> None:
    sent, logged_in = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        if not sent.is_set() and "event-stream" in route.request.headers.get("accept", ""):
            sent.set()
            await logged_in.wait()
            await route.fulfill(status=401, json={})
        else:
            await route.continue_()

    async with fixture() as base, page(browser, base) as one:
        await one.goto("/jobs")
        await expect(one.get_by_test_id("live-indicator")).to_have_attribute("data-state", "live")
        await one.route("**/api/v1/events*", late)
        await one.request.post("/fixture/expire")
        await one.get_by_role("link", name="Machines").first.dispatch_event("click")
        dialog = one.get_by_test_id("login-dialog")
        await expect(dialog).to_be_visible()
        await asyncio.wait_for(sent.wait(), 20)
        await dialog.get_by_label("Password").fill("correct horse")
        await one.keyboard.press("Enter")
        await expect(dialog).to_have_count(0)
        logged_in.set()
        await expect(one.get_by_test_id("live-indicator")).to_have_attribute("data-state", "live")
        await expect(dialog).to_have_count(0)
        await expect(one.get_by_test_id("machine")).to_have_count(4)


async def test_a_way_in_is_removed_by_who_shows_again_who_they_are(browser: Browser) -> None:
    async with fixture() as base, page(browser, base) as one:
        await one.goto("/account")
        await expect(one.get_by_test_id("identity-row")).to_have_count(1)
        await one.request.post("/fixture/stale")
        await one.get_by_test_id("identity-row").get_by_role("button", name="Remove").click()
        dialog = one.get_by_test_id("proof-dialog")
        await expect(dialog).to_be_visible()
        assert await axe(one) == []
        await dialog.get_by_label("Your password").fill("wrong")
        await dialog.get_by_role("button", name="Go on").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Nothing was changed")
        await one.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await one.get_by_test_id("identity-row").get_by_role("button", name="Remove").click()
        await dialog.get_by_label("Your password").fill("correct horse")
        await dialog.get_by_role("button", name="Go on").click()
        await expect(dialog).to_have_count(0)
        await expect(one.get_by_test_id("toast")).to_contain_text("can no longer be used to log in")


async def test_a_reset_asks_about_the_other_ways_in(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, login=False) as one:
        await one.goto("/reset#code=x4rDq")
        form = one.get_by_test_id("door-form")
        await form.get_by_label("Password").fill("a wholly new pass phrase")
        await form.get_by_role("button", name="Set password").click()
        await expect(one.get_by_test_id("ways-in")).to_contain_text("passkey laptop")
        assert await axe(one) == []
        await form.get_by_label("They").select_option("are removed")
        await form.get_by_role("button", name="Set password").click()
        await expect(one.get_by_test_id("door-done")).to_contain_text("changed")


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_credentials(browser: Browser, theme: str) -> None:
    async with fixture() as base, page(browser, base, theme=theme) as one:
        await one.goto("/credentials")
        await expect(one.get_by_test_id("credential-row")).to_have_count(2)
        assert await axe(one) == []
        await one.get_by_role("link", name="heron login").click()
        await expect(one.get_by_test_id("credential-use")).to_have_count(1)
        assert await axe(one) == []


async def test_a_credential_is_connected_and_connected_again(browser: Browser) -> None:
    async with fixture() as base, page(browser, base) as one:
        await one.goto("/credentials")
        row = one.get_by_test_id("credential-row").filter(has_text="feed of the agency")
        await expect(row).to_contain_text("connect it")
        await row.get_by_role("link").click()
        drawer = one.get_by_test_id("credential-drawer")
        await expect(drawer).to_contain_text("/connect/other-agency")
        assert await axe(one) == []
        await drawer.get_by_test_id("connect-credential").click()
        await expect(one.get_by_test_id("toast")).to_contain_text("feed of the agency is connected")
        await expect(drawer).to_be_visible()
        assert "c0de" not in one.url
        await one.goto("/connect/other-agency?error=access_denied&state=begun")
        await expect(one.get_by_test_id("connect-problem")).to_contain_text("access_denied")
        assert "state=" not in one.url
        assert await axe(one) == []
