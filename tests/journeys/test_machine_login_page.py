"""A person at a real Chromium answers what a machine asks: a wrong code is refused, the right one lets everybody in."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.test_observer_page import CHROMIUM, server_and_page
from tests.journeys.test_software_page import post
from tests.sites.asking_server import CODE, PASSWORD, asking_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.mark.covers("V54")
async def test_a_code_is_asked_for_on_the_machines_card(tmp_path: Path) -> None:
    settings = ("egress.allow=127.0.0.0/8", "machines.probe_seconds=3600")
    async with asking_server() as there, server_and_page(tmp_path / "d", *settings) as (server, page):
        kept = {"name": "heron", "kind": "password", "settings": {"user": "ada", "password": PASSWORD}}
        machine = {
            "name": "heron",
            "transport_settings": {"host": "127.0.0.1", "port": there.port},
            "credential_id": (await post(page, "/credentials", kept))["id"],
            "host_key": there.host_key,
        }
        await post(page, "/machines", machine)
        await page.goto(f"{server.url}/machines")
        card = page.get_by_label("heron", exact=True)
        await card.get_by_test_id("probe-machine").click()
        dialog = page.get_by_test_id("machine-login")
        form = dialog.get_by_test_id("machine-login-form")
        code = form.get_by_label("One-time password (OATH) for `ada'")
        await expect(code).to_have_attribute("type", "password", timeout=30_000)
        await code.fill("wrong")
        await form.get_by_role("button", name="Answer").click()
        await dialog.get_by_test_id("machine-login-again").click(timeout=30_000)
        await expect(code).to_have_value("", timeout=30_000)
        await code.fill(CODE)
        await form.get_by_role("button", name="Answer").click()
        await expect(dialog).to_contain_text("heron is logged in to", timeout=30_000)
        await dialog.get_by_role("button", name="Close").last.click()
        await expect(card.get_by_test_id("answer-login")).to_have_count(0)
        await expect(card).to_contain_text("Logged in from", timeout=30_000)
