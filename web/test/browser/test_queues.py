"""What people do with batches, queues and schedules, in Chromium against the fixture server."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from driving import axe, chromium, fixture, page
from playwright.async_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as one:
        yield one


async def sent(one: Page, pattern: str) -> list[dict]:
    """Take note of what is sent to addresses like ``pattern``."""
    bodies: list[dict] = []

    async def note(route: Route) -> None:
        if route.request.method != "GET":
            bodies.append({"method": route.request.method, "url": route.request.url, **_document(route)})
        await route.continue_()

    await one.route(pattern, note)
    return bodies


def _document(route: Route) -> dict:
    text = route.request.post_data
    return json.loads(text) if text else {}


async def test_a_batch_is_followed_sealed_retried_and_cancelled(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, width=1440, height=900, theme="light") as one:
        await one.goto("/batches")
        row = one.get_by_test_id("batch-row").first
        await expect(row).to_contain_text("30 of 48")
        await expect(row.get_by_role("link", name="2 failed")).to_have_attribute(
            "href", "/jobs?batch_id=bat_01k8q4zt000000000000000001&state=failed"
        )
        await row.get_by_test_id("seal-batch").click()
        await expect(row).to_contain_text("sealed")
        bodies = await sent(one, "**/api/v1/jobs/retries")
        await row.get_by_test_id("retry-batch").click()
        await expect(one.get_by_test_id("bulk-count")).to_contain_text("6")
        assert await axe(one) == []
        await one.get_by_test_id("bulk-confirm").click()
        await expect(one.get_by_test_id("bulk-dialog")).to_have_count(0)
        wanted = {"batch_id": "bat_01k8q4zt000000000000000001", "state": ["failed", "timed_out", "quarantined"]}
        assert [(body["dry_run"], body["filter"]) for body in bodies] == [(True, wanted), (False, wanted)]
        await row.get_by_test_id("cancel-batch").click()
        await expect(one.get_by_test_id("cancel-batch-dialog")).to_contain_text("18")
        assert await axe(one) == []
        await one.get_by_test_id("cancel-batch-confirm").click()
        await expect(row).to_contain_text("finished")
        await expect(row.get_by_test_id("cancel-batch")).to_have_count(0)


async def test_a_batch_is_followed_and_steered_on_a_phone(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, width=390, height=844, theme="dark") as one:
        await one.goto("/batches")
        row = one.get_by_test_id("batch-row").first
        await expect(row).to_contain_text("30 of 48")
        for seen in (row.get_by_role("link", name="2 failed"), row.get_by_test_id("retry-batch")):
            await expect(seen).to_be_in_viewport(ratio=1)
        assert await one.evaluate("document.querySelector('.scroller').scrollWidth") <= 390
        assert await axe(one) == []
        await row.get_by_test_id("seal-batch").click()
        await expect(row).to_contain_text("sealed")
        await row.get_by_test_id("cancel-batch").click()
        await one.get_by_test_id("cancel-batch-confirm").click()
        await expect(row).to_contain_text("finished")


@pytest.mark.parametrize("width", [1440, 390])
async def test_some_jobs_are_chosen_and_what_can_be_done_to_them_is_counted_first(browser: Browser, width: int) -> None:
    async with fixture() as base, page(browser, base, width=width, height=900, theme="light") as one:
        await one.goto("/jobs")
        await expect(one.get_by_test_id("state-running")).to_contain_text("running 3")
        await expect(one.get_by_test_id("state-succeeded")).to_contain_text("1\u202f000+")
        await one.get_by_test_id("state-running").click()
        await expect(one).to_have_url(f"{base}/jobs?state=running")
        await expect(one.get_by_test_id("job-row")).to_have_count(3)
        await one.get_by_role("navigation", name="State").get_by_role("link", name="All").click()
        rows = one.get_by_test_id("job-row")
        await expect(rows).to_have_count(42)
        await expect(one.get_by_test_id("bulk-cancel")).to_have_count(0)
        ids = [await rows.nth(place).get_attribute("data-id") for place in (0, 6, 10)]
        for place in (0, 6, 10):  # one that waits, one that runs, one that has ended
            await rows.nth(place).get_by_role("checkbox").check()
        assert await axe(one) == []
        bodies = await sent(one, "**/api/v1/jobs/cancellations")
        await one.get_by_test_id("bulk-cancel").click()
        await expect(one.get_by_test_id("bulk-count")).to_contain_text("Of the 3 selected, 2 wait or run")
        assert await axe(one) == []
        await one.get_by_test_id("bulk-confirm").click()
        await expect(one.get_by_test_id("bulk-dialog")).to_have_count(0)
        assert [(body["dry_run"], body["filter"]) for body in bodies] == [(True, {"ids": ids}), (False, {"ids": ids})]
        await expect(one.locator("input:checked")).to_have_count(0)
        await one.get_by_role("checkbox", name="Select all").check()
        await expect(one.get_by_test_id("bulk-delete")).to_have_text("Delete selected…")
        await one.get_by_test_id("bulk-delete").click()
        await expect(one.get_by_test_id("bulk-count")).to_contain_text("Of the 42 selected")
        await one.keyboard.press("Escape")
        await one.get_by_role("checkbox", name="Select all").uncheck()
        await expect(one.get_by_test_id("bulk-delete")).to_have_count(0)


async def test_order_and_limit_of_a_queue_are_changed_in_its_row(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, width=1440, height=900, theme="dark") as one:
        await one.goto("/nodes")
        row = one.get_by_test_id("queue-row").filter(has_text="default")
        await expect(row).to_contain_text("by priority")
        bodies = await sent(one, "**/api/v1/queues/**")
        await row.get_by_test_id("order-queue").click()
        await expect(row.get_by_test_id("order-queue")).to_have_text("By priority")
        assert [(body["method"], body["fifo"]) for body in bodies] == [("PUT", True)]
        limits = await sent(one, "**/api/v1/job-limits/**")
        await row.get_by_test_id("limit-queue").click()
        dialog = one.get_by_test_id("limit-dialog")
        await expect(dialog).to_contain_text("Limit of queue default")
        assert await axe(one) == []
        await dialog.get_by_label("Jobs at once").fill("3")
        await dialog.get_by_role("button", name="Set limit").click()
        await expect(dialog).to_have_count(0)
        assert (limits[0]["url"].endswith("/job-limits/queue/default"), limits[0]["concurrency"]) == (True, 3)
        await expect(one.get_by_test_id("limit-row").filter(has_text="default")).to_contain_text("3 at once")


async def test_a_paused_queue_says_who_paused_it_and_why(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, width=390, height=844, theme="dark") as one:
        await one.goto("/nodes")
        row = one.get_by_test_id("queue-row").filter(has_text="mail")
        await row.get_by_test_id("pause-queue").click()
        await expect(row).to_contain_text("by Ana: the disk is moved")


async def test_a_setting_of_a_node_is_changed_and_taken_back(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, width=1440, height=900, theme="dark") as one:
        await one.goto("/nodes")
        await one.get_by_test_id("node-row").get_by_role("link", name="duty-room-1").click()
        drawer = one.get_by_test_id("node-drawer")
        await expect(drawer).to_contain_text("5 of 12 busy")
        rows = drawer.get_by_test_id("node-setting-row")
        await expect(rows).to_have_count(4)
        await expect(rows.filter(has_text="jobs.grace_seconds")).to_contain_text("by you")
        bodies = await sent(one, "**/api/v1/nodes/*/settings/*")
        slots = rows.filter(has_text="jobs.slots")
        await expect(slots.get_by_test_id("reset-node-setting")).to_have_count(0)
        await slots.get_by_test_id("change-node-setting").click()
        dialog = one.get_by_test_id("node-setting-dialog")
        await expect(dialog.get_by_label("Value")).to_have_value("12")
        await dialog.get_by_label("Value").fill("0")
        await dialog.get_by_role("button", name="Change setting").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("greater than or equal to 1")
        assert await axe(one) == []
        await dialog.get_by_label("Value").fill("50")
        await dialog.get_by_role("button", name="Change setting").click()
        await expect(dialog).to_have_count(0)
        await expect(slots).to_contain_text("started with 12")
        await slots.get_by_test_id("reset-node-setting").click()
        await expect(slots.get_by_test_id("reset-node-setting")).to_have_count(0)
        assert [(body["method"], body.get("value")) for body in bodies] == [("PUT", 0), ("PUT", 50), ("DELETE", None)]
        assert bodies[2]["url"].endswith("/nodes/boot_01k8q4zt000000000000000001/settings/jobs.slots")
        await one.keyboard.press("Escape")
        await expect(drawer).to_have_count(0)


async def test_a_loop_of_a_node_is_stopped_and_started(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, width=390, height=844, theme="light") as one:
        await one.goto("/nodes?show=boot_01k8q4zt000000000000000001")
        rows = one.get_by_test_id("node-loop-row")
        await expect(rows).to_have_count(3)  # two roles, and the loop that failed
        await expect(rows.filter(has_text="ingest.polls")).to_contain_text("3 failures, 3 restarts")
        assert await axe(one) == []
        await one.get_by_test_id("all-loops").click()
        await expect(rows).to_have_count(5)
        await expect(rows.filter(has_text="jobs.claim").get_by_test_id("stop-loop")).to_have_count(0)
        bodies = await sent(one, "**/api/v1/nodes/*/loops/**")
        await one.get_by_test_id("change-node-setting").first.click()
        await one.get_by_test_id("node-setting-dialog").get_by_role("button", name="Dismiss").click()
        await expect(one.get_by_test_id("node-setting-dialog")).to_have_count(0)
        worker = rows.filter(has_text="role:worker")
        await worker.get_by_test_id("stop-loop").click()
        await expect(worker).to_contain_text("stopped")
        await worker.get_by_test_id("start-loop").click()
        await expect(worker).to_contain_text("running")
        assert [body["url"].split("/loops/")[1] for body in bodies] == ["role%3Aworker/stop", "role%3Aworker/start"]


async def test_a_schedule_is_made_from_the_fields_of_its_kind(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, width=1440, height=900, theme="light") as one:
        bodies = await sent(one, "**/api/v1/schedules")
        await one.goto("/schedules")
        await one.get_by_test_id("make-schedule").click()
        form = one.get_by_test_id("schedule-form")
        await one.get_by_label("Kind of job").select_option("jobs.mirror")
        await form.get_by_label("Name").fill("mirror the atlas")
        await form.get_by_role("button", name="Make schedule").click()
        await expect(form).to_contain_text("From is needed")
        await form.get_by_label("From", exact=True).fill("/atlas")
        await expect(form.get_by_label("often")).to_be_checked()
        await form.get_by_label("marks").fill("a\nb")
        await form.get_by_label("Interval in seconds").fill("900")
        await expect(one.get_by_test_id("preview")).to_contain_text("Next:")
        assert await axe(one) == []
        await form.get_by_role("button", name="Make schedule").click()
        await expect(one.get_by_test_id("schedule-dialog")).to_have_count(0)
        made = bodies[0]
        assert (made["name"], made["kind"], made["interval_seconds"]) == ("mirror the atlas", "jobs.mirror", 900)
        assert made["payload"] == {"from_path": "/atlas", "often": True, "marks": ["a", "b"]}
        # As text, for who has it as text.
        await one.get_by_test_id("make-schedule").click()
        await one.get_by_test_id("payload-as-text").click()
        await form.get_by_label("Name").fill("as text")
        await form.get_by_label("Payload").fill('{"seconds": 2}')
        await form.get_by_label("Interval in seconds").fill("60")
        await form.get_by_role("button", name="Make schedule").click()
        await expect(one.get_by_test_id("schedule-dialog")).to_have_count(0)
        assert bodies[1]["payload"] == {"seconds": 2}
