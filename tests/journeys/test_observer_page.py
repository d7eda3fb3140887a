"""A person at a real Chromium observes a real server: nodes, queues, a job from its form to its result, a schedule."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tools.live import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
OWNER = {"email": "olga@example.org", "name": "Olga Owner", "password": "nine bells ring at dawn"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@asynccontextmanager
async def server_and_page(data: Path, *settings: str) -> AsyncIterator[tuple[Server, Page]]:
    """A server whose owner is logged in; the page's own errors fail the test."""
    wrong: list[str] = []
    said = [part for one in ("observer.sample_seconds=1", "observer.maximum=1", *settings) for part in ("--set", one)]
    server = Server(data, *said)
    await server.start()
    try:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            context = await browser.new_context(viewport={"width": 1440, "height": 900})
            page = await context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            await page.goto(f"{server.url}/setup?token={server.setup_token()}")
            form = page.get_by_test_id("setup-form")
            await form.get_by_label("Email").fill(OWNER["email"])
            await form.get_by_label("Name").fill(OWNER["name"])
            await form.get_by_label("Password", exact=True).fill(OWNER["password"])
            await form.get_by_role("button").last.click()
            await expect(page.get_by_test_id("live-indicator")).to_be_visible()
            yield server, page
            await browser.close()
    finally:
        await server.stop()
    assert wrong == []


def row_of(page: Page, kind: str, name: str) -> Locator:
    return page.get_by_test_id(f"{kind}-row").filter(has_text=name).first


async def submit_wait(page: Page, milliseconds: int) -> None:
    """Submit a job of kind wait over the form drawn from its schema; ends on the job's page."""
    await page.goto(page.url.split("/jobs")[0].split("/nodes")[0] + "/jobs")
    await page.get_by_test_id("submit-job").click()
    dialog = page.get_by_test_id("submit-dialog")
    await dialog.get_by_label("Kind").select_option("wait")
    await dialog.get_by_label(re.compile("Milliseconds")).fill(str(milliseconds))
    await dialog.get_by_role("button", name="Submit job").click()
    await expect(page).to_have_url(re.compile(r"/jobs/job_\w+$"))


@pytest.mark.covers("J9", "J10", "J11")
async def test_an_observation_shows_what_runs_and_ends_with_the_page(tmp_path: Path) -> None:
    async with server_and_page(tmp_path / "d") as (server, page):
        await page.goto(f"{server.url}/jobs")
        await submit_wait(page, 60_000)
        job = page.url.rsplit("/", 1)[1]
        await page.goto(f"{server.url}/nodes")
        said = page.get_by_test_id("observing")
        await expect(said).to_have_attribute("data-state", "off")
        await page.get_by_test_id("start-observing").click()
        await expect(said).to_have_attribute("data-state", "on")
        await expect(said).to_contain_text("Observing 1 node, live")
        node = page.get_by_test_id("node-row").first
        await expect(node).to_contain_text("wait", timeout=15_000)
        await expect(node.locator(f'a[href="/jobs/{job}"]')).to_be_visible()
        await expect(node).to_contain_text(re.compile(r"512"), timeout=15_000)
        # A second observer is one too many here, and is told so.
        second = await page.context.new_page()
        await second.goto(f"{server.url}/nodes")
        await second.get_by_test_id("start-observing").click()
        await expect(second.get_by_text("observers_exhausted")).to_be_visible()
        await second.close()
        # The mode is switched without a new observation.
        await page.get_by_role("button", name="manual").click()
        await expect(said).to_contain_text("when asked")
        await page.get_by_test_id("observer-refresh").click()
        await page.get_by_role("button", name="live", exact=True).click()
        await expect(said).to_contain_text("live")
        # What was: the slider goes back, and comes again to now.
        slider = page.get_by_test_id("time-slider")
        await expect(slider).to_be_enabled(timeout=40_000)
        await slider.focus()
        await page.keyboard.press("ArrowLeft")
        await expect(page.get_by_role("button", name="Now")).to_be_visible()
        await expect(page.get_by_test_id("node-row")).to_have_count(1)
        await page.get_by_role("button", name="Now").click()
        # The observation ends when its page is left.
        await page.get_by_role("link", name="Jobs", exact=True).first.click()
        await expect(page.get_by_test_id("job-row").first).to_be_visible()
        cookies = {cookie["name"]: cookie["value"] for cookie in await page.context.cookies()}
        async with httpx.AsyncClient(base_url=server.url, cookies=cookies, trust_env=False) as client:
            assert (await client.get("/api/v1/observations")).json()["items"] == []


@pytest.mark.covers("J3")
async def test_a_job_from_its_form_to_its_result(tmp_path: Path) -> None:
    async with server_and_page(tmp_path / "d") as (server, page):
        await page.goto(f"{server.url}/jobs")
        await submit_wait(page, 4_000)
        await expect(page.get_by_test_id("progress")).to_be_visible(timeout=10_000)
        await expect(page.get_by_test_id("job-state")).to_have_text("succeeded", timeout=30_000)
        await expect(page.get_by_test_id("payload")).to_contain_text("4000")
        await expect(page.get_by_test_id("result")).to_contain_text("milliseconds")
        await expect(page.get_by_test_id("attempt-row")).to_have_count(1)
        await submit_wait(page, 60_000)
        await page.get_by_test_id("cancel-job").click()
        await expect(page.get_by_test_id("job-state")).to_have_text("cancelled", timeout=20_000)
        ended = page.url
        await page.get_by_test_id("retry-job").click()
        await expect(page).not_to_have_url(ended)
        await expect(page.get_by_test_id("job-state")).to_have_text("running", timeout=20_000)
        # All of a kind at once: counted before it is done.
        await page.goto(f"{server.url}/jobs?kind=wait")
        await page.get_by_test_id("bulk-cancel").click()
        await expect(page.get_by_test_id("bulk-count")).to_contain_text(re.compile(r"1\sjob"))
        await page.get_by_test_id("bulk-confirm").click()
        await expect(page.get_by_test_id("job-row").first).to_contain_text("cancelled", timeout=20_000)


