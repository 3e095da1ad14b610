"""Column types for our values."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, String, Text
from sqlalchemy.engine import CursorResult, Dialect
from sqlalchemy.types import TypeDecorator

from pikflow import values


def new_id(result: CursorResult[Any]) -> int:
    """The key a single INSERT got."""
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only INTEGER keys


class UtcTime(TypeDecorator[datetime]):
    """An instant: aware datetimes in and out, UTC in the database. Refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Line(TypeDecorator[str]):
    """A text people read, cut to what the column holds. SQLite would take any length, PostgreSQL
    none above it and no NUL: the same step would succeed on one and fail on the other."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.most = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.replace("\0", "")[: self.most]


class Money(TypeDecorator[Decimal]):
    """EUR as Decimal with two places, whole cents in the database, so sums are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int((value * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else (Decimal(int(value)) / 100).quantize(Decimal("0.01"))


class Values(TypeDecorator[Any]):
    """Case data in its one text form (pikflow.values)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if isinstance(value, values.Dumped):
            return str(value)
        return None if value is None else str(values.dump(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else values.load(value)
