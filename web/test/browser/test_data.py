"""What people do with storages and data sets, in Chromium against the fixture server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from driving import axe, chromium, fixture, page
from playwright.async_api import Browser, expect

pytestmark = pytest.mark.browser

GRID = "/data/dst_01k8q4zt000000000000000030"
STORAGE = "/storages/sto_01k8q4zt000000000000000001"


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as one:
        yield one


async def test_a_storage_is_tried_before_it_is_added(browser: Browser) -> None:
    async with fixture() as base, page(browser, base) as one:
        await one.goto("/storages")
        await expect(one.get_by_test_id("storage-row")).to_have_count(3)
        await one.get_by_test_id("add-storage").click()
        dialog = one.get_by_test_id("storage-dialog")
        await dialog.get_by_label("Kind").select_option("webdav")
        await dialog.get_by_label("Name", exact=True).fill("cloud")
        await dialog.get_by_role("button", name="Try it").click()
        await expect(dialog.get_by_test_id("storage-form")).to_contain_text("Address is needed")
        await dialog.get_by_label("Address").fill("https://nowhere.example/dav")
        await dialog.get_by_label("Quota").fill("lots")
        await dialog.get_by_role("button", name="Try it").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Quota is a size")
        await dialog.get_by_label("Quota").fill("5 GB")
        await dialog.get_by_role("button", name="Try it").click()
        await expect(dialog.get_by_test_id("storage-tried")).to_contain_text("the name is not known")
        await expect(dialog.get_by_test_id("storage-add-anyway")).to_be_visible()
        assert await axe(one) == []
        await dialog.get_by_label("Address").fill("https://cloud.example/dav")
        await expect(dialog.get_by_test_id("storage-tried")).to_have_count(0)  # another address was not tried
        await dialog.get_by_role("button", name="Try it").click()
        await expect(dialog.get_by_test_id("storage-tried")).to_contain_text("Answers")
        await dialog.get_by_test_id("storage-add-confirm").click()
        await expect(one.get_by_test_id("storage-about")).to_contain_text("cloud")
        await one.get_by_test_id("storage-change").click()
        change = one.get_by_test_id("storage-change-dialog")
        await expect(change.get_by_label("Quota")).to_have_value("")
        await change.get_by_label("Quota").fill("2 TB")
        assert await axe(one) == []
        await change.get_by_role("button", name="Change storage").click()
        await expect(one.get_by_test_id("storage-about")).to_contain_text("2\u00a0TB")


async def test_a_storage_is_looked_through(browser: Browser, tmp_path: Path) -> None:
    new = tmp_path / "notes.txt"
    new.write_text("seen")
    async with fixture() as base, page(browser, base, width=390, height=844) as one:
        await one.goto(STORAGE)
        await expect(one.get_by_test_id("storage-health")).to_contain_text("183 of 200")
        rows = one.get_by_test_id("file-row")
        await rows.filter(has_text="2018").click()
        await expect(one).to_have_url(f"{base}{STORAGE}?path=2018")
        await expect(rows).to_have_count(3)
        assert await axe(one) == []
        await one.get_by_test_id("file-input").set_input_files(new)
        await expect(one.get_by_test_id("file-sent")).to_contain_text("stored")
        await expect(rows).to_have_count(4)
        await one.get_by_test_id("file-input").set_input_files(new)
        await expect(one.get_by_test_id("file-sent")).to_contain_text("such a file already")
        await one.get_by_role("button", name="Replace it").click()
        await expect(one.get_by_test_id("file-sent")).to_contain_text("stored")
        await one.get_by_role("navigation", name="Folder").get_by_role("link", name="scratch").click()
        await rows.filter(has_text="readme.txt").click()
        drawer = one.get_by_test_id("file-drawer")
        await expect(drawer.get_by_test_id("file-head")).to_contain_text("<b>not markup</b>")
        await expect(drawer.get_by_test_id("file-download")).to_have_attribute("download", "readme.txt")
        assert await axe(one) == []
        await drawer.get_by_test_id("file-adopt").click()
        await one.get_by_test_id("adopt-form").get_by_role("button", name="Make it a data set").click()
        await expect(one.get_by_test_id("toast")).to_contain_text("is being read")
        await one.keyboard.press("Escape")
        await rows.filter(has_text="stations.csv").click()
        await expect(one.get_by_test_id("preview-table")).to_contain_text("TWD, north")
        await one.keyboard.press("Escape")
        await rows.filter(has_text="run.bin").click()
        await expect(one.get_by_test_id("file-head")).to_contain_text("00 01 62 69")
        await drawer.get_by_test_id("file-delete").click()
        await one.get_by_test_id("file-delete-confirm").click()
        await expect(rows.filter(has_text="run.bin")).to_have_count(0)


async def test_a_data_set_and_all_there_is_to_it(browser: Browser) -> None:
    async with fixture() as base, page(browser, base) as one:
        await one.goto(GRID)
        look = one.get_by_test_id("dataset-look")
        await expect(look.get_by_test_id("preview-picture")).to_contain_text("Intensity of the shaking")
        async with one.expect_response(lambda answer: "variable=pga" in answer.url and "picture" in answer.url):
            await look.get_by_label("Field").select_option("pga")
        async with one.expect_response(lambda answer: "step=1&" in answer.url and "picture" in answer.url):
            await look.get_by_label("Step").press("ArrowRight")
        nodes = one.get_by_test_id("lineage").get_by_test_id("lineage-node")
        await expect(nodes).to_have_count(8)
        await expect(one.get_by_test_id("lineage")).to_contain_text("10\u00a0data sets")
        crate = one.get_by_test_id("dataset-provenance").get_by_role("link", name="RO-Crate")
        await expect(crate).to_have_attribute("download", "ro-crate-metadata.json")
        await expect(one.get_by_test_id("dataset-replicas")).to_contain_text("MB/s")
        await one.get_by_test_id("dataset-pin").click()
        await expect(one.get_by_test_id("dataset-about")).to_contain_text("pinned")
        await one.get_by_test_id("dataset-move").click()
        dialog = one.get_by_test_id("move-dialog")
        await dialog.get_by_label("archive").check()
        await expect(dialog.get_by_test_id("move-plan")).to_contain_text("about 42\u00a0s")
        assert await axe(one) == []
        await dialog.get_by_test_id("move-confirm").click()
        await expect(one.get_by_test_id("toast")).to_contain_text("begun")
        await one.get_by_test_id("dataset-link").click()
        await one.get_by_label("Whom it is for").fill("press office")
        await one.get_by_test_id("link-make").click()
        await expect(one.get_by_test_id("dataset-url")).to_contain_text(f"{base}/api/v1/dataset-links/")
        await one.get_by_role("button", name="Close", exact=True).click()
        links = one.get_by_test_id("dataset-links")
        await expect(links).to_contain_text("press office")
        await links.get_by_test_id("link-revoke").click()
        await expect(links).to_contain_text("revoked")
        await one.get_by_test_id("dataset-collect").click()
        await one.get_by_test_id("collect-make").click()
        await one.get_by_test_id("collection-dialog").get_by_label("Name").fill("For the report")
        await one.get_by_test_id("collection-confirm").click()
        await expect(one.get_by_label("For the report")).to_be_checked()
        assert await axe(one) == []
        await one.keyboard.press("Escape")
        await one.goto("/collections")
        await one.get_by_test_id("collection-row").filter(has_text="For the report").click()
        await expect(one.get_by_test_id("dataset-row")).to_have_count(1)
        await expect(one.get_by_text("In the collection")).to_contain_text("For the report")


async def test_data_sets_are_searched_by_a_form(browser: Browser) -> None:
    async with fixture() as base, page(browser, base, theme="light") as one:
        await one.goto("/data")
        await expect(one.get_by_test_id("upload-waiting")).to_contain_text("37\u00a0% of 812\u00a0MB is here")
        await one.get_by_test_id("search-open").click()
        form = one.get_by_test_id("data-search")
        await form.get_by_label("Area").fill("5,48,11,45")
        await form.get_by_label("Made from").fill("yesterday")
        await form.get_by_test_id("search-send").click()
        await expect(form).to_contain_text("South lies before north")
        await expect(form).to_contain_text("2 h ago as 2h")
        assert await axe(one) == []
        await form.get_by_label("Area").fill("119,22,123,26")
        await form.get_by_label("Made from").fill("")
        await form.get_by_label("Type").select_option("image/tiff")
        await form.get_by_test_id("search-send").click()
        await expect(one.get_by_text("No data set matches the filter")).to_be_visible()
        await expect(one).to_have_url(f"{base}/data?area=119%2C22%2C123%2C26&media_type=image%2Ftiff")
