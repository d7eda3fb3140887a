"""Reading: whatever comes, it is an item or it is kept with the reason."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.modules.ingest.items import KEY_LENGTH, Item, Quarantined
from app.modules.ingest.pointer import NothingThere, look_up, tokens_of, without
from app.modules.ingest.source import http_json, push

FEED = http_json.Source(
    http_json.Settings(
        url="http://feed.example/",
        items="/features",
        title="/properties/title",
        revision="/properties/updated",
        max_items=50,
    )
)
DEEP = b"[" * 100_000 + b"]" * 100_000


def features(*values: Any) -> bytes:
    return orjson.dumps({"features": values})


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        (b"", "delivery_not_json", "not JSON"),
        (b"<html>gateway timeout</html>", "delivery_not_json", "line 1 column 1"),
        (b'{"features": [{"id": "a"}, {"id"', "delivery_not_json", "not JSON"),
        (b'{"features": [{"id": "a", "mag": NaN}]}', "delivery_not_json", "not JSON"),
        (b'{"features": [{"id": "a", "mag": Infinity}]}', "delivery_not_json", "not JSON"),
        (b'{"features": ["\xff\xfe"]}', "delivery_not_utf8", "byte 15 is not UTF-8"),
        ("[]".encode("utf-16"), "delivery_not_utf8", "byte 0 is not UTF-8"),
        (b'{"features": ' + DEEP + b"}", "delivery_too_deep", "254 levels"),
        (b'{"features": {"id": "a"}}', "page_shape_wrong", "/features is not a list"),
        (b'{"features": null}', "page_shape_wrong", "/features is not a list"),
        (b'{"items": []}', "page_shape_wrong", "the document has no /features"),
        (b"[]", "page_shape_wrong", "the document has no /features"),
        (b"7", "page_shape_wrong", "the document has no /features"),
    ],
)
def test_a_page_that_cannot_be_read_is_kept_whole_with_the_reason(body: bytes, code: str, reason: str) -> None:
    (found,) = FEED.items_of(body)
    assert isinstance(found, Quarantined)
    assert found.whole
    assert found.raw == body
    assert found.problem.code == code
    assert reason in found.reason
    assert 400 <= found.problem.status < 500


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("text", "item_shape_wrong"),
        (None, "item_shape_wrong"),
        ([1], "item_shape_wrong"),
        ({}, "item_key_missing"),
        ({"id": None}, "item_key_missing"),
        ({"id": ""}, "item_key_missing"),
        ({"id": 1.5}, "item_key_missing"),
        ({"id": True}, "item_key_missing"),
        ({"id": {"a": 1}}, "item_key_missing"),
        ({"id": "a\0b"}, "item_key_missing"),
        ({"id": "x" * (KEY_LENGTH + 1)}, "item_key_missing"),
        ({"id": "a", "properties": {"updated": "soon"}}, "item_revision_wrong"),
        ({"id": "a", "properties": {"updated": [1]}}, "item_revision_wrong"),
        ({"id": "a", "properties": {"updated": True}}, "item_revision_wrong"),
        ({"id": "a", "properties": {"updated": 1.5}}, "item_revision_wrong"),
        ({"id": "a", "properties": {"updated": 2**63}}, "item_revision_wrong"),
    ],
)
def test_a_bad_item_does_not_spoil_its_neighbours(item: Any, code: str) -> None:
    before, bad, after = FEED.items_of(features({"id": "before"}, item, {"id": "after"}))
    assert isinstance(before, Item)
    assert isinstance(after, Item)
    assert isinstance(bad, Quarantined)
    assert not bad.whole
    assert bad.problem.code == code
    assert orjson.loads(bad.raw) == item


@pytest.mark.parametrize("depth", [255, 300, 900, 1000, 1021])
def test_an_item_too_deep_to_be_written_again_does_not_spoil_its_neighbours(depth: int) -> None:
    deep = b'{"id": "b", "deep": ' + b"[" * depth + b"]" * depth + b"}"
    good, bad = FEED.items_of(b'{"features": [{"id": "a"}, ' + deep + b"]}")
    assert isinstance(good, Item)
    assert isinstance(bad, Quarantined)
    assert bad.problem.code == "delivery_too_deep"
    assert bad.raw == deep or b"its members: deep, id" in bad.raw


def test_everything_an_item_holds_is_kept() -> None:
    item = {"id": 7, "unknown": {"é": [1, 2.5, None]}, "properties": {"title": "  M 5\n5 ", "updated": 1517967111797}}
    (found,) = FEED.items_of(features(item))
    assert isinstance(found, Item)
    assert (found.key, found.title, found.version) == ("7", "M 5 5", 1517967111797)
    assert orjson.loads(found.body) == item


@pytest.mark.parametrize(
    ("updated", "version"),
    [
        (5, 5),
        (5.0, 5),
        ("5", 5),
        ("-5", -5),
        (None, None),
        ("2018-02-06T15:50:42Z", 1517932242000),
        ("2018-02-06T15:50:42.400+00:00", 1517932242400),
        ("2018-02-06T23:50:42+08:00", 1517932242000),
        ("2018-02-06T15:50:42", 1517932242000),
    ],
)
def test_a_revision_is_a_number_or_a_time(updated: Any, version: int | None) -> None:
    (found,) = FEED.items_of(features({"id": "a", "properties": {"updated": updated}}))
    assert isinstance(found, Item)
    assert found.version == version


def test_the_order_of_members_is_no_news_and_what_is_ignored_is_none_either() -> None:
    source = push.Source(push.Settings(key="/id", ignore=["/sent_at", "/meta/noise"]))
    one = source.item_of(b'{"id": "a", "value": 1, "sent_at": 1, "meta": {"noise": 1, "kept": 1}}')
    two = source.item_of(b'{"meta": {"kept": 1, "noise": 2}, "sent_at": 2, "value": 1, "id": "a"}')
    other = source.item_of(b'{"id": "a", "value": 2, "sent_at": 1, "meta": {"noise": 1, "kept": 1}}')
    assert isinstance(one, Item)
    assert isinstance(two, Item)
    assert isinstance(other, Item)
    assert one.fingerprint == two.fingerprint != other.fingerprint


def test_a_feed_longer_than_asked_for_says_so() -> None:
    found = FEED.items_of(features(*[{"id": n} for n in range(60)]))
    assert len(found) == 51
    assert isinstance(found[-1], Quarantined)
    assert found[-1].problem.code == "too_many_items"
    assert "60 items" in found[-1].reason


def test_lines_are_read_one_by_one() -> None:
    source = push.Source(push.Settings(key="/id"))
    found = source.items_of(b'{"id":1}\r\n\n  \n{"id":2\n{"id":3}')
    assert [getattr(one, "key", None) for one in found] == ["1", "", "3"]


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_no_bytes_make_reading_raise(body: bytes) -> None:
    for found in FEED.items_of(body) + push.Source(push.Settings()).items_of(body):
        assert isinstance(found, Item | Quarantined)


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_json)
def test_no_document_makes_reading_raise_and_its_contents_are_kept(value: Any) -> None:
    try:
        body = orjson.dumps(value)
    except (TypeError, UnicodeEncodeError):
        return  # lone surrogates are no JSON
    assert FEED.items_of(body)
    found = push.Source(push.Settings()).item_of(body)
    assert isinstance(found, Item)
    assert orjson.loads(found.body) == value


@pytest.mark.parametrize("pointer", ["id", "/a~2", "/a~", "#/a"])
def test_what_is_no_pointer_is_refused(pointer: str) -> None:
    with pytest.raises(ValueError, match="JSON pointer"):
        tokens_of(pointer)
    with pytest.raises(ValueError, match="JSON pointer"):
        push.Settings(key=pointer)


def test_pointers_follow_the_standard() -> None:
    # The document of RFC 6901, section 5.
    document = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, " ": 7}
    wanted = {"": document, "/foo": ["bar", "baz"], "/foo/0": "bar", "/": 0, "/a~1b": 1, "/m~0n": 8, "/ ": 7}
    assert {pointer: look_up(document, tokens_of(pointer)) for pointer in wanted} == wanted
    for missing in ("/foo/2", "/foo/-", "/foo/x", "/none", "/a~1b/c"):
        with pytest.raises(NothingThere):
            look_up(document, tokens_of(missing))
    assert without(document, ("none",)) == document
