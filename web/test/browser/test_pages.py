"""The built pages in Chromium against the fixture server: axe on every page, and what people do on them.

Run after tools/build_web.py: pytest web/test/browser. SHOTS names a folder for a screenshot of every page.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from driving import Theme, axe, chromium, fixture, page
from playwright.async_api import Browser, expect

pytestmark = pytest.mark.browser

INCIDENT = "/incidents/inc_01k8q4zt000000000000000001"
CREDENTIAL = "cred_01k8q4zt000000000000000001"
PAGES = {
    "overview": "/",
    "incidents": "/incidents?state=active",
    "incident": INCIDENT,
    "graph": f"{INCIDENT}?view=graph",
    "table": f"{INCIDENT}?view=table",
    "simulation": f"{INCIDENT}?show=sim_01k8q4zt000000000000000024",
    "sources": "/sources",
    "delivery": "/sources?show=dlv_01k8q4zt000000000000000009",
    "simulations": "/simulations",
    "data": "/data",
    "dataset": "/data?show=dst_01k8q4zt000000000000000031",
    "dataset page": "/data/dst_01k8q4zt000000000000000030",
    "collections": "/collections",
    "storages": "/storages",
    "storage": "/storages/sto_01k8q4zt000000000000000001?path=2018",
    "file": "/storages/sto_01k8q4zt000000000000000001?file=stations.csv",
    "transfers": "/transfers",
    "workflows": "/workflows",
    "machines": "/machines",
    "alarms": "/alarms",
    "jobs": "/jobs",
    "job": "/jobs/job_01k8q4zt000000000000000893",
    "batches": "/batches",
    "nodes": "/nodes",
    "node": "/nodes?show=boot_01k8q4zt000000000000000001",
    "schedules": "/schedules",
    "schedule": "/schedules?show=sch_01k8q4zt000000000000000001",
    "logs": "/logs",
    "events": "/logs?tab=events",
    "log nodes": "/logs?tab=nodes",
    "health": "/health",
    "audit": "/audit",
    "audited": "/audit?show=aud_01k8q4zt000000000000001204",
    "account": "/account",
    "credentials": "/credentials",
    "credential": f"/credentials?show={CREDENTIAL}",
    "webhooks": "/webhooks",
    "webhook": "/webhooks?show=whk_01k8q4zt000000000000000001",
    "people": "/people",
    "person": "/people?show=usr_01k8q4zt000000000000000003",
    "group": "/people?group=grp_01k8q4zt000000000000000001",
    "server": "/admin",
    "missing": "/nowhere",
}
WITHOUT_WEBGL = """
HTMLCanvasElement.prototype.getContext = (original => function (kind, ...rest) {
  return kind.startsWith('webgl') ? null : original.call(this, kind, ...rest)
})(HTMLCanvasElement.prototype.getContext)
"""


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A fresh browser."""
    async with chromium() as one:
        yield one


@pytest.mark.timeout(240)  # axe on more than forty pages, one after the other
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
async def test_every_page(browser: Browser, theme: Theme, width: int, height: int) -> None:
    """No violation and no sideways scroll, on any page, in any theme, wide or narrow."""
    wrong: list[str] = []
    shots = os.environ.get("SHOTS")
    async with fixture() as base, page(browser, base, width=width, height=height, theme=theme) as one:
        for name, path in PAGES.items():
            await one.goto(path)
            await expect(one.get_by_test_id("live-indicator")).to_have_attribute("data-state", "live")
            await expect(one.locator("[aria-busy=true]")).to_have_count(0)
            wrong += [f"{name}: {found}" for found in await axe(one)]
            wide = await one.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                wrong.append(f"{name}: scrolls sideways, {wide}")
            if shots:
                await one.screenshot(path=Path(shots) / f"{name}-{theme}-{width}.png")
    assert not wrong, "\n".join(wrong)