@pytest.mark.covers("J7")
async def test_queues_nodes_and_limits_are_held_and_let_go(tmp_path: Path) -> None:
    async with server_and_page(tmp_path / "d") as (server, page):
        await page.goto(f"{server.url}/jobs")
        await submit_wait(page, 60_000)
        await page.goto(f"{server.url}/nodes")
        await page.get_by_test_id("start-observing").click()
        await expect(page.get_by_test_id("observing")).to_have_attribute("data-state", "on")
        queue = row_of(page, "queue", "default")
        await queue.get_by_test_id("pause-queue").click()
        await expect(queue).to_contain_text("paused", timeout=15_000)
        await queue.get_by_test_id("resume-queue").click()
        await expect(queue).to_contain_text("active", timeout=15_000)
        await page.get_by_test_id("set-limit").click()
        form = page.get_by_test_id("limit-form")
        await form.get_by_label("Name").fill("default")
        await form.get_by_label(re.compile("Jobs at once")).fill("7")
        await form.get_by_role("button", name="Set limit").click()
        await expect(row_of(page, "limit", "default")).to_contain_text("7 at once")
        node = page.get_by_test_id("node-row").first
        await node.get_by_test_id("pause-node").click()
        await expect(node.get_by_test_id("resume-node")).to_be_visible(timeout=15_000)
        await node.get_by_test_id("resume-node").click()
        await expect(node.get_by_test_id("pause-node")).to_be_visible(timeout=15_000)


@pytest.mark.covers("J3")
async def test_a_schedule_is_made_run_changed_and_paused(tmp_path: Path) -> None:
    async with server_and_page(tmp_path / "d") as (server, page):
        await page.goto(f"{server.url}/schedules")
        await page.get_by_test_id("make-schedule").click()
        form = page.get_by_test_id("schedule-form")
        await page.get_by_label("Kind of job").select_option("wait")
        await page.get_by_test_id("payload-as-text").click()
        await form.get_by_label("Name").fill("nightly")
        await form.get_by_label(re.compile("Payload")).fill('{"milliseconds": 5}')
        await form.get_by_label(re.compile("Cron line")).fill("15 2 * * *")
        await expect(page.get_by_test_id("preview")).to_contain_text("02:15:00")
        await form.get_by_role("button", name="Make schedule").click()
        row = row_of(page, "schedule", "nightly")
        await expect(row).to_contain_text("15 2 * * *")
        await row.get_by_role("link").first.click()
        await page.get_by_test_id("pause-schedule").click()
        await expect(page.get_by_test_id("resume-schedule")).to_be_visible()
        await page.get_by_test_id("resume-schedule").click()
        await page.get_by_test_id("edit-schedule").click()
        await page.get_by_test_id("schedule-form").get_by_label(re.compile("Cron line")).fill("45 3 * * *")
        await page.get_by_role("button", name="Change schedule").click()
        await expect(row_of(page, "schedule", "nightly")).to_contain_text("45 3 * * *")
        await page.get_by_test_id("run-schedule").click()
        await expect(page).to_have_url(re.compile(r"/jobs/job_\w+$"))
        await expect(page.get_by_test_id("job-state")).to_have_text("succeeded", timeout=20_000)


@pytest.mark.covers("J3")
async def test_what_a_schedule_does_is_seen_while_it_is_looked_at(tmp_path: Path) -> None:
    async with server_and_page(tmp_path / "d") as (server, page):
        await page.goto(f"{server.url}/schedules")
        await page.get_by_test_id("make-schedule").click()
        form = page.get_by_test_id("schedule-form")
        await page.get_by_label("Kind of job").select_option("wait")
        await form.get_by_label("Name").fill("often")
        await form.get_by_label(re.compile("Milliseconds")).fill("60000")
        await form.get_by_label(re.compile("Interval")).fill("1")
        await form.get_by_label(re.compile("has not ended")).select_option("skip")
        await form.get_by_label(re.compile("Queue")).fill("night")
        await form.get_by_label(re.compile("Attempts")).fill("3")
        await form.get_by_role("button", name="Make schedule").click()
        await row_of(page, "schedule", "often").get_by_role("link").first.click()
        drawer = page.get_by_test_id("schedule-drawer")
        await expect(drawer).to_contain_text("at most 3")
        await expect(row_of(page, "run", "one had not ended")).to_be_visible(timeout=20_000)
        await page.get_by_test_id("edit-schedule").click()
        await form.get_by_label(re.compile("Queue")).fill("")
        await page.get_by_role("button", name="Change schedule").click()
        await expect(drawer).not_to_contain_text("night")
