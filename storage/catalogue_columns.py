"""Say what each column is in Parquet, and turn rows of the database into Arrow and back without changing a byte."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # likewise
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    cast,
    type_coerce,
)

from storage.errors import StorageError
from storage.tables import Instant

_MOMENT: Final = pa.timestamp("us", tz="UTC")
_TYPES: Final = (
    (Instant, _MOMENT),
    (JSON, pa.json_(pa.string())),
    (Boolean, pa.bool_()),
    (Date, pa.date32()),
    (LargeBinary, pa.binary()),
    (Integer, pa.int64()),
    (String, pa.string()),
)
"""Text is a String too, so it comes last."""


class NotOfItsType(StorageError):
    """A column holds what Altsieve does not write there; the message says which column and never what it holds."""


def schema_of(table: Table) -> pa.Schema:
    """Return the columns in the order of the table, with their comments, which are in the files too."""
    fields = [
        pa.field(each.name, _arrow_type(each), nullable=bool(each.nullable), metadata=_comment(each.comment))
        for each in table.columns
    ]
    return pa.schema(fields, metadata=_comment(table.comment))


def as_stored(column: Column[Any]) -> ColumnElement[Any]:
    """Return the column to be read as it is stored: JSON and times as their text, before anybody parses it."""
    if isinstance(column.type, JSON):
        return cast(column, Text).label(column.name)
    if isinstance(column.type, Instant):
        return type_coerce(column, String).label(column.name)
    return column


def batch_of(table: Table, schema: pa.Schema, rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Return rows, read by `as_stored`, as Arrow."""
    columns = zip(schema, zip(*rows, strict=True), strict=True)
    return pa.RecordBatch.from_arrays([_to_arrow(table, field, values) for field, values in columns], schema=schema)


def rows_of(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as they are to be stored: JSON, times and days as their text."""
    return zip(*(_to_stored(each).to_pylist() for each in batch.columns), strict=True)


def _arrow_type(column: Column[Any]) -> pa.DataType:
    for kind, arrow in _TYPES:
        if isinstance(column.type, kind):
            return arrow
    raise TypeError(f"{column} has a type that no column of Parquet is laid down for")


def _comment(text: str | None) -> dict[str, str] | None:
    return {"comment": text} if text else None


def _to_arrow(table: Table, field: pa.Field, values: Sequence[Any]) -> pa.Array:
    try:
        if field.type == _MOMENT:
            return _moments(pa.array(values, pa.string()))
        if isinstance(field.type, pa.JsonType):
            return pa.ExtensionArray.from_storage(field.type, pa.array(values, pa.string()))
        return pa.array(values, field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeError):
        raise NotOfItsType(f"{table.name}.{field.name} holds what is not {field.type}; it was not exported") from None


def _moments(texts: pa.Array) -> pa.Array:
    moments = texts.cast(_MOMENT)
    if not _instants(moments).equals(texts):
        raise pa.ArrowInvalid("not written as Altsieve writes it: it would come back as another text")
    return moments


def _to_stored(column: pa.Array) -> pa.Array:
    if column.type == _MOMENT:
        return _instants(column)
    if isinstance(column.type, pa.JsonType):
        return column.storage
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column


def _instants(moments: pa.Array) -> pa.Array:
    """Return `2026-11-23T02:06:00.000000Z`; Arrow's own strftime does the same ten times slower."""
    plain = moments.cast(pa.timestamp("us")).cast(pa.string())
    return pc.binary_join_element_wise(pc.utf8_replace_slice(plain, 10, 11, "T"), "Z", "")
