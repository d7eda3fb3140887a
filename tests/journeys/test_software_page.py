"""A person at a real Chromium sees what a machine has, looks for modules, installs by a recipe and reads along."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.test_observer_page import CHROMIUM, server_and_page
from tests.sites.login_node import login_node
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(SSHD is None, reason=MISSING),
]
POST = """async ([path, body]) => {
  const headers = {'Content-Type': 'application/json'}
  const answer = await fetch('/api/v1' + path, {method: 'POST', headers, body: JSON.stringify(body)})
  return [answer.status, await answer.json()]
}"""


async def post(page: Page, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Do what this journey is not about, as the person who is logged in."""
    status, said = await page.evaluate(POST, [path, body])
    assert status == 201, said
    made: dict[str, Any] = said
    return made


@pytest.mark.covers("V57")
async def test_software_is_seen_and_installed_on_the_machines_card(tmp_path: Path) -> None:
    with login_node(tmp_path / "sshd") as there:
        async with server_and_page(tmp_path / "d", "egress.allow=127.0.0.0/8") as (server, page):
            key = {"name": "heron key", "kind": "ssh_key", "settings": {"user": there.user, "private_key": there.key}}
            machine = {
                "name": "heron",
                "transport_settings": {"host": "127.0.0.1", "port": there.port},
                "credential_id": (await post(page, "/credentials", key))["id"],
                "host_key": there.host_key,
            }
            at = f"/machines/{(await post(page, '/machines', machine))['id']}"
            await post(page, f"{at}/software", {"name": "gcc", "version": "12.2", "path": "/usr/bin"})
            recipe = {"script": "echo made with care", "check_command": "true"}
            await post(page, "/recipes", {"name": "tool", "version": "2.1", "definition": recipe})
            await page.goto(f"{server.url}/machines")
            await page.get_by_label("heron", exact=True).get_by_test_id("software-open").click()
            dialog = page.get_by_test_id("software-dialog")
            gcc = dialog.get_by_test_id("software-row").filter(has_text="gcc 12.2")
            await expect(gcc).to_contain_text("never")
            await gcc.get_by_test_id("check-software").click()
            await expect(gcc).not_to_contain_text("never", timeout=30_000)
            await dialog.get_by_test_id("probe-software").click()
            await expect(page.get_by_text("heron has no module command")).to_be_visible(timeout=30_000)
            await dialog.get_by_test_id("install-recipe").click()
            row = dialog.get_by_test_id("install-row").filter(has_text="tool 2.1")
            await row.get_by_test_id("install-log-open").click()
            await expect(dialog.get_by_test_id("install-log")).to_contain_text("made with care", timeout=60_000)
            await expect(row).to_contain_text("succeeded", timeout=60_000)
            await expect(dialog.get_by_test_id("software-row").filter(has_text="tool 2.1")).to_contain_text("installed")
