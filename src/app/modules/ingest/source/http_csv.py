"""A CSV file fetched over HTTP, one item a line (RFC 4180, RFC 9110 conditional requests).

Such as the fire hot spots of MODIS and VIIRS, whose lines have no identifier: ``key_columns`` then names those that
together are one.
"""

import asyncio
import csv
import io
import re

from pydantic import Field, model_validator

from app.kernel.errors import Problem
from app.kernel.http import GuardedClient
from app.modules.ingest.errors import ItemKeyMissing, ItemShapeWrong, TooManyItems
from app.modules.ingest.feed_errors import NotCsv
from app.modules.ingest.fetching import LARGE_BYTES, Address, fetch
from app.modules.ingest.items import written
from app.modules.ingest.source import Found, ItemSettings, Polled, PollState, Quarantined

# As JSON writes a number: 007 and +5 stay the text they are.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?")
csv.field_size_limit(1024**2)


class Settings(ItemSettings, Address):
    """A file and what its columns mean. ``key``, ``title`` and ``revision`` point to columns, such as /station."""

    delimiter: str = Field(",", min_length=1, max_length=1, description="What stands between two columns")
    encoding: str = Field("utf-8-sig", max_length=40, pattern="^[A-Za-z0-9_-]+$", description="Character encoding")
    columns: list[str] | None = Field(None, max_length=1000, description="Names of the columns, if no line has them")
    skip_lines: int = Field(0, ge=0, le=1000, description="Lines before the first that counts")
    comment: str | None = Field(None, min_length=1, max_length=10, description="Lines that begin with this are skipped")
    key_columns: list[str] = Field([], max_length=20, description="Columns that together identify a line")
    numbers: bool = Field(True, description="Numbers are taken as numbers; otherwise every value is a text")
    max_items: int = Field(20_000, ge=1, le=200_000, description="Most lines taken from one answer")

    @model_validator(mode="after")
    def _one_key(self) -> "Settings":
        if self.key is not None and self.key_columns:
            raise ValueError("give key or key_columns, not both")
        try:
            "".encode(self.encoding)
        except LookupError as error:
            raise ValueError(f"encoding: {self.encoding} is not known") from error
        return self


class Source:
    """Fetches the file and reads its lines."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def interval_seconds(self) -> float:
        """Return the time between two polls that went well."""
        return self._settings.interval_seconds

    async def poll(self, http: GuardedClient, state: PollState) -> Polled:
        """Fetch the file unless it is as it was."""
        found = await fetch(http, self._settings, state, "text/csv, text/plain;q=0.9, */*;q=0.5")
        if found is None:
            return Polled(etag=state.etag, last_modified=state.last_modified, not_modified=True)
        small = len(found.body) < LARGE_BYTES
        items = self.items_of(found.body) if small else await asyncio.to_thread(self.items_of, found.body)
        return Polled(items=items, etag=found.etag, last_modified=found.last_modified, as_now=True)

    def items_of(self, body: bytes) -> list[Found]:
        """Read the file's lines."""
        settings = self._settings
        try:
            lines = io.StringIO(body.decode(settings.encoding), newline="").readlines()[settings.skip_lines :]
            if settings.comment is not None:
                lines = [line for line in lines if not line.startswith(settings.comment)]
            reader = csv.reader(lines, delimiter=settings.delimiter, strict=True)
            names = settings.columns or next(reader, None)
            if names is None:
                return []
            names = [name.strip() for name in names]
            if len(set(names)) < len(names) or len(names) < 1:
                raise NotCsv("the first line names a column twice")
            found: list[Found] = []
            for cells in reader:
                if not cells:
                    continue
                if len(found) == settings.max_items:
                    more = f"the file holds more than {settings.max_items} lines; the rest was not read"
                    found.append(Quarantined(raw=b"", problem=TooManyItems(more)))
                    break
                found.append(self._line(names, cells))
        except UnicodeDecodeError as error:
            return [_whole(body, NotCsv(f"byte {error.start} is not {settings.encoding}"))]
        except csv.Error as error:
            return [_whole(body, NotCsv(f"line {reader.line_num}: {error}"))]
        except Problem as problem:
            return [_whole(body, problem)]
        return found

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Read one line as it was kept: as JSON."""
        return self._settings.read(raw, key)

    def _line(self, names: list[str], cells: list[str]) -> Found:
        settings = self._settings
        try:
            if len(cells) != len(names):
                raise ItemShapeWrong(f"a line has {len(cells)} columns where {len(names)} are named")
            value = {name: self._value(cell) for name, cell in zip(names, cells, strict=True)}
            key = None
            if settings.key_columns:
                if missing := [name for name in settings.key_columns if name not in value]:
                    raise ItemKeyMissing(f"there is no column {missing[0]}")
                texts = dict(zip(names, cells, strict=True))
                key = " ".join(texts[name].strip() for name in settings.key_columns)
            return settings.item(value, key=key)
        except Problem as problem:
            return Quarantined(raw=written(cells), problem=problem)

    def _value(self, cell: str) -> str | int | float | None:
        text = cell.strip()
        if not self._settings.numbers:
            return text
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            return text
        return int(text) if text.lstrip("-").isdigit() else float(text)


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None


def _whole(body: bytes, problem: Problem) -> Quarantined:
    return Quarantined(raw=body, problem=problem, whole=True)
