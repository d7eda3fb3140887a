"""Packed segments: the same lines as before, found through the index by whatever one looks for."""

import gzip
import hashlib
import random
import string
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel import logs
from app.kernel.ids import new_id
from app.kernel.log_records import LEVELS
from app.kernel.segments import segments_in
from app.modules.logging import packing
from app.modules.logging.index import Index, indexes
from app.modules.logging.log_query import LogQuery
from app.modules.logging.records import Stream, search, segments_at

OLDER = (
    b'{"message":"older make","at":"2026-03-01T00:00:09.000000Z","level":"info","module":"x","data":{"number":77}}\n'
)
START = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = [
    "connection",
    "refused",
    "Ärger",
    "timed out",
    "placed",
    "out-73412.nc",
    "a",
    "0.125",
    "ﬁne",
    "x\ny",
    '"q"',
    "\\",
]


def write(directory: Path, seed: int, count: int, *, stem: str = "20260301T000000-boot_A") -> Path:
    """Write a segment of ``count`` varied records, a few of them out of order."""
    chance = random.Random(seed)
    directory.mkdir(parents=True, exist_ok=True)
    incidents = [new_id("inc") for _ in range(20)] + ["inc_short"]
    lines = []
    for number in range(count):
        fields = {"number": number, "host": f"node{chance.randrange(300)}", "value": chance.choice(WORDS)}
        if chance.random() < 0.3:
            fields["incident_id"] = chance.choice(incidents)
        if chance.random() < 0.3:
            fields["job_id"] = new_id("job")
        if chance.random() < 0.05:
            fields["machine"] = chance.choice(incidents)
        level = chance.choices(list(LEVELS), [5, 80, 10, 4, 1])[0]
        message = " ".join(chance.choices(WORDS, k=3))
        record = logs.shape(f"app.modules.{chance.choice(['jobs', 'data', 'ingest'])}.x", level, message, fields)
        at = START + timedelta(milliseconds=number * 10 + chance.randrange(30))
        record["at"] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        lines.append(logs.encode(record))
    path = directory / f"{stem}.ndjson"
    path.write_bytes(b"".join(lines))
    return path


def found(directory: Path, query: LogQuery, limit: int = 500) -> list[int]:
    """Return the numbers of all matching records, over all pages."""
    numbers: list[int] = []
    cursor = None
    while True:
        page = search([Stream("heron", segments_at(directory))], query, cursor, limit)
        numbers += [view.data["number"] for view in page.items if "number" in view.data]
        cursor = page.next_cursor
        if cursor is None:
            return numbers


def test_a_packed_segment_holds_the_same_lines_for_anyone_with_zcat(tmp_path: Path) -> None:
    path = write(tmp_path, 1, 3_000)
    lines = path.read_bytes()
    packed = packing.pack(path)
    assert not path.exists()
    assert gzip.decompress(packed.path.read_bytes()) == lines
    assert packed.path.stat().st_size < len(lines) / 3
    assert packed.sha256 == hashlib.sha256(packed.path.read_bytes()).hexdigest()
    assert packed.index_sha256 == hashlib.sha256(packed.index_path.read_bytes()).hexdigest()
    header = Index(packed.index_path).header
    assert (header.records, header.raw_bytes, header.torn_bytes) == (3_000, len(lines), 0)
    assert header.packed_bytes == packed.path.stat().st_size
    assert sorted(p.name for p in tmp_path.iterdir()) == [packed.index_path.name, packed.path.name]


@pytest.mark.parametrize("count", [0, 1, 1_500])
def test_what_is_found_is_what_every_line_says(tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "BLOCK_BYTES", 4 * 1024)
    path = write(tmp_path, 7, count)
    some = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    ids = [record[name] for record in some for name in ("incident_id", "job_id") if name in record][:5]
    queries = [
        LogQuery(),
        LogQuery(level="error"),
        LogQuery(module="data", level="warning"),
        *[
            LogQuery(text=text)
            for text in (
                *WORDS,
                "REFUSED",
                "tion ref",
                "node17",
                "ärger",
                "fine",
                'number":7',
                "none such",
                "3412",
                "7",
            )
        ],
        *[LogQuery(objects=(name,)) for name in [*ids, "inc_short", "inc_none", new_id("inc")]],
        *[LogQuery(incident_id=name) for name in ids],
        LogQuery(incident_id="inc_short", text="refused", level="info"),
        LogQuery(owned=True),
        LogQuery(since=START + timedelta(seconds=20), until=START + timedelta(seconds=21)),
        LogQuery(until=START + timedelta(seconds=3), text="placed"),
        LogQuery(since=START + timedelta(days=1)),
    ]
    before = [found(tmp_path, query) for query in queries]
    packing.pack(path)
    for query, expected in zip(queries, before, strict=True):
        assert found(tmp_path, query) == expected, query
        assert found(tmp_path, query, 7)[:300] == expected[:300], query
    if count == 1_500:
        assert Index(next(tmp_path.glob("*.idx"))).header.rows > 0
        assert all(before[: 3 + 6])


