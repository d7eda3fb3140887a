"""The first rows of a Parquet file, for ``preview_drawing``, which runs this within its limits.

As that it imports nothing of ours. How many rows there are, and of what types, the file's footer says; of the columns
that are shown only the pages of their first rows are read.
"""

import json
from typing import Any

ROWS = 50
COLUMNS = 100
CELL_CHARACTERS = 200


def prepare() -> None:
    """Take in what reading needs: once the file is open, nothing more can be imported."""
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401


def read(file: Any) -> dict[str, Any]:
    """Return what a table holds: its columns and their types, how many rows there are, the first of them as text."""
    from pyarrow.parquet import ParquetFile

    # No threads and nothing read ahead: a column of one group of rows can be larger than what a preview may have.
    parquet = ParquetFile(file, buffer_size=64 * 1024, pre_buffer=False)
    schema, count = parquet.schema_arrow, parquet.metadata.num_rows
    names = schema.names[:COLUMNS]
    rows: list[list[str | None]] = []
    if names and count:
        some = names if len(names) < len(schema.names) else None
        for batch in parquet.iter_batches(batch_size=ROWS, columns=some, use_threads=False):
            places = range(len(names)) if some is None else [batch.schema.get_all_field_indices(n)[0] for n in names]
            rows += [list(row) for row in zip(*[_texts(batch.column(at)) for at in places], strict=True)]
            if len(rows) >= ROWS:
                break
    return {
        "kind": "table",
        "row_count": count,
        "column_count": len(schema.names),
        "columns": [
            {"name": _cut(name), "type": _cut(str(kind))} for name, kind in zip(names, schema.types, strict=False)
        ],
        "rows": rows[:ROWS],
    }


def _texts(column: Any) -> list[str | None]:
    """Return the cells of a column as text, ``None`` for one without a value."""
    import pyarrow as pa

    kind, ending = column.type, ""
    try:
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            # It is kept in UTC; to say it in its own zone the zones would have to be opened.
            column, ending = column.cast(pa.int64()).cast(pa.timestamp(kind.unit)), "Z"
        return [None if one is None else _cut(one + ending) for one in column.cast(pa.string()).to_pylist()]
    except pa.ArrowException:  # a list, a record, bytes that are no text
        return [_text(one) for one in column]


def _text(cell: Any) -> str | None:
    try:
        value = cell.as_py()
    except Exception:  # noqa: BLE001 (what Python cannot hold, such as nanoseconds in a list, is said by its type)
        return _cut(str(cell.type))
    if isinstance(value, bytes):
        return _cut(f"0x{value[:CELL_CHARACTERS].hex()}")
    return None if value is None else _cut(json.dumps(value, default=str, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"
