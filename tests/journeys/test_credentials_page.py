"""A person at a real Chromium keeps, replaces, tries and removes credentials; the page never has a secret."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Response, expect

from tests.journeys.test_observer_page import CHROMIUM, server_and_page

SECRET = "page-canary-secret"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.mark.covers("W9")
@pytest.mark.security("S7")
async def test_a_credential_on_its_page(tmp_path: Path) -> None:
    async with server_and_page(tmp_path / "d") as (server, page):
        answers: list[str] = []

        async def keep(response: Response) -> None:
            if "/api/v1/credentials" in response.url and response.status != 204:
                answers.append(await response.text())

        page.on("response", keep)
        await page.goto(f"{server.url}/credentials")
        await page.get_by_test_id("keep-credential").click()
        dialog = page.get_by_test_id("credential-dialog")
        await dialog.get_by_label("Name", exact=True).fill("heron key")
        await dialog.get_by_label("Kind").select_option("ssh_key")
        await dialog.get_by_label("User name").fill("1 is no name")
        await dialog.get_by_role("button", name="Keep credential").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await dialog.get_by_label("User name").fill("ada")
        await dialog.get_by_role("button", name="Keep credential").click()
        row = page.get_by_test_id("credential-row").filter(has_text="heron key")
        await expect(row).to_contain_text("not yet")
        await row.get_by_role("button", name="heron key").click()
        drawer = page.get_by_test_id("credential-drawer")
        await expect(drawer).to_contain_text(re.compile(r"ssh-ed25519 AAAA"))
        await expect(drawer).to_contain_text("Nobody used it")
        await page.keyboard.press("Escape")

        await page.get_by_test_id("keep-credential").click()
        await dialog.get_by_label("Name", exact=True).fill("feed")
        await dialog.get_by_label("Kind").select_option("bearer")
        await dialog.get_by_label("Token").fill(SECRET)
        await dialog.get_by_role("button", name="Keep credential").click()
        row = page.get_by_test_id("credential-row").filter(has_text="feed")
        await row.get_by_role("button", name="feed").click()
        await drawer.get_by_test_id("replace-credential").click()
        await dialog.get_by_label("Token").fill(SECRET + "-2")
        await dialog.get_by_role("button", name="Replace secret").click()
        await expect(page.get_by_text("feed has another secret")).to_be_visible()
        await drawer.get_by_test_id("try-credential").click()
        await expect(page.get_by_text("feed is being tried")).to_be_visible()
        await drawer.get_by_test_id("remove-credential").click()
        await page.get_by_test_id("remove-confirmed").click()
        await expect(page.get_by_test_id("credential-row")).to_have_count(1)
        assert SECRET not in await page.content()
        assert SECRET not in "".join(answers)
        assert len(answers) >= 5
