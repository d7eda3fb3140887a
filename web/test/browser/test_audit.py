"""The audit in Chromium: filtered, one event with what was before and after, and the chain's verdict."""

import re

import pytest
from driving import chromium, fixture, page
from playwright.async_api import expect

pytestmark = pytest.mark.browser


async def test_audit_is_filtered_shown_and_verified() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        await one.goto("/audit")
        rows = one.get_by_test_id("audit-row")
        await expect(rows).to_have_count(24)
        await one.get_by_test_id("audit-verify").click()
        await expect(one.get_by_test_id("audit-verdict")).to_contain_text("whole")
        await expect(one.get_by_test_id("audit-chain")).to_contain_text(re.compile(r"1.204|1.203|1203"))
        filter_ = one.get_by_role("search").get_by_label("Filter")
        await filter_.fill("outcome:refused")
        await filter_.press("Enter")
        await expect(rows).to_have_count(8)
        await expect(rows.first).to_contain_text("user_list needs admin")
        await one.goto("/audit")
        await rows.first.get_by_role("link").click()
        drawer = one.get_by_test_id("audit-drawer")
        await expect(drawer).to_contain_text("Ana Almeida")
        difference = drawer.get_by_test_id("audit-difference")
        await expect(difference).to_contain_text("enabled")
        await expect(difference).to_contain_text("true")
        await expect(difference).to_contain_text("false")


async def test_a_phone_shows_who_did_what_and_leads_to_the_rest() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base, width=390, height=844) as one:
        await one.goto("/audit")
        row = one.get_by_test_id("audit-row").nth(1)
        await expect(row.get_by_text("token_create")).to_be_in_viewport(ratio=1)
        await expect(row.get_by_text("Ana Almeida, ci")).to_be_in_viewport(ratio=1)
        await expect(row.get_by_text("done")).to_be_in_viewport(ratio=1)
        await row.get_by_text("done").click()
        await expect(one.get_by_test_id("audit-drawer")).to_contain_text("10.1.4.7")


async def test_the_board_shows_modules_machines_and_tests() -> None:
    async with chromium() as browser, fixture() as base, page(browser, base) as one:
        await one.goto("/health")
        await expect(one.get_by_test_id("module-row")).not_to_have_count(0)
        await expect(one.get_by_test_id("machine-health-row")).not_to_have_count(0)
        tests = one.get_by_test_id("workflow-test-row")
        await expect(tests).to_have_count(2)
        await expect(tests.first).to_contain_text("passed")
        await expect(tests.last).to_contain_text("failed")
