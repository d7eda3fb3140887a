"""The logs in Chromium: live, paused, filtered, older ones, and how far behind each node is."""

import re

import pytest
from driving import axe, chromium, fixture, page
from playwright.async_api import expect

pytestmark = pytest.mark.browser


async def test_the_log_is_live_until_it_is_paused() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        await one.goto("/logs")
        log, state = one.get_by_test_id("log"), one.get_by_test_id("tail-state")
        await expect(state).to_have_text("live")
        await expect(log).to_contain_text("job finished live")
        await expect(one.get_by_text("7 records left out")).to_be_visible()
        await expect(one.get_by_test_id("behind")).to_contain_text("egret are not here yet: 42 s behind")
        await expect(one.get_by_test_id("not-searched")).to_contain_text("Not searched: 3 segments of egret")
        pause = one.get_by_test_id("pause")
        await pause.click()
        await expect(state).to_contain_text(re.compile(r"paused, [1-9]"))
        rows = one.get_by_test_id("log-row")
        held = await rows.count()
        await expect(state).to_contain_text(re.compile(r"paused, [3-9]"))
        assert await rows.count() == held
        assert await axe(one) == []
        await pause.click()
        await expect(state).to_have_text("live")
        assert await rows.count() >= held + 3
        await expect(one.get_by_test_id("log-row").last).to_be_in_viewport()
        messages = await rows.all_inner_texts()
        live = [found[1] for text in messages if (found := re.search(r"live (\d+)", text))]
        assert live == sorted(set(live), key=int), "each record once and in order"
        assert await axe(one) == []


async def test_records_are_filtered_and_older_ones_are_read_on_demand() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        await one.goto("/logs?until=2100-01-01T00:00Z&q=poll")
        rows = one.get_by_test_id("log-row")
        await expect(rows.first).to_contain_text("polled")
        await expect(one.get_by_test_id("tail-state")).to_have_text("the past")
        await expect(one.get_by_test_id("pause")).to_have_count(0)
        await one.goto("/logs?until=2100-01-01T00:00Z")
        await expect(rows).to_have_count(40)
        await one.get_by_test_id("older").click()
        await expect(rows).to_have_count(60)
        await expect(one.get_by_test_id("older")).to_have_count(0)
        filter_ = one.get_by_role("search").get_by_label("Filter")
        for text, shown in (
            ("level:warning", "connection timed out"),
            ("node:egret", "on"),
            ("object_id:inc_", "incident"),
        ):
            await one.goto("/logs")
            await filter_.fill(text)
            await filter_.press("Enter")
            await expect(one.get_by_role("button", name=f"Clear {text.partition(':')[0]}")).to_be_visible()
            await expect(rows.first).to_be_visible()
            if text != "node:egret":
                # Errors are warnings too: which of them is first depends on when the page was opened.
                await expect(rows.filter(has_text=shown).first).to_be_visible()
                await expect(rows.filter(has_text="polled")).to_have_count(0)
        await one.goto("/logs?node=egret")
        await expect(one.get_by_test_id("tail-state")).to_have_text("read every 3 s")
        await one.goto("/logs")
        await one.get_by_label("Time").select_option("1h")
        await expect(one).to_have_url(re.compile("since=1h"))
        await expect(one.get_by_test_id("tail-state")).to_have_text("live")
        await one.goto("/logs?since=yesterday-ish")
        await expect(one.get_by_text("is no time")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_how_far_each_nodes_log_can_be_read(theme: str) -> None:
    async with chromium() as browser, fixture() as base, page(browser, base, theme=theme) as one:  # type: ignore[arg-type]
        await one.goto("/logs?tab=nodes")
        nodes = one.get_by_test_id("log-node-row")
        await expect(nodes).to_have_count(2)
        await expect(nodes.first).to_contain_text("42 s behind")
        await expect(nodes.last).to_contain_text("as it is written")
        assert await axe(one) == []
        await nodes.first.get_by_role("link").click()
        await expect(one).to_have_url(re.compile("node=egret"))


async def test_pages_of_objects_lead_to_their_records() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        for path, name in (
            ("/incidents/inc_01k8q4zt000000000000000001", "inc"),
            ("/jobs/job_01k8q4zt000000000000000893", "job"),
            ("/simulations?show=sim_01k8q4zt000000000000000024", "sim"),
        ):
            await one.goto(path)
            await one.locator(f'a[href^="/logs?object_id={name}_"]').first.click()
            await expect(one).to_have_url(re.compile(f"object_id={name}_"))
            await expect(one.get_by_role("button", name="Clear object_id")).to_be_visible()