async def test_a_job_links_to_the_job_it_waits_for(browser: Browser) -> None:
    async with fixture() as base, page(browser, base) as one:
        await one.goto("/jobs?state=queued")
        await one.get_by_test_id("job-row").first.get_by_role("link").first.click()
        waiting = one.get_by_test_id("waiting")
        await expect(waiting).to_contain_text("Waits for job_01k8q4zt000000000000000893 (running)")
        await waiting.get_by_role("link").click()
        await expect(one).to_have_url(f"{base}/jobs/job_01k8q4zt000000000000000893")


async def test_first_owner(browser: Browser) -> None:
    """A new server asks for its owner, and says what is wrong with the answers."""
    async with fixture(FIXTURE_EMPTY="1") as base, page(browser, base, login=False) as one:
        await one.goto("/incidents")
        await expect(one).to_have_url(f"{base}/setup")
        await one.goto("/setup?token=wrong")
        form = one.get_by_test_id("setup-form")
        assert await axe(one) == []
        await form.get_by_role("button").click()
        await expect(form.locator("[aria-invalid=true]")).to_have_count(3)
        await form.get_by_label("Name").fill("Ana")
        await form.get_by_label("Email").fill("ana@example.org")
        await form.get_by_label("Password").fill("long enough words")
        await form.get_by_role("button").click()
        await expect(one.get_by_test_id("setup-problem")).to_contain_text("not valid")
        await one.goto("/setup?token=first")
        await form.get_by_label("Name").fill("Ana")
        await form.get_by_label("Email").fill("ana@example.org")
        await form.get_by_label("Password").fill("short")
        await form.get_by_role("button").click()
        await expect(form.locator(".field-error")).to_have_text("Has to have at least 8 characters")
        await expect(form.get_by_label("Password")).to_be_focused()
        await expect(one.get_by_test_id("setup-problem")).to_have_count(0)
        await form.get_by_label("Password").fill("long enough words")
        await form.get_by_role("button").click()
        await expect(one).to_have_url(f"{base}/")
        await expect(one.get_by_test_id("alarm-bar")).to_contain_text("No open alarms")


async def test_login(browser: Browser) -> None:
    """Wrong passwords, where a login leads, and a session that ends in mid-work."""
    async with fixture() as base, page(browser, base, login=False) as one:
        await one.goto("/jobs?state=failed")
        await expect(one).to_have_url(f"{base}/login?next=%2Fjobs%3Fstate%3Dfailed")
        assert await axe(one) == []
        await one.get_by_label("Email").fill("ana@example.org")
        await one.get_by_label("Password").fill("wrong")
        await one.get_by_role("button", name="Log in", exact=True).click()
        await expect(one.get_by_test_id("login-problem")).to_contain_text("wrong")
        await one.get_by_label("Password").fill("slow down")
        await one.get_by_role("button", name="Log in", exact=True).click()
        await expect(one.get_by_test_id("login-problem")).to_contain_text("Try again in 40")
        await one.get_by_label("Password").fill("correct horse")
        await one.keyboard.press("Enter")
        await expect(one).to_have_url(f"{base}/jobs?state=failed")
        # The session ends in mid-work: a dialog above the page, and what was asked goes on.
        await one.request.post("/fixture/expire")
        dialog = one.get_by_test_id("login-dialog")
        await expect(dialog).to_be_visible()
        await dialog.get_by_label("Password").fill("correct horse")
        await one.keyboard.press("Enter")
        await expect(dialog).to_have_count(0)
        await one.get_by_role("link", name="Machines").first.click()
        await expect(one.get_by_test_id("machine")).to_have_count(4)
        await expect(one.get_by_test_id("live-indicator")).to_have_attribute("data-state", "live")
    async with fixture() as base, page(browser, base, login=False) as one:
        await one.goto("/login?next=//evil.example/x")
        await one.get_by_label("Email").fill("ana@example.org")
        await one.get_by_label("Password").fill("correct horse")
        await one.keyboard.press("Enter")
        await expect(one).to_have_url(f"{base}/")


