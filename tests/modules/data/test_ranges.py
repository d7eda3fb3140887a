"""The Range header, against a reference that slices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.modules.data.errors import RangeUnsatisfiable
from app.modules.data.ranges import parse_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 100)),
        ("bytes=90-200", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("BYTES = 5-9 ", (5, 10)),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=-1-", None),
        ("bytes=²-", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("bytes", None),
        ("", None),
    ],
)
def test_what_headers_mean(header: str | None, wanted: tuple[int, int] | None) -> None:
    assert parse_range(header, 100) == wanted


@pytest.mark.parametrize(("header", "length"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0)])
def test_ranges_past_the_end(header: str, length: int) -> None:
    with pytest.raises(RangeUnsatisfiable) as raised:
        parse_range(header, length)
    assert raised.value.headers == {"Content-Range": f"bytes */{length}"}


@given(st.text(max_size=30), st.integers(0, 1000))
@pytest.mark.security("S21")
def test_no_header_does_harm(tail: str, length: int) -> None:
    for header in (tail, f"bytes={tail}"):
        try:
            found = parse_range(header, length)
        except RangeUnsatisfiable:
            continue
        assert found is None or 0 <= found[0] < found[1] <= length


@given(st.integers(0, 50), st.integers(0, 50), st.binary(min_size=1, max_size=40))
def test_a_range_is_what_slicing_gives(first: int, last: int, content: bytes) -> None:
    try:
        found = parse_range(f"bytes={first}-{last}", len(content))
    except RangeUnsatisfiable:
        assert first >= len(content)
        return
    assert (content[slice(*found)] if found else None) == (content[first : last + 1] if first <= last else None)
