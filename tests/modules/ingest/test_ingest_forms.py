"""Forms pushed to a source: each of their files is a delivery, under the limits of every push."""

import random
from typing import Any

import httpx
import pytest
from polls import rows

from app.kernel.node import Node
from app.modules import ingest
from app.modules.ingest.errors import TooManyItems
from app.modules.ingest.feed_errors import FormUnreadable
from app.modules.ingest.forms import File, files_of

FORM = "multipart/form-data; boundary=b0und"
HEAD = b'Content-Disposition: form-data; name="file"; filename="x.bin"'


async def make(client: httpx.AsyncClient, **settings: Any) -> str:
    answer = await client.post("/api/v1/sources", json={"name": "forms", "driver": "push", "settings": settings})
    assert answer.status_code == 201, answer.text
    return f"/api/v1/sources/{answer.json()['id']}/deliveries"


def form(*parts: tuple[bytes, bytes], end: bytes = b"--b0und--\r\n") -> bytes:
    return b"".join(b"--b0und\r\n" + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + end


async def listed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/v1/deliveries")).json()["items"]
    return items[::-1]


@pytest.mark.covers("V59")
async def test_each_file_of_a_form_is_a_delivery(client: httpx.AsyncClient) -> None:
    path = await make(client)
    table, note = b"station,level_m\nK12,3.4\n", b'{"level_m": 3.4}'
    files = [
        ("file", ("C:\\data\\levels.csv", table, "text/csv")),
        ("file", ("n\u00f6te.json", note, "application/octet-stream")),
    ]
    sent = await client.post(path, files=files, headers={"Idempotency-Key": "today"})
    assert (sent.status_code, sent.json()["accepted"]) == (202, 2), sent.text
    shown = await listed(client)
    assert sorted((one["item_key"], one["title"], one["media_type"]) for one in shown) == [
        ("today/1", "levels.csv", "text/csv"),
        ("today/2", "n\u00f6te.json", None),
    ]
    kept = {one["title"]: (await client.get(f"/api/v1/deliveries/{one['id']}/raw")).content for one in shown}
    assert kept == {"levels.csv": table, "n\u00f6te.json": note}
    again = await client.post(path, files=files, headers={"Idempotency-Key": "today"})
    assert (again.json()["accepted"], again.json()["duplicates"]) == (0, 2)
    alone = await client.post(path, files=files[:1], headers={"Idempotency-Key": "alone"})
    (delivery_id,) = alone.json()["delivery_ids"]
    assert (await client.get(f"/api/v1/deliveries/{delivery_id}")).json()["item_key"] == "alone"


async def test_a_file_is_read_as_if_it_had_been_sent_alone(client: httpx.AsyncClient, node: Node) -> None:
    path = await make(client, key="/id")
    unknown = "application/octet-stream"  # as curl says of all these
    good = ("file", ("a.json", b'{"id": 1}', unknown))
    lines = ("file", ("b.ndjson", b'{"id": 2}\n{"no": 3}\n{"id": 4}\n', unknown))
    sent = await client.post(path, files=[good, lines])
    receipt = sent.json()
    assert (receipt["accepted"], receipt["quarantined"]) == (3, 1), sent.text
    (bad,) = (await client.get("/api/v1/deliveries", params={"state": "quarantined"})).json()["items"]
    assert bad["reason"] == "b.ndjson: an item has no /id"
    for name, code, status in (("c.csv", "media_type_wrong", 422), ("c.json", "delivery_not_json", 400)):
        refused = await client.post(path, files=[("file", (name, b"id\n5\n", unknown))])
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert refused.json()["detail"].startswith(f"{name}: ")
    assert await rows(node, "SELECT count(*) FROM deliveries") == [4]


NESTED = (HEAD + b"\r\nContent-Type: multipart/mixed; boundary=c", b"")
ENCODED = (HEAD + b"\r\nContent-Transfer-Encoding: base64", b"eA==")
LONG = (HEAD + b"\r\nX-Note: " + b"x" * 5000, b"")
LINES = (b'Content-Disposition: form-data; name="f"; filename="x.ndjson"', b"1\n" * 4)


@pytest.mark.security("S10", "S21")
@pytest.mark.parametrize(
    ("body", "content_type", "code", "said"),
    [
        (form((HEAD, b"x")), "multipart/form-data", "form_unreadable", "names no boundary"),
        (form((HEAD, b"x")), "multipart/form-data; boundary=" + "b" * 71, "form_unreadable", "names no boundary"),
        (b"", FORM, "form_unreadable", "does not begin"),
        (b"before\r\n" + form((HEAD, b"x")), FORM, "form_unreadable", "does not begin"),
        (form((HEAD, b"x"), end=b""), FORM, "form_unreadable", "does not end"),
        (form((HEAD, b"x")) + b"after", FORM, "form_unreadable", "does not end"),
        (form(), FORM, "form_unreadable", "has no file"),
        (form((b'Content-Disposition: form-data; name="level"', b"3")), FORM, "form_unreadable", "'level' is no file"),
        (form((b"Content-Type: text/csv", b"x")), FORM, "form_unreadable", "does not say that it is form-data"),
        (form(NESTED), FORM, "form_unreadable", "has parts itself"),
        (form(ENCODED), FORM, "form_unreadable", "Content-Transfer-Encoding"),
        (form(LONG), FORM, "form_unreadable", "4096"),
        (form(*[(HEAD, b"%d" % n) for n in range(6)]), FORM, "too_many_items", "more than 5 files"),
        (form(LINES, LINES), FORM, "too_many_items", "8 items are more than 5"),
        (form((HEAD, bytes(10_000))), FORM, "delivery_too_large", "10"),
    ],
)
async def test_a_form_that_cannot_be_taken_is_refused_by_name_and_leaves_nothing(
    client: httpx.AsyncClient, node: Node, body: bytes, content_type: str, code: str, said: str
) -> None:
    settings = node.settings.of(ingest.IngestSettings)
    settings.push_max_items, settings.push_max_bytes = 5, 10_000
    path = await make(client)
    answer = await client.post(path, content=body, headers={"Content-Type": content_type})
    assert answer.json()["code"] == code, answer.text
    assert said in answer.json()["detail"]
    assert await rows(node, "SELECT count(*) FROM deliveries") == [0]


def test_the_bytes_of_a_file_are_taken_as_they_are() -> None:
    contents = [
        b"",
        b"\r\n",
        b"x--b0und\r\n",
        b"\r\n--b0un",
        b"\x00\xff\r\n\r\n",
        b"\n--b0und--\n",
        bytes(range(256)) * 300,
    ]
    found = files_of(FORM, form(*[(HEAD, content) for content in contents]), len(contents))
    assert found == [File("x.bin", "application/octet-stream", content) for content in contents]


def test_an_input_for_which_nobody_chose_a_file_is_none() -> None:
    empty = b'Content-Disposition: form-data; name="other"; filename=""\r\nContent-Type: application/octet-stream'
    assert [file.content for file in files_of(FORM, form((empty, b""), (HEAD, b"x")), 2)] == [b"x"]


@pytest.mark.parametrize(
    ("disposition", "content_type", "name", "media_type"),
    [
        (b'name="f"; filename="a;b \\"c\\".json"', b"", 'a;b "c".json', "application/json"),
        (b'name="f"; filename="a%22b.geojson"', b"application/octet-stream", 'a"b.geojson', "application/geo+json"),
        (b"name=f; filename=a.csv", b"Text/CSV; charset=utf-8", "a.csv", "text/csv"),
        (b"name=f; filename*=UTF-8''n%C3%B6te.txt; filename=note", b"", "n\u00f6te.txt", "text/plain"),
        (b'FILENAME="../../etc/pass\x00wd"; name="f"', b"a\x00b/c", "pass wd", "application/octet-stream"),
        (b'name="f"; filename="grid.json.gz"', b"", "grid.json.gz", "application/octet-stream"),
    ],
)
def test_what_a_file_is_called_and_is(disposition: bytes, content_type: bytes, name: str, media_type: str) -> None:
    head = b"content-disposition: form-data; " + disposition + b"\r\nContent-Type: " + content_type
    assert files_of(FORM, form((head, b"x")), 1) == [File(name, media_type, b"x")]


def test_a_form_that_was_cut_or_damaged_is_refused_or_read_and_nothing_else() -> None:
    whole = form((HEAD, b"one\r\n--b0unx"), (HEAD + b"\r\nContent-Type: text/csv", b"a,b\r\n1,2"))
    for length in range(len(whole) - len(b"--\r\n") + 1):
        with pytest.raises(FormUnreadable):
            files_of(FORM, whole[:length], 10)
    dice = random.Random(20180206)
    for _ in range(3000):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            damaged[dice.randrange(len(damaged))] = dice.choice(b'\r\n-"\\;=:\x00\xffb ')
        try:
            files = files_of(FORM, bytes(damaged), 10)
        except (FormUnreadable, TooManyItems):
            continue
        assert all(file.name.isprintable() and "\x00" not in file.media_type for file in files)
