"""The drivers that read other things than JSON: CSV, RSS and Atom, one object, files in a directory."""

from typing import Any

import orjson
import pytest
from feeds import Feed
from polls import make_due, poll_once, rows

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules.ingest import ensure_source
from app.modules.ingest.items import Item, Quarantined
from app.modules.ingest.source import http_csv, http_feed, http_object

MODIS = (
    b"latitude,longitude,brightness,acq_date,acq_time,satellite,confidence\r\n"
    b"39.81,-121.43,331.2,2018-11-08,0706,T,92\r\n"
    b'39.82,-121.40,340.5,2018-11-08,0706,"Aqua, MODIS",100\r\n'
)
RSS = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Alerts</title>
<item><title>Flood \xfcber Rhine</title><guid>f1</guid><link>https://a.example/f1</link>
<pubDate>Sun, 22 Nov 2026 06:00:00 +0100</pubDate><category>flood</category>
<content:encoded><![CDATA[<b>high</b>]]></content:encoded><cap:severity>Severe</cap:severity></item>
<item><title>No id</title><link>https://a.example/f2</link></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><updated>2026-11-22T00:00:00Z</updated>
<entry><id>urn:1</id><title>M 5.1</title><updated>2026-11-22T06:00:00Z</updated><author><name>Ada</name></author>
<link rel="self" href="https://a.example/self"/><link href="https://a.example/1"/>
<summary type="html">x</summary></entry>
</feed>"""


def read(found: Any) -> Any:
    assert isinstance(found, Item), found
    return orjson.loads(found.body)


def refusal(found: Any) -> str:
    assert isinstance(found, Quarantined)
    return found.reason


def test_lines_of_csv_are_items_known_by_several_columns() -> None:
    keys = ["latitude", "longitude", "acq_date", "acq_time"]
    source = http_csv.Source(http_csv.Settings(url="https://x.example", key_columns=keys))
    first, second = source.items_of(MODIS)
    assert (first.key, second.key) == ("39.81 -121.43 2018-11-08 0706", "39.82 -121.40 2018-11-08 0706")
    assert read(first)["brightness"] == 331.2
    assert read(first)["acq_time"] == "0706"
    assert read(second) == {**read(second), "satellite": "Aqua, MODIS", "confidence": 100}


@pytest.mark.parametrize(
    ("body", "settings", "whole", "said"),
    [
        (b"a,b\n\xff,1\n", {}, True, "byte 4 is not utf-8"),
        (b'a,b\n"open,1\n', {}, True, "unexpected end of data"),
        (b"a,a\n1,2\n", {}, True, "names a column twice"),
        (b"a,b\n1,2,3\n", {}, False, "a line has 3 columns where 2 are named"),
        (b"a,b\n1,2\n", {"key": "/c"}, False, "an item has no /c"),
        (b"a,b\n1,2\n", {"key_columns": ["c"]}, False, "there is no column c"),
        (b"a,b\n" + b"1,2\n" * 3, {"max_items": 2}, False, "more than 2 lines"),
    ],
)
def test_what_is_no_csv_is_kept_with_the_reason(body: bytes, settings: dict[str, Any], whole: bool, said: str) -> None:
    *_, last = http_csv.Source(http_csv.Settings(url="https://x.example", **settings)).items_of(body)
    assert said in refusal(last)
    assert isinstance(last, Quarantined)
    assert last.whole is whole


def test_preambles_comments_and_missing_headers_of_csv() -> None:
    body = b"station report\n# made by hand\n7;1.5\n007;\n"
    settings = http_csv.Settings(
        url="https://x.example", delimiter=";", skip_lines=1, comment="#", columns=["id", "level"], key="/id"
    )
    first, second = http_csv.Source(settings).items_of(body)
    assert (read(first), read(second)) == ({"id": 7, "level": 1.5}, {"id": "007", "level": None})
    assert http_csv.Source(settings).items_of(b"") == []


def test_entries_of_rss_are_items() -> None:
    flood, unnamed = http_feed.Source(http_feed.Settings(url="https://x.example")).items_of(RSS)
    assert read(flood) == {
        "id": "f1",
        "title": "Flood über Rhine",
        "link": "https://a.example/f1",
        "links": ["https://a.example/f1"],
        "published": "2026-11-22T05:00:00Z",
        "categories": ["flood"],
        "content": "<b>high</b>",
        "more": {"severity": "Severe"},
    }
    assert unnamed.key == "https://a.example/f2"


def test_entries_of_atom_are_items_and_their_update_is_the_revision() -> None:
    (entry,) = http_feed.Source(http_feed.Settings(url="https://x.example", revision="/updated")).items_of(ATOM)
    assert isinstance(entry, Item)
    assert (entry.key, entry.title, entry.version) == ("urn:1", "M 5.1", 1795327200000)
    assert read(entry)["link"] == "https://a.example/1"
    assert read(entry)["authors"] == ["Ada"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body/></html>", "the document is <html>"),
        (b"{}", "not XML"),
        (b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "declares entities"),
        ('<!DOCTYPE x [<!ENTITY a "aa">]><rss>&a;</rss>'.encode("utf-16"), "declares a type of its own"),
        (b"<rss>" + b"<a>" * 100_000, "nested deeper than 50"),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', "not XML"),
    ],
)
def test_what_is_no_feed_or_would_blow_up_is_kept_with_the_reason(body: bytes, said: str) -> None:
    (refused,) = http_feed.Source(http_feed.Settings(url="https://x.example")).items_of(body)
    assert said in refusal(refused)


@pytest.mark.covers("V60")
@pytest.mark.parametrize("take", ["body", "change"])
async def test_an_object_tells_each_change_once_and_also_that_it_is_again_what_it_was(
    node: Node, feed: Feed, take: str
) -> None:
    async with node.database.transaction() as session:
        row = await ensure_source(session, "grid", "http_object", {"url": feed.url, "take": take})
    for body in (b"GRIB one", b"GRIB one", b"GRIB two", b"GRIB one", b"GRIB one"):
        feed.body, feed.headers["Last-Modified"] = body, f"state {body!r}"  # and it ignores If-Modified-Since
        await make_due(node, row.id)
        (answer,) = await poll_once(node)
        assert answer.error is None
    assert {line.split()[0] for line, _ in feed.requests} == {"GET" if take == "body" else "HEAD"}
    found = await rows(node, "SELECT revision, body FROM deliveries ORDER BY id")
    assert [revision for revision, _ in found] == [1, 2, 3]
    if take == "body":
        assert [bytes(body) for _, body in found] == [b"GRIB one", b"GRIB two", b"GRIB one"]
    else:
        assert orjson.loads(found[1][1])["last_modified"] == "state b'GRIB two'"


async def test_an_object_whose_changes_cannot_be_told_apart_by_its_head_says_so(node: Node, feed: Feed) -> None:
    async with node.database.transaction() as session:
        await ensure_source(session, "grid", "http_object", {"url": feed.url, "take": "change"})
    (answer,) = await poll_once(node)
    assert "neither ETag nor Last-Modified" in (answer.error or "")


def test_the_reasons_have_codes_of_their_own() -> None:
    (refused,) = http_feed.Source(http_feed.Settings(url="https://x.example")).items_of(b"")
    assert isinstance(refused, Quarantined)
    assert isinstance(refused.problem, Problem)
    assert refused.problem.code == "feed_unreadable"


def test_sources_of_objects_replay_what_was_kept() -> None:
    source = http_object.Source(http_object.Settings(url="https://x.example/grid"))
    (item,) = source.items_of(b"\x00grid")
    assert isinstance(item, Item)
    assert (item.key, item.body) == ("https://x.example/grid", b"\x00grid")
