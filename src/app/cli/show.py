"""What commands print: one JSON document, or thin tables for people. Logs and progress go to stderr.

Text from the server is cleaned before it reaches a terminal: nothing in a title may move a cursor.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import category, east_asian_width

import typer

from app.cli.problems import NO_READER
from app.cli.units import Figure, ago
from app.kernel.console import clean, wants_colour

if TYPE_CHECKING:
    from app.cli.remote import Answer

T = TypeVar("T")

GAP = "  "
SHORTEST = 12  # a column is not cut below this
_RED = {
    "error", "failed", "timed_out", "lost", "quarantined", "unreachable", "failing", "broken", "damaged", "missing",
    "fail", "critical",
}  # fmt: skip
_YELLOW = {"warn", "warning", "degraded", "paused", "cordoned", "backing_off", "high", "shelved", "gone"}


def out(text: str, end: str = "\n") -> None:
    """Print on stdout at once; whoever reads it may have left."""
    with _somebody_reads():
        print(text, end=end, flush=True)


def out_bytes(content: bytes) -> None:
    """Write bytes to stdout."""
    with _somebody_reads():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def raw(text: str) -> None:
    """Print text of many lines as it is, but for what a terminal could act on."""
    if sys.stdout.isatty():
        text = "\n".join(clean(line.replace("\t", "    ").rstrip("\r")) for line in text.split("\n"))
    out(text, end="")


def done(text: str, value: Any, json_: bool) -> None:
    """Say that something was done, or print the document about it."""
    if json_:
        document(value)
    else:
        out(clean(text))


def note(text: str) -> None:
    """Say something that is no part of the answer."""
    print(clean(text), file=sys.stderr, flush=True)


def document(value: Any, *, live: bool = False) -> None:
    """Print JSON: one document, or one line of many."""
    out(json.dumps(value, ensure_ascii=False, indent=None if live else 2))


def one(answer: "Answer[Any]", json_: bool, fields: Iterable[tuple[str, object]]) -> None:
    """Print one thing; fields without a value are left out."""
    if json_:
        document(answer.document)
        return
    shown = [(label, text) for label, value in fields if (text := cell(value, answer.at))]
    width = max((len(label) for label, _ in shown), default=0)
    dim = wants_colour(sys.stdout)
    for label, text in shown:
        head = f"{label:<{width}}"
        out(f"{_painted(head, '2') if dim else head}{GAP}{_coloured(text, text) if dim else text}")


def rows(
    answer: "Answer[list[T]]",
    json_: bool,
    heads: Sequence[str],
    row: Callable[[T], Sequence[object]],
    none: str = "None.",
) -> None:
    """Print a list: ``row`` gives the cells of one thing under ``heads``."""
    if json_:
        document(answer.document)
        return
    table(heads, [row(item) for item in answer.view], answer.at, none)
    if answer.document.get("next_cursor"):
        note("There are more: --all lists them, --limit sets how many.")


def table(heads: Sequence[str], cells: Sequence[Sequence[object]], now: datetime, none: str = "None.") -> None:
    """Print cells under their heads, cut to the terminal's width; piped, nothing is cut."""
    if not cells:
        note(none)
        return
    texts = [[cell(value, now) for value in line] for line in cells]
    right = [
        all(isinstance(line[i], int | float | Figure) or line[i] is None for line in cells) for i in range(len(heads))
    ]
    widths = [max(wide(head), *(wide(line[i]) for line in texts)) for i, head in enumerate(heads)]
    if sys.stdout.isatty():
        _narrow(widths, shutil.get_terminal_size().columns)
    colour = wants_colour(sys.stdout)
    head = GAP.join(_fit(text, width, to) for text, width, to in zip(heads, widths, right, strict=True)).rstrip()
    out(_painted(head, "2") if colour else head)
    for line in texts:
        parts = [_fit(text, width, to) for text, width, to in zip(line, widths, right, strict=True)]
        if colour:
            parts = [_coloured(part, text) for part, text in zip(parts, line, strict=True)]
        out(GAP.join(parts).rstrip())


def cell(value: object, now: datetime) -> str:
    """Return a value as people read it: times as ages, states as words."""
    if value is None or type(value).__name__ == "Unset":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return ago(value, now)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple):
        return ", ".join(cell(item, now) for item in value)
    return clean(str(value))


def paint(text: str, state: str) -> str:
    """Return a text in the colour of a state, if stdout shows colours."""
    return _coloured(text, state) if wants_colour(sys.stdout) else text


def wide(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1 for c in text)


@contextmanager
def _somebody_reads() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # The interpreter flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(NO_READER) from None


def _narrow(widths: list[int], columns: int) -> None:
    """Take from the widest column until the line fits, or nothing can be taken."""
    while sum(widths) + len(GAP) * (len(widths) - 1) > columns:
        widest = max(range(len(widths)), key=lambda i: widths[i])
        if widths[widest] <= SHORTEST:
            return
        widths[widest] -= 1


def _fit(text: str, width: int, to_the_right: bool) -> str:
    if wide(text) > width:
        while wide(text) > width - 1:
            text = text[:-1]
        text += "…"
    space = " " * (width - wide(text))
    return space + text if to_the_right else text + space


def _coloured(part: str, text: str) -> str:
    return _painted(part, "31") if text in _RED else _painted(part, "33") if text in _YELLOW else part


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"
