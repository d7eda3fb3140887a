"""A person at a real Chromium has an address told of facts, sees what it answered, and takes it back."""

import asyncio
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.test_observer_page import CHROMIUM, server_and_page
from tests.modules.webhooks.receivers import Receiver

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.mark.covers("W9")
async def test_an_address_is_told_on_its_page(tmp_path: Path) -> None:
    async with (
        Receiver() as receiver,
        server_and_page(tmp_path / "d", f"egress.allow={urlsplit(receiver.url).netloc}") as (server, page),
    ):
        await page.goto(f"{server.url}/webhooks")
        await page.get_by_test_id("add-webhook").click()
        dialog = page.get_by_test_id("webhook-dialog")
        await dialog.get_by_label("Name", exact=True).fill("duty phone")
        await dialog.get_by_label("Address").fill("gopher://duty")
        await dialog.get_by_role("button", name="Tell it").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await dialog.get_by_label("Address").fill(receiver.url)
        await dialog.get_by_role("button", name="Tell it").click()
        secret = await page.get_by_test_id("webhook-secret-text").inner_text()
        await page.get_by_test_id("webhook-secret").get_by_role("button", name="Close").click()
        row = page.get_by_test_id("webhook-row").filter(has_text="duty phone")
        await expect(row).to_contain_text("not yet")
        await row.get_by_role("link", name="duty phone").click()
        drawer = page.get_by_test_id("webhook-drawer")
        receiver.status = 503
        await drawer.get_by_test_id("test-webhook").click()
        [told] = await receiver.wait(1)
        assert told.is_signed_with(secret)
        assert told.content["type"] == "webhook.test"
        message = drawer.get_by_test_id("webhook-message-row")
        await _until_it_says(page, drawer, "given up")
        await message.get_by_role("button", name="webhook.test").click()
        shown = page.get_by_test_id("webhook-message")
        await expect(shown).to_contain_text("503")
        receiver.status = 200
        await shown.get_by_test_id("replay-message").click()
        await receiver.wait(2)
        await shown.get_by_role("button", name="Close").click()
        await _until_it_says(page, drawer, "delivered")
        await drawer.get_by_test_id("rotate-webhook").click()
        await page.get_by_test_id("webhook-sure-yes").click()
        await expect(page.get_by_test_id("webhook-secret-text")).not_to_have_text(secret)
        await page.get_by_test_id("webhook-secret").get_by_role("button", name="Close").click()
        await expect(drawer).to_contain_text("signs as well until")
        await drawer.get_by_test_id("remove-webhook").click()
        await page.get_by_test_id("webhook-sure-yes").click()
        await expect(page.get_by_text("No address is told of anything")).to_be_visible()


async def _until_it_says(page: Page, drawer: Locator, word: str) -> None:
    """How a message went is no fact of its own: a person looks again."""
    async with asyncio.timeout(20):
        while word not in await drawer.get_by_test_id("webhook-message-row").first.inner_text():
            async with page.expect_response(re.compile("/messages")):
                await drawer.get_by_role("button", name="Look again").click()