async def test_doors(browser: Browser) -> None:
    """What is open to who is not logged in: an invitation, a forgotten password, a provider's way back."""
    async with fixture() as base, page(browser, base, login=False) as one:
        await one.goto("/login")
        await expect(one.get_by_test_id("login-example-university")).to_be_visible()
        assert await axe(one) == []
        await one.goto("/invitation#code=x4rDq")
        form = one.get_by_test_id("door-form")
        await form.get_by_label("Email").fill("dora@example.org")
        await form.get_by_label("Name").fill("Dora")
        await form.get_by_label("Password").fill("correct horse")
        assert await axe(one) == []
        assert "code" not in one.url
        await form.get_by_role("button", name="Make my account").click()
        await expect(one.get_by_test_id("door-done")).to_contain_text("made")
        await one.goto("/invitation")
        await expect(one.get_by_test_id("gate-problem")).to_contain_text("not complete")
        await one.goto("/reset")
        await one.get_by_label("Email").fill("dora@example.org")
        await one.get_by_role("button", name="Send a link").click()
        await expect(one.get_by_test_id("door-done")).to_contain_text("on its way")
        await one.goto("/login/example-university?code=abc&state=lost")
        await expect(one.get_by_test_id("gate-problem")).to_contain_text("took too long")
        await one.goto("/login/example-university?code=abc&state=found")
        await expect(one.get_by_role("heading", name="Overview")).to_be_attached()


async def test_live(browser: Browser) -> None:
    """An incident runs to its end on an open page; the stream is cut on the way."""
    async with fixture(FIXTURE_NOW="16:05:50", FIXTURE_SPEED="8") as base, page(browser, base) as one:
        await one.goto(INCIDENT)
        await expect(one.get_by_test_id("incident-state")).to_have_attribute("data-state", "active")
        await one.request.post("/fixture/drop?seconds=3")
        await expect(one.get_by_test_id("alarm-bar")).to_contain_text("Live updates lost since")
        await expect(one.get_by_test_id("alarm-bar")).to_contain_text("Trying again")
        await expect(one.get_by_test_id("live-indicator")).to_have_attribute("data-state", "live", timeout=20_000)
        await expect(one.get_by_test_id("incident-state")).to_have_attribute("data-state", "complete", timeout=40_000)
        await expect(one.locator("[data-testid=timeline-row][data-name=publish]")).to_have_attribute(
            "data-state", "succeeded"
        )
        results = one.get_by_test_id("result-link")
        await expect(results.filter(has_text="map.png")).to_be_visible()
        await expect(one.get_by_test_id("event").first).to_contain_text("Incident is complete")
        assert (
            await one.locator("img.preview").evaluate(
                "async image => { await image.decode(); return image.naturalWidth }"
            )
            > 0
        )
        async with one.expect_download() as started:
            await results.filter(has_text="contours.geojson").click()
        assert (await started.value).suggested_filename == "contours.geojson"
        assert await axe(one) == []


async def test_alarms(browser: Browser) -> None:
    """The bar, its keys, acknowledging with Undo, shelving with a reason."""
    async with fixture() as base, page(browser, base) as one:
        await one.goto("/")
        bar = one.get_by_test_id("alarm-bar")
        await expect(bar).to_contain_text("heron does not answer")
        await expect(one).to_have_title("(1) Overview · Stormbell")
        await one.keyboard.press("n")
        await expect(bar).to_contain_text("2 of 3")
        await one.keyboard.press("n")
        await one.keyboard.press("n")
        await expect(bar).to_contain_text("1 of 3")
        await one.keyboard.press("a")
        row = one.get_by_test_id("alarm-row").filter(has_text="heron")
        await expect(row).to_have_attribute("data-state", "acknowledged")
        await one.get_by_test_id("toast").get_by_role("button", name="Undo").click()
        await expect(row).to_have_attribute("data-state", "new")
        await bar.get_by_role("button", name="Shelve…").click()
        dialog = one.get_by_test_id("shelve-dialog")
        await dialog.get_by_role("button", name="Shelve", exact=True).click()
        await expect(dialog).to_contain_text("A reason is needed")
        await dialog.get_by_label("Reason").fill("login node is being replaced")
        assert await axe(one) == []
        await dialog.get_by_role("button", name="Shelve", exact=True).click()
        await expect(row).to_have_attribute("data-state", "shelved")