@settings(max_examples=30, deadline=None)
@given(
    text=st.text(
        alphabet=string.ascii_letters + string.digits + ' .-_"\\\n\x7f\u2028\u0130ß\u017f\u212a',
        min_size=1,
        max_size=12,
    ),
    seed=st.integers(0, 3),
)
def test_no_text_is_missed_because_of_the_index(tmp_path_factory: pytest.TempPathFactory, text: str, seed: int) -> None:
    directory = tmp_path_factory.mktemp("text")
    chance = random.Random(seed)
    lines = []
    for number in range(400):
        pad = "".join(chance.choices(string.ascii_lowercase + " ", k=60))
        message = pad[:20] + text + pad[20:] if number % 50 == 3 else pad
        lines.append(logs.encode(logs.shape("app.x", "info", message, {"number": number})))
    path = directory / "20260301T000000-boot_A.ndjson"
    path.write_bytes(b"".join(lines))
    size = packing.BLOCK_BYTES
    packing.BLOCK_BYTES = 2_000
    try:
        packing.pack(path)
    finally:
        packing.BLOCK_BYTES = size
    assert set(range(3, 400, 50)) <= set(found(directory, LogQuery(text=text)))


def test_the_index_leads_to_few_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "BLOCK_BYTES", 8 * 1024)
    path = write(tmp_path, 3, 8_000)
    rare = logs.shape("app.modules.jobs.x", "info", "the sluice gate jammed", {"number": 9_999, "job_id": "job_rare"})
    path.write_bytes(path.read_bytes() + logs.encode(rare))
    index = Index(packing.pack(path).index_path)
    for query in (LogQuery(text="SLUICE gate"), LogQuery(job_id="job_rare"), LogQuery(objects=("job_rare",))):
        assert query.blocks_of(index).bit_count() <= 5
    assert LogQuery(text="zebra crossing").blocks_of(index).bit_count() <= 1
    assert LogQuery(job_id="job_none").blocks_of(index) == 0


def test_a_torn_tail_is_left_out_and_foreign_lines_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path, 5, 50)
    whole = path.read_bytes() + OLDER
    path.write_bytes(whole + b'{"at":"2026-03-01T00:0')
    packed = packing.pack(path)
    assert packed.header.torn_bytes == 22
    assert gzip.decompress(packed.path.read_bytes()) == whole
    assert found(tmp_path, LogQuery(text="older make")) == [77]
    assert found(tmp_path, LogQuery(module="x")) == [77]


def test_packing_that_was_interrupted_is_done_again(tmp_path: Path) -> None:
    path = write(tmp_path, 5, 500)
    lines = path.read_bytes()
    first = packing.pack(path)
    path.write_bytes(lines)  # killed before the original went
    (tmp_path / f"{path.stem}.ndjson.part").write_bytes(b"half")
    assert [segment.raw for segment in segments_at(tmp_path)] == [None]
    assert len(found(tmp_path, LogQuery())) == 500
    again = packing.pack(path)
    assert again.sha256 == first.sha256
    assert segments_in(tmp_path) == []


def test_pages_go_on_when_a_segment_is_packed_between_them(tmp_path: Path) -> None:
    path = write(tmp_path, 9, 1_000)
    expected = found(tmp_path, LogQuery())
    page = search([Stream("heron", segments_at(tmp_path))], LogQuery(), None, 300)
    before = segments_at(tmp_path)
    packing.pack(path)
    rest = search([Stream("heron", before)], LogQuery(), page.next_cursor, 500)  # a list from before
    last = search([Stream("heron", segments_at(tmp_path))], LogQuery(), rest.next_cursor, 500)
    assert [v.data["number"] for p in (page, rest, last) for v in p.items] == expected


def test_several_nodes_are_told_in_one_order(tmp_path: Path) -> None:
    write(tmp_path / "a", 1, 400)
    packing.pack(write(tmp_path / "b", 2, 400))
    streams = [Stream(name, segments_at(tmp_path / name)) for name in ("a", "b")]
    seen: list[tuple[datetime, int]] = []
    cursor = None
    while True:
        page = search(streams, LogQuery(level="info"), cursor, 37)
        seen += [(view.at, view.data["number"]) for view in page.items]
        if (cursor := page.next_cursor) is None:
            break
    one_by_one = [number for name in ("a", "b") for number in found(tmp_path / name, LogQuery(level="info"))]
    assert sorted(number for _, number in seen) == sorted(one_by_one)
    # Records come up to 30 ms out of order from within one file, never more.
    assert all(later <= earlier + timedelta(milliseconds=30) for (earlier, _), (later, _) in pairwise(seen))


def test_a_broken_index_costs_its_segment_and_no_other(tmp_path: Path) -> None:
    packing.pack(write(tmp_path, 1, 100))
    broken = packing.pack(write(tmp_path, 2, 100, stem="20260302T000000-boot_B"))
    broken.index_path.write_bytes(b"nonsense")
    indexes._kept.clear()
    assert len(found(tmp_path, LogQuery())) == 100
