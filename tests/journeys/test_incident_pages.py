"""A person at a real Chromium makes an incident from a form, starts it, gives it a file, answers, mends, publishes."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.journeys.test_observer_page import CHROMIUM, server_and_page

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WORKFLOW = """
from typing import Literal
from pydantic import BaseModel, Field
from stormbell import Answered, Incident, ManualData, stage, workflow


class Ring(BaseModel):
    well: bool = False


class Rope(BaseModel):
    rope_m: float = Field(ge=1, le=50, title="Rope", description="Its length in metres.")
    tower: Literal["west", "east"] = "west"


class Verdict(BaseModel):
    approve: bool = Field(title="Publish it")
    note: str = Field("", title="Note")


class Judged(Answered):
    answer: Verdict | None = None


@workflow("bell", title="Bell ringing", parameters=Rope, manual_data="hear", test="probe")
class Bell:
    class State(BaseModel):
        heard: list[str] = []

    @stage(sends=("judge",))
    async def ring(self, incident: Incident[State], message: Ring) -> None:
        pass

    @stage(sends=("judge",))
    async def hear(self, incident: Incident[State], message: ManualData) -> None:
        incident.state.heard.append(incident.path(message.dataset).read_text())
        incident.ask("Publish what was heard?", then=self.judge)

    @stage(max_attempts=1)
    async def judge(self, incident: Incident[State], message: Judged) -> None:
        incident.send(self.finish, Ring(well=False))

    @stage(max_attempts=1)
    async def finish(self, incident: Incident[State], message: Ring) -> None:
        if not message.well:
            raise ValueError("the rope is worn")
        incident.complete("rung")

    @stage
    async def probe(self, incident: Incident[State], message: Ring) -> None:
        incident.complete()
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


async def violations(page: Page) -> list[str]:
    await page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = json.loads(
        await page.evaluate(
            "async rules => JSON.stringify((await axe.run(document, {runOnly: rules})).violations.map("
            "v => ({id: v.id, nodes: v.nodes.map(n => n.html.slice(0, 120))})))",
            RULES,
        )
    )
    return [f"{one['id']}: {one['nodes']}" for one in found]


@pytest.mark.covers("V10", "V13", "V15", "V18", "V27")
async def test_an_incident_on_its_page(tmp_path: Path) -> None:
    data = tmp_path / "d"
    (data / "workflows").mkdir(parents=True)
    (data / "workflows" / "bell.py").write_text(WORKFLOW)
    heard = tmp_path / "ear.txt"
    heard.write_text("dong")
    async with server_and_page(data) as (server, page):
        await page.goto(f"{server.url}/incidents")
        await page.get_by_test_id("open-an-incident").click()
        drawer = page.get_by_test_id("open-incident")
        await drawer.get_by_label("Name", exact=True).fill("West bell")
        await drawer.get_by_label("Rope").fill("70")
        await drawer.get_by_role("button", name="Open incident").click()
        await expect(drawer.get_by_text("Rope is at most 50")).to_be_visible()
        await drawer.get_by_label("Rope").fill("12.5")
        await drawer.get_by_label("tower").select_option("east")
        await drawer.get_by_label("Area").fill("14, 40.5, 15, 41")
        await drawer.get_by_label("Only create it").check()
        assert await violations(page) == []
        await drawer.get_by_role("button", name="Open incident").click()
        await expect(page).to_have_url(re.compile(r"/incidents/inc_\w+$"))
        state = page.get_by_test_id("incident-state")
        await expect(state).to_have_attribute("data-state", "pending", timeout=30_000)
        await expect(page.get_by_test_id("waiting-on")).to_contain_text("somebody to activate it")
        await page.get_by_test_id("activate-incident").click()
        await expect(state).to_have_attribute("data-state", "active", timeout=30_000)

        await page.get_by_test_id("give-data").click()
        dialog = page.get_by_test_id("data-dialog")
        await dialog.get_by_label("File").set_input_files(heard)
        await dialog.get_by_label("Type").fill("report")
        assert await violations(page) == []
        await dialog.get_by_test_id("data-confirm").click()
        question = page.get_by_test_id("question")
        await expect(question).to_contain_text("Publish what was heard?", timeout=30_000)
        await expect(page.get_by_test_id("waiting-on")).to_contain_text("Publish what was heard?")
        await question.get_by_label("Publish it").check()
        await question.get_by_role("button", name="Answer").click()
        await expect(state).to_have_attribute("data-state", "error", timeout=30_000)

        await page.get_by_test_id("retry-incident").click()
        dialog = page.get_by_test_id("retry-dialog")
        await expect(dialog).to_contain_text("the rope is worn")
        await dialog.get_by_label(re.compile("Message to")).fill('{"well": true}')
        assert await violations(page) == []
        await dialog.get_by_test_id("retry-confirm").click()
        await expect(state).to_have_attribute("data-state", "complete", timeout=30_000)

        await page.get_by_test_id("publish").click()
        drawer = page.get_by_test_id("publish-dialog")
        await drawer.get_by_label("ear.txt").check()
        await drawer.get_by_test_id("publish-confirm").click()
        link = drawer.get_by_test_id("public-link").get_by_role("link")
        path = await link.get_attribute("href")
        assert path is not None
        await expect(drawer.get_by_test_id("publication-row")).to_have_count(1)
        assert await violations(page) == []
        stranger = await page.context.browser.new_page()  # type: ignore[union-attr]  # Chromium was started
        await stranger.goto(server.url + path)
        await expect(stranger.get_by_role("heading", name="West bell")).to_be_visible()
        await expect(stranger.get_by_text("This is an exercise")).to_be_visible()
        assert await violations(stranger) == []
        await drawer.get_by_test_id("revoke").click()
        await expect(drawer.get_by_text("taken back")).to_be_visible()
        assert httpx.get(server.url + path, trust_env=False).status_code == 404
        await page.keyboard.press("Escape")

        await page.set_viewport_size({"width": 390, "height": 844})
        await expect(page.get_by_test_id("archive-incident")).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        await page.set_viewport_size({"width": 1440, "height": 900})

        await page.get_by_test_id("archive-incident").click()
        await expect(state).to_have_attribute("data-state", "archived", timeout=30_000)
        await page.get_by_role("button", name="Graph", exact=True).click()
        await expect(page.get_by_role("link", name="DOT")).to_be_visible()
        assert await violations(page) == []
        before = page.url
        await page.get_by_test_id("rerun-incident").click()
        await expect(page).not_to_have_url(before)
        await expect(state).to_have_attribute("data-state", "active", timeout=30_000)
        await page.get_by_test_id("send-message").click()
        dialog = page.get_by_test_id("message-dialog")
        await dialog.get_by_label("Stage").select_option("finish")
        await dialog.get_by_label("Well").check()
        await dialog.get_by_role("button", name="Send message").click()
        await expect(state).to_have_attribute("data-state", "complete", timeout=30_000)