async def test_keyboard(browser: Browser) -> None:
    """From page to page, along the timeline and through the palette without a pointer."""
    async with fixture() as base, page(browser, base) as one:
        await one.goto("/")
        await expect(one.get_by_test_id("live-indicator")).to_have_attribute("data-state", "live")
        await one.keyboard.press("g")
        await one.keyboard.press("i")
        await expect(one).to_have_url(f"{base}/incidents")
        await expect(one.get_by_test_id("incident-row")).to_have_count(5)
        await one.keyboard.press("j")
        await one.keyboard.press("Enter")
        await expect(one.get_by_role("heading", level=1)).to_contain_text("Hualian")
        # One row has the tab stop; arrows move it, Enter opens what it stands for.
        await expect(one.locator("[role=gridcell][tabindex='0']")).to_have_count(1)
        await one.locator("[role=gridcell][tabindex='0']").focus()
        for _step in range(7):
            await one.keyboard.press("ArrowDown")
        await expect(one.locator(".tooltip")).to_be_visible()
        await one.locator("[data-name='member 17'] [role=gridcell]").focus()
        await one.keyboard.press("Enter")
        await expect(one.get_by_test_id("simulation-drawer")).to_contain_text("heron")
        await expect(one.get_by_test_id("stdout")).to_contain_text("<b>not markup</b>")
        await one.keyboard.press("Escape")
        await expect(one.get_by_test_id("simulation-drawer")).to_have_count(0)
        await one.keyboard.press("+")
        await expect(one.get_by_role("button", name="Follow")).to_be_visible()
        await one.wait_for_url("**t=*")
        await one.keyboard.press("f")
        await expect(one.get_by_role("button", name="Follow")).to_have_count(0)
        await one.keyboard.press("t")
        await one.wait_for_url("**view=table")
        await one.keyboard.press("?")
        await expect(one.get_by_test_id("keys-dialog")).to_contain_text("Timeline or table")
        assert await axe(one) == []
        await one.keyboard.press("Escape")
        await one.keyboard.press("Control+k")
        await one.get_by_test_id("palette").get_by_role("combobox").fill("member 07")
        await expect(one.get_by_role("option").first).to_contain_text("member 07")
        assert await axe(one) == []
        await one.keyboard.press("Enter")
        await expect(one.get_by_test_id("simulation-drawer")).to_contain_text("nordsee")
        await one.keyboard.press("Escape")
        await one.keyboard.press("Control+k")
        await one.get_by_test_id("palette").get_by_role("combobox").fill("copy as curl")
        await one.keyboard.press("Enter")
        await expect(one.get_by_test_id("toast")).to_contain_text("copied")
        assert "/api/v1/simulations" in await one.evaluate("navigator.clipboard.readText()")
        await one.keyboard.press("Shift+T")
        await one.reload()
        await expect(one.locator("html")).to_have_attribute("data-theme", "light")


