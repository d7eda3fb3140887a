"""A person at a real Chromium: sets up, logs in, watches the Hualien incident run and complete, takes a picture.

The picture is the README's: ``SCREENSHOT=docs/incident.png`` keeps it.
"""

import asyncio
import hashlib
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, async_playwright, expect

from app.modules.workflows import example_directory
from tools.live import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OWNER = {"email": "olga@example.org", "name": "Olga Owner", "password": "nine bells ring at dawn"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(420),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@asynccontextmanager
async def feed(*arguments: str) -> AsyncIterator[str]:
    """Replay the feed; yield its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(example_directory("earthquake") / "replay.py"),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A page that fails the test when the page's own code does."""
    problems: list[str] = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
        page = await context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: (
                problems.append(message.text)
                if message.type == "error" and "Content Security Policy" in message.text
                else None
            ),
        )
        yield page
        await chromium.close()
    assert problems == []


async def set_up(page: Page, server: Server) -> None:
    await page.goto(f"{server.url}/setup?token={server.setup_token()}")
    form = page.get_by_test_id("setup-form")
    await form.get_by_label("Email").fill(OWNER["email"])
    await form.get_by_label("Name").fill(OWNER["name"])
    await form.get_by_label("Password", exact=True).fill(OWNER["password"])
    await form.get_by_role("button").last.click()
    await expect(page.get_by_test_id("live-indicator")).to_be_visible()


async def log_in(page: Page, server: Server) -> None:
    await page.context.clear_cookies()
    await page.goto(f"{server.url}/incidents")
    form = page.get_by_test_id("login-form")
    await form.get_by_label("Email").fill(OWNER["email"])
    await form.get_by_label("Password", exact=True).fill(OWNER["password"])
    await form.get_by_role("button").last.click()
    await expect(page.get_by_test_id("live-indicator")).to_be_visible()


async def add_feed(page: Page, server: Server, address: str) -> None:
    """Register the source as the person who is logged in."""
    source: dict[str, Any] = {
        "name": "usgs",
        "driver": "http_json",
        "settings": {
            "url": f"{address}/feed.geojson",
            "interval_seconds": 1,
            "items": "/features",
            "key": "/id",
            "title": "/properties/title",
            "revision": "/properties/updated",
        },
    }
    answer = await page.context.request.post(
        f"{server.url}/api/v1/sources", data=source, headers={"Origin": server.url}
    )
    assert answer.ok, await answer.text()


async def test_a_person_sees_the_incident_run_and_complete(tmp_path: Path) -> None:
    async with feed("--only", "us1000chhc", "--gap-seconds", "8", "--port", "0") as address, browser() as page:
        allowed = f"egress.allow={urlsplit(address).netloc}"
        server = Server(tmp_path / "d", "--set", "workflows.examples=earthquake", "--set", allowed)
        await server.start()
        try:
            await set_up(page, server)
            await log_in(page, server)
            await add_feed(page, server, address)
            row = page.get_by_test_id("incident-row").filter(has_text="22km NNE of Hualian, Taiwan")
            await expect(row).to_be_visible(timeout=30_000)
            await row.get_by_role("link").first.click()
            state = page.get_by_test_id("incident-state")
            await expect(state).to_have_text("Active", timeout=10_000)
            member = page.get_by_test_id("timeline").get_by_text("member 01", exact=True)
            await expect(member).to_be_visible(timeout=20_000)
            await expect(state).to_have_text("Complete", timeout=300_000)
            await expect(page.get_by_text("24 of 24 done")).to_be_visible()
            result = page.get_by_test_id("result-link").filter(has_text="map")
            await expect(result).to_be_visible(timeout=10_000)
            async with page.expect_download() as downloading:
                await result.click()
            download = await downloading.value
            await download.save_as(tmp_path / "map.png")
            assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
            assert len(hashlib.sha256((tmp_path / "map.png").read_bytes()).hexdigest()) == 64
            await expect(page.get_by_test_id("map")).to_contain_text("24 of 24 members", timeout=20_000)
            await page.mouse.wheel(0, -5000)
            await expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
            await page.screenshot(path=tmp_path / "incident.png")
            if wanted := os.environ.get("SCREENSHOT"):
                shutil.copy(tmp_path / "incident.png", wanted)
        finally:
            await server.stop()


async def test_lost_live_updates_are_said_and_come_back(tmp_path: Path) -> None:
    server = Server(tmp_path / "d")
    await server.start()
    try:
        async with browser() as page:
            await set_up(page, server)
            await page.goto(f"{server.url}/incidents")
            await expect(page.get_by_test_id("live-indicator")).to_contain_text("Live")
            await server.kill()
            await expect(page.get_by_text("Live updates lost since")).to_be_visible(timeout=20_000)
            await server.start()
            await expect(page.get_by_text("Live updates lost since")).to_be_hidden(timeout=60_000)
    finally:
        await server.stop()
