"""A person at a real Chromium keeps, replaces, tries and removes credentials; the page never has a secret."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import Response, Route, expect

from tests.journeys.test_observer_page import CHROMIUM, server_and_page
from tests.modules.credentials.token_service import TokenService, serving

SECRET = "page-canary-secret"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
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
        await row.get_by_role("link", name="heron key").click()
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
        await row.get_by_role("link", name="feed").click()
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


@pytest.mark.covers("A3")
@pytest.mark.security("S15")
async def test_a_credential_is_connected_on_its_page(tmp_path: Path) -> None:
    async with (
        serving(TokenService()) as service,
        server_and_page(tmp_path / "d", "egress.allow=127.0.0.1") as (server, page),
    ):

        async def consents(route: Route) -> None:
            """Lead back at once, as a service does to somebody who consented."""
            answer = service.consent(route.request.url)
            back = service.codes[answer["code"]]["redirect_uri"]
            await route.fulfill(status=302, headers={"Location": f"{back}?{urlencode(answer)}"})

        async def refuses(route: Route) -> None:
            answer = service.consent(route.request.url)
            back = service.codes[answer["code"]]["redirect_uri"]
            said = {"error": "access_denied", "state": answer["state"]}
            await route.fulfill(status=302, headers={"Location": f"{back}?{urlencode(said)}"})

        await page.goto(f"{server.url}/credentials")
        await page.get_by_test_id("keep-credential").click()
        dialog = page.get_by_test_id("credential-dialog")
        await dialog.get_by_label("Name", exact=True).fill("archive")
        await dialog.get_by_label("Kind").select_option("oauth")
        await dialog.get_by_label("Client id").fill("us")
        await dialog.get_by_label("Authorization address").fill("https://login.example.org/authorize")
        await dialog.get_by_label("Token address").fill(service.url)
        await dialog.get_by_role("button", name="Keep credential").click()
        drawer = page.get_by_test_id("credential-drawer")
        await expect(drawer).to_contain_text("Nobody has connected it yet")
        await expect(drawer).to_contain_text(f"{server.url}/connect/other-")
        # Another site leads back: the cookie that is only sent from our own pages is there all the same.
        await page.route("https://login.example.org/**", consents)
        await drawer.get_by_test_id("connect-credential").click()
        await expect(page.get_by_text("archive is connected")).to_be_visible()
        await expect(drawer.locator("[data-state=ready]")).to_be_visible()
        assert "canary" not in page.url + await page.content()
        await page.unroute("https://login.example.org/**")
        await page.route("https://login.example.org/**", refuses)
        await drawer.get_by_test_id("connect-credential").click()
        await expect(page.get_by_test_id("connect-problem")).to_contain_text("access_denied")
        await page.get_by_role("link", name="Back to the credentials").click()
        await expect(page.get_by_test_id("credential-row")).to_contain_text("ready")