async def test_actions(browser: Browser) -> None:
    """What changes something: cordon, tokens, sources, cancelling."""
    async with fixture() as base, page(browser, base) as one:
        await one.goto("/machines")
        card = one.locator("section", has_text="nordsee").last
        await card.get_by_role("button", name="Cordon").click()
        await expect(card.get_by_test_id("machine")).to_have_attribute("data-state", "cordoned")
        await one.get_by_test_id("toast").get_by_role("button", name="Undo").click()
        await expect(card.get_by_test_id("machine")).to_have_attribute("data-state", "answers")
        await one.goto("/account")
        await one.get_by_test_id("create-token").click()
        dialog = one.get_by_test_id("token-dialog")
        await dialog.get_by_label("Name").fill("laptop")
        await dialog.get_by_role("button", name="Create token").click()
        await expect(one.get_by_test_id("token-once")).to_contain_text("sb_")
        assert await axe(one) == []
        await one.goto("/people")
        await one.get_by_test_id("invite").click()
        await one.get_by_test_id("invite-form").get_by_label("Email").fill("eve@example.org")
        await one.get_by_role("button", name="Invite", exact=True).click()
        await expect(one.get_by_test_id("invitation-link")).to_contain_text("/invitation#code=")
        assert await axe(one) == []
        await one.goto(INCIDENT)
        await one.get_by_test_id("share").click()
        await expect(one.get_by_test_id("share-row")).to_contain_text("Seismology")
        assert await axe(one) == []
        await one.goto("/sources")
        await one.get_by_role("button", name="Add source…").click()
        form = one.get_by_test_id("add-source")
        await form.get_by_label("Name").fill("usgs")
        await form.get_by_role("button", name="Add source").click()
        await expect(form).to_contain_text("Address is needed")
        assert await axe(one) == []
        await one.goto(INCIDENT)
        await one.get_by_test_id("cancel-incident").click()
        await expect(one.get_by_role("button", name="Keep it running")).to_be_focused()
        assert await axe(one) == []
        await one.get_by_test_id("cancel-confirm").click()
        await expect(one.get_by_test_id("toast")).to_contain_text("Cancelling")


async def test_phone(browser: Browser) -> None:
    """Five places in the bar, the others behind More; what is waited for comes before the timeline."""
    async with fixture() as base, page(browser, base, width=390, height=844) as one:
        await one.goto(INCIDENT)
        waiting = await one.get_by_test_id("waiting-on").bounding_box()
        timeline = await one.get_by_test_id("timeline-panel").bounding_box()
        assert waiting is not None
        assert timeline is not None
        assert waiting["y"] < timeline["y"]
        await one.get_by_role("button", name="More").click()
        assert await axe(one) == []
        await one.get_by_role("navigation", name="More").get_by_role("link", name="Jobs").click()
        await expect(one).to_have_url(f"{base}/jobs")
        await expect(one.get_by_role("navigation", name="More")).to_have_count(0)
        await expect(one.get_by_test_id("job-row")).to_have_count(42)


async def test_flood(browser: Browser) -> None:
    """A thousand events a second for three seconds: the page keeps up and ends where the events end."""
    async with fixture() as base, page(browser, base) as one:
        await one.goto(INCIDENT)
        await expect(one.get_by_test_id("live-indicator")).to_have_attribute("data-state", "live")
        asked: list[str] = []
        one.on("request", lambda request: asked.append(request.url))
        await one.request.post("/fixture/flood?rate=1000&seconds=3")
        await expect(one.get_by_test_id("event").first).to_contain_text("Member 1 runs", timeout=15_000)
        # Four times a second at most for the incident and its timeline, once for each list.
        assert len(asked) < 120, len(asked)


async def test_without_webgl(browser: Browser) -> None:
    """The same map as SVG; and nothing is asked of any other host."""
    async with fixture() as base, page(browser, base) as one:
        asked: list[str] = []
        one.on("request", lambda request: asked.append(request.url))
        await one.add_init_script(WITHOUT_WEBGL)
        await one.goto(INCIDENT)
        await expect(one.locator(".map-svg .map-contour")).to_have_count(4)
        await expect(one.locator(".map-svg .map-land")).not_to_have_attribute("d", "")
        assert all(url.startswith(base) for url in asked), asked
        assert not any("maplibre" in url or "GlMap" in url for url in asked)
