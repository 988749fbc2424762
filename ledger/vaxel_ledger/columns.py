"""Column types that mean the same on SQLite and on PostgreSQL."""

import datetime as dt
import json
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, String, Text, TypeDecorator
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

_ISO = "%Y-%m-%dT%H:%M:%S.%fZ"

E = TypeVar("E", bound=StrEnum)

Ordinal = BigInteger().with_variant(Integer(), "sqlite")
"""A number the database gives; SQLite counts by itself only in a column that is called INTEGER."""


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC: `TIMESTAMP WITH TIME ZONE`, or on SQLite ISO 8601 text of fixed width, which sorts by time.

    Refuses a naive datetime, because a ledger that guesses time zones is wrong twice a year.
    """

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a moment in the ledger needs a time zone; pass e.g. datetime.now(timezone.utc)")
        utc = value.astimezone(dt.UTC)
        return utc if dialect.name == "postgresql" else utc.strftime(_ISO)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC)
        return dt.datetime.strptime(str(value), _ISO).replace(tzinfo=dt.UTC)


class Json(TypeDecorator[Any]):
    """A JSON value: JSONB, or on SQLite text with sorted keys, so that equal values are equal bytes."""

    impl = Text()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return json.loads(value)


class Word(TypeDecorator[E]):
    """A word of a closed list, kept as plain text, so that the list can grow without changing the database's type."""

    impl = String(16)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__(16)
        self.words = words

    def process_bind_param(self, value: E | None, dialect: Dialect) -> Any:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)
