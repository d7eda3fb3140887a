"""What is taken out of records by value: secrets wherever they stand in a text, and never the record's own frame."""

import orjson
import pytest

from app.kernel import redaction
from app.kernel.log_records import encode, shape
from app.kernel.redaction import LENT_COUNT, REDACTED, redact_line, redact_text, register_secret


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without a secret."""
    monkeypatch.setattr(redaction, "_lasting", frozenset())
    monkeypatch.setattr(redaction, "_lent", type(redaction._lent)())
    monkeypatch.setattr(redaction, "_search", ((), frozenset(), ()))


@pytest.mark.security("S25")
@pytest.mark.parametrize(
    "secret",
    [
        '"table":"',
        '{"at":"2026',
        '","level":"',
        ":null,",
        "},{",
        "123456",
        "2026-11-22T",
        "true,null",
        '\\",\\"',
        "}}\n{{{{",
    ],
)
def test_no_secret_breaks_a_record(secret: str) -> None:
    register_secret(secret)
    register_secret(secret, lent=True)
    fields = {"table": None, "count": 123456, "ok": True, "list": [{"a": None}, {"b": 1}], "said": f"<{secret}>"}
    line = encode(shape("app.kernel.x", "info", "message", fields))
    shown = orjson.loads(redact_line(line))
    assert shown["at"][:2] == "20"
    assert shown["level"] == "info"
    assert shown["data"]["count"] == 123456
    assert redact_text("plain") == "plain"


def test_an_id_stays_to_be_found_by() -> None:
    one = "usr_01JD4Z9T0V5K8R6W2M3N7P1Q4S"
    register_secret(one)
    assert one.encode() in redact_line(b'{"actor":"%b"}' % one.encode())


def test_quotes_hide_nothing() -> None:
    secret = 'open "sesame" \\ now'
    register_secret(secret)
    assert redact_text(f"he said {secret}!") == f"he said {REDACTED}!"
    assert b"sesame" not in redact_line(orjson.dumps({"data": [secret]}))


def test_what_was_lent_is_forgotten_after_many_others_and_what_lasts_is_not() -> None:
    register_secret("lasting-secret")
    register_secret("lent-secret-first", lent=True)
    for number in range(LENT_COUNT):
        register_secret(f"lent-secret-{number:05}", lent=True)
    assert redact_text("lasting-secret") == REDACTED
    assert redact_text("lent-secret-00499") == REDACTED
    assert redact_text("lent-secret-first") == "lent-secret-first"
