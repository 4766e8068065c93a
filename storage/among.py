"""Ask for the rows with some of many keys by one parameter, so that neither side reads a statement of hundreds."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import ARRAY, BindParameter, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine


class _Keys(TypeDecorator[Collection[str]]):
    """An array, or for SQLite one in JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else ARRAY(Text)

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        keys = list(value or ())
        return msgspec.json.encode(keys).decode() if dialect.name == "sqlite" else keys


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_Among":
        """SQLite would be asked whether it equals 1, and then read all rows to see."""
        return self


def among(column: ColumnElement[str], keys: Collection[str] | str) -> _Among:
    """Match rows of which the column is one of the keys; a `str` is the name under which they are given later."""
    given: BindParameter[Any] = (
        bindparam(keys, type_=_Keys()) if isinstance(keys, str) else bindparam(None, keys, type_=_Keys(), unique=True)
    )
    return _Among(column, given)


@compiles(_Among, "sqlite")
def _in_sqlite(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, keys = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - a column and a mark


@compiles(_Among, "postgresql")
def _in_postgresql(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, keys = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY ({keys})"
