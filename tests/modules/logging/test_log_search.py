"""Log records read back: newest first, page by page, whatever the files look like."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import logs
from app.kernel.errors import BadRequest
from app.kernel.segments import segments_in
from app.modules.logging import records
from app.modules.logging.log_query import LogQuery
from app.modules.logging.records import Stream, search, segments_at
from app.modules.logging.schemas import LogRecordView

log = structlog.get_logger("app.modules.jobs.worker")
EVERYTHING = LogQuery()


def fill(directory: Path, count: int, *, segments: int = 1) -> None:
    """Write ``count`` records a second apart, spread over ``segments`` files."""
    directory.mkdir(parents=True, exist_ok=True)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    per = -(-count // segments)
    for part in range(segments):
        first = start + timedelta(seconds=part * per)
        lines = []
        for number in range(part * per, min(count, (part + 1) * per)):
            record = logs.shape("app.x", "info", f"record {number}", {"number": number, "incident_id": f"inc_{number}"})
            record["at"] = (start + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            lines.append(orjson.dumps(record) + b"\n")
        (directory / f"{first:%Y%m%dT%H%M%S}-boot_A.ndjson").write_bytes(b"".join(lines))


def on(directory: Path) -> list[Stream]:
    return [Stream("heron", segments_at(directory))]


def all_pages(directory: Path, query: LogQuery, limit: int) -> list[LogRecordView]:
    found: list[LogRecordView] = []
    cursor = None
    while True:
        page = search(on(directory), query, cursor, limit)
        found += page.items
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def numbers(found: list[LogRecordView]) -> list[int]:
    return [view.data["number"] for view in found]


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_pages_cover_every_record_once_newest_first(tmp_path: Path, limit: int) -> None:
    fill(tmp_path, 100, segments=3)
    assert numbers(all_pages(tmp_path, EVERYTHING, limit)) == list(reversed(range(100)))


@given(lengths=st.lists(st.integers(0, 40), max_size=60), block=st.integers(1, 50))
def test_lines_are_found_backwards_whatever_the_blocks(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], block: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "x"
    lines = [bytes([97 + n % 26]) * length for n, length in enumerate(lengths)]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    before = records.READ_BYTES
    records.READ_BYTES = block
    try:
        found = list(records._lines_backwards(path, None))
        assert [line for _, line in found] == [line for line in reversed(lines) if line]
        whole = path.read_bytes()
        assert all(whole[offset : offset + len(line)] == line for offset, line in found)
        if found:
            again = list(records._lines_backwards(path, found[len(found) // 2][0]))
            assert again == found[len(found) // 2 + 1 :]
    finally:
        records.READ_BYTES = before


def test_torn_and_foreign_lines_are_passed_over(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    [path] = segments_in(tmp_path)
    junk = b"\xff\xfe\n[1]\n{}\n" + b"z" * (2 * records.LINE_BYTES) + b"\n"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\n" + junk + whole[len(whole) // 2 :] + b'{"at":"2026-01')
    assert set(numbers(all_pages(tmp_path, EVERYTHING, 2))) <= {0, 1, 2}
    assert numbers(all_pages(tmp_path, EVERYTHING, 2))[0] == 2
    (tmp_path / "20270101T000000-boot_B.ndjson").touch()
    assert numbers(search(on(tmp_path), EVERYTHING, None, 1).items) == [2]


def test_a_search_that_finds_nothing_ends_and_can_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 2_000, segments=2)
    monkeypatch.setattr(records, "SCAN_SECONDS", 0)
    query = LogQuery(incident_id="inc_3")
    page = search(on(tmp_path), query, None, 10)
    assert page.items == []
    assert page.next_cursor is not None
    assert numbers(all_pages(tmp_path, query, 10)) == [3]


def test_since_ends_the_search(tmp_path: Path) -> None:
    fill(tmp_path, 100, segments=4)
    query = LogQuery(since=datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC))
    assert numbers(all_pages(tmp_path, query, 3)) == list(range(99, 89, -1))


def test_a_foreign_cursor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        search(on(tmp_path), EVERYTHING, "bm90IG91cnM", 10)


def test_a_removed_segment_does_not_end_the_pages(tmp_path: Path) -> None:
    fill(tmp_path, 30, segments=3)
    page = search(on(tmp_path), EVERYTHING, None, 15)
    segments_in(tmp_path)[1].unlink()
    rest = search(on(tmp_path), EVERYTHING, page.next_cursor, 100)
    assert numbers(rest.items) == list(range(9, -1, -1))


@pytest.mark.covers("V16", "V61", "W3", "J4")
async def test_records_are_served_by_incident_level_module_and_text(
    client: httpx.AsyncClient, writer: logs.LogWriter
) -> None:
    log.info("Stage began", incident_id="inc_1", simulation_id="sim_1", request_id="req_1")
    log.warning('it "said" Ärger', incident_id="inc_2", path="C:\\temp")
    structlog.get_logger("app.modules.data.x").error("placed", incident_id="inc_1", size=3)
    assert writer.flush()

    async def said(**parameters: str) -> list[str]:
        answer = await client.get("/api/v1/logs", params=parameters)
        assert answer.status_code == 200, answer.text
        return [record["message"] for record in answer.json()["items"]]

    assert await said(incident_id="inc_1") == ["placed", "Stage began"]
    assert await said(incident_id="inc_1", module="jobs") == ["Stage began"]
    assert await said(simulation_id="sim_1") == await said(request_id="req_1") == ["Stage began"]
    assert await said(level="warning") == ["placed", 'it "said" Ärger']
    assert await said(q="stage BEGAN") == ["Stage began"]
    assert await said(q='"said" ärger') == ['it "said" Ärger']
    assert await said(q="\\temp") == ['it "said" Ärger']
    assert await said(q="simulation_id") == []
    future = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert await said(since=future) == []
    assert (await client.get("/api/v1/logs", params={"level": "loud"})).status_code == 422
    record = (await client.get("/api/v1/logs", params={"q": "Stage began"})).json()["items"][0]
    assert record["at"].endswith("Z")
    assert {k: record[k] for k in ("level", "module", "incident_id", "data")} == {
        "level": "info",
        "module": "jobs",
        "incident_id": "inc_1",
        "data": {},
    }


async def test_a_time_without_an_offset_is_utc(client: httpx.AsyncClient, writer: logs.LogWriter) -> None:
    log.info("now")
    assert writer.flush()
    early = (datetime.now(UTC) - timedelta(minutes=1)).replace(tzinfo=None).isoformat()
    answer = await client.get("/api/v1/logs", params={"since": early, "module": "jobs"})
    assert [r["message"] for r in answer.json()["items"]] == ["now"]


async def test_what_a_job_wrote_is_found_by_its_id(client: httpx.AsyncClient, writer: logs.LogWriter) -> None:
    for job_id, attempt in (("job_a", 1), ("job_b", 1), ("job_a", 2)):
        with structlog.contextvars.bound_contextvars(job_id=job_id, attempt=attempt):
            log.info("halfway", files=attempt)
    log.info("nobody's")
    assert writer.flush()
    items = (await client.get("/api/v1/logs", params={"job_id": "job_a"})).json()["items"]
    assert [(item["job_id"], item["data"]) for item in items] == [
        ("job_a", {"files": 2, "attempt": 2}),
        ("job_a", {"files": 1, "attempt": 1}),
    ]
