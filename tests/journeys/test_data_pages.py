"""A person at a real Chromium adds a storage, looks through it, adopts a field, sees it drawn, copies and links it."""

from pathlib import Path

import pyarrow as pa
import pytest
from playwright.async_api import expect
from pyarrow import parquet

from tests.journeys.test_observer_page import CHROMIUM, server_and_page
from tests.modules.data.test_previews import grid

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.mark.covers("V30", "V33", "V40")
async def test_a_file_becomes_a_data_set_on_the_pages(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "run 42" / "deep").mkdir(parents=True)
    grid(mine / "run 42" / "depth.nc")
    notes = tmp_path / "notes.txt"
    notes.write_text("high water at noon\n")
    async with server_and_page(tmp_path / "d") as (server, page):
        await page.goto(f"{server.url}/storages")
        await page.get_by_test_id("add-storage").click()
        dialog = page.get_by_test_id("storage-dialog")
        await dialog.get_by_label("Kind").select_option("local")
        await dialog.get_by_label("Name", exact=True).fill("second disk")
        await dialog.get_by_label("Directory").fill(str(mine))
        await dialog.get_by_role("button", name="Try it").click()
        await expect(dialog.get_by_test_id("storage-tried")).to_have_attribute("data-state", "answers")
        await dialog.get_by_test_id("storage-add-confirm").click()
        rows = page.get_by_test_id("file-row")
        await rows.filter(has_text="run 42").click()
        await expect(rows).to_have_count(2)
        await page.get_by_test_id("file-input").set_input_files(notes)
        await expect(page.get_by_test_id("file-sent")).to_contain_text("stored")
        assert (mine / "run 42" / "notes.txt").read_text() == notes.read_text()
        await rows.filter(has_text="notes.txt").click()
        await expect(page.get_by_test_id("file-head")).to_contain_text("high water at noon")
        await page.keyboard.press("Escape")
        await rows.filter(has_text="depth.nc").click()
        await page.get_by_test_id("file-adopt").click()
        form = page.get_by_test_id("adopt-form")
        await form.get_by_label("Tags").fill("flood")
        await form.get_by_role("button", name="Make it a data set").click()
        await expect(page.get_by_test_id("adopt-dialog")).to_have_count(0)
        await page.goto(f"{server.url}/data?tag=flood")
        row = page.get_by_test_id("dataset-row").filter(has_text="depth.nc")
        await expect(row).to_be_visible(timeout=30_000)
        await row.click()
        await page.get_by_test_id("dataset-open").click()
        picture = page.get_by_test_id("preview-picture")
        await expect(picture).to_contain_text("Depth of the water", timeout=30_000)
        drawn = "img => img.complete && img.naturalWidth > 100"
        await page.wait_for_function(f"() => [...document.querySelectorAll('.picture img')].some({drawn})")
        await expect(page.get_by_test_id("lineage")).to_contain_text("depth.nc")
        await page.get_by_test_id("dataset-move").click()
        await page.get_by_test_id("move-dialog").get_by_label("local").check()
        await expect(page.get_by_test_id("move-plan")).to_contain_text("1\u00a0transfer")
        await page.get_by_test_id("move-confirm").click()
        replicas = page.get_by_test_id("dataset-replicas")
        await expect(replicas.get_by_text("present")).to_have_count(2, timeout=30_000)
        await page.get_by_test_id("dataset-link").click()
        await page.get_by_test_id("link-make").click()
        url = await page.get_by_test_id("dataset-url").inner_text()
        answer = await page.request.get(url.strip())
        assert await answer.body() == (mine / "run 42" / "depth.nc").read_bytes()
        await page.get_by_role("button", name="Close", exact=True).click()
        await page.get_by_test_id("link-revoke").click()
        await expect(page.get_by_test_id("dataset-links")).to_contain_text("revoked")
        assert (await page.request.get(url.strip())).status == 404
        nothing = tmp_path / "nothing.txt"
        nothing.touch()
        await page.goto(f"{server.url}/data")
        await page.get_by_test_id("upload-files").set_input_files(nothing)
        await page.get_by_test_id("dataset-row").filter(has_text="nothing.txt").click(timeout=30_000)
        await page.get_by_test_id("dataset-open").click()
        await expect(page.get_by_test_id("dataset-look")).to_contain_text("it has 0 bytes")
        levels = tmp_path / "levels.parquet"
        parquet.write_table(pa.table({"station": ["north", None], "level": [1.5, 2.25]}), levels)
        await page.goto(f"{server.url}/data")
        await page.get_by_test_id("upload-files").set_input_files(levels)
        await page.get_by_test_id("dataset-row").filter(has_text="levels.parquet").click(timeout=30_000)
        await page.get_by_test_id("dataset-open").click()
        table = page.get_by_test_id("preview-table")
        await expect(table.get_by_role("row")).to_contain_text(["stationstringleveldouble", "north1.5", "2.25"])
        await expect(page.get_by_test_id("preview-counts")).to_have_text("2\u00a0rows, 2\u00a0columns")
        await page.goto(f"{server.url}/collections")
        await page.get_by_test_id("make-collection").click()
        await page.get_by_test_id("collection-dialog").get_by_label("Name").fill("season 2026")
        await page.get_by_test_id("collection-confirm").click()
        await page.get_by_test_id("share-collection").click()
        await page.get_by_test_id("share-form").get_by_role("button", name="Share").click()
        await expect(page.get_by_test_id("share-row")).to_contain_text("everybody")
        await page.goto(f"{server.url}/account")
        shared = page.get_by_test_id("shared-by-row")
        await expect(shared).to_contain_text(["season 2026"])
        await expect(shared).to_contain_text(["Everyone"])
        await shared.get_by_role("button", name="Take back").click()
        await expect(page.get_by_text("Others see nothing of yours")).to_be_visible()
