"""Date, month and period. A month is the date of its first day."""

import re
from datetime import date
from typing import Any

from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, FieldType, InputError, State, part

_GERMAN = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_GERMAN_MONTH = re.compile(r"(\d{1,2})\s*[./]\s*(\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?")
_YEARS = range(1900, 2200)


def _date(year: str, month: str, day: str) -> date:
    found = date(int(year), int(month), int(day))
    if found.year not in _YEARS:
        raise ValueError("year out of range")
    return found


class DateType(FieldType):
    name = "date"
    widget = "date"
    inputmode = "numeric"

    def parse(self, raw: Any, field: Field, state: State) -> date | None:
        if isinstance(raw, date):
            return raw
        if not isinstance(raw, str):
            raise self.complaint()
        text = raw.strip()
        if not text:
            return None
        if len(text) > 40:
            raise self.complaint()
        try:
            return self.read(text)
        except ValueError as fault:
            raise self.complaint() from fault

    def read(self, text: str) -> date:
        """The date of an entry; ValueError when it is none."""
        if match := _ISO.fullmatch(text):
            return _date(*match.groups())
        if match := _GERMAN.fullmatch(text):
            day, month, year = match.groups()
            return _date(year, month, day)
        raise ValueError("no date")

    def complaint(self) -> InputError:
        return InputError(N_("Geben Sie ein Datum ein, das es gibt, zum Beispiel 31.12.2026."))

    def check(self, value: date, field: Field, state: State) -> InputError | None:
        if isinstance(state.min, date) and value < state.min:
            return InputError(
                N_("Das Datum liegt zu früh. Möglich ist frühestens {least}."),
                least=self.format(state.min, field),
            )
        if isinstance(state.max, date) and value > state.max:
            return InputError(
                N_("Das Datum liegt zu spät. Möglich ist spätestens {most}."),
                most=self.format(state.max, field),
            )
        return None

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, date):
            return "" if value is None else str(value)
        return f"{value.day:02}.{value.month:02}.{value.year:04}"

    def example(self, field: Field, state: State, seed: int = 0) -> date:
        if isinstance(state.min, date):
            return state.min
        return state.max if isinstance(state.max, date) else date(2026, 1, 1)


class MonthType(DateType):
    name = "month"

    def read(self, text: str) -> date:
        if match := _ISO_MONTH.fullmatch(text):
            year, month = match.groups()
            return _date(year, month, "1")
        if match := _GERMAN_MONTH.fullmatch(text):
            month, year = match.groups()
            return _date(year, month, "1")
        return super().read(text).replace(day=1)

    def parse(self, raw: Any, field: Field, state: State) -> date | None:
        value = super().parse(raw, field, state)
        return value.replace(day=1) if value else None

    def complaint(self) -> InputError:
        return InputError(N_("Geben Sie Monat und Jahr ein, zum Beispiel 12.2026."))

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, date):
            return "" if value is None else str(value)
        return f"{value.month:02}.{value.year:04}"

    def example(self, field: Field, state: State, seed: int = 0) -> date:
        value = super().example(field, state, seed)
        if value.day == 1 or not isinstance(state.min, date):
            return value.replace(day=1)
        return date(value.year + value.month // 12, value.month % 12 + 1, 1)


class PeriodType(FieldType):
    """Two dates, `von` and `bis`, both days included."""

    name = "period"
    widget = "parts"
    shape = "parts"
    empty = None

    def parts(self, field_id: str, settings: Any) -> tuple[Field, ...]:
        day = DateType()
        return (part(day, "von", "von", "from"), part(day, "bis", "bis", "to"))

    def check(self, value: dict[str, Any], field: Field, state: State) -> InputError | None:
        start, end = value.get("von"), value.get("bis")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            return InputError(N_("Das Ende liegt vor dem Beginn."))
        return None

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, dict):
            return ""
        texts = [child.kind.format(value.get(child.id), child, locale) for child in field.children]
        between = " to " if locale.startswith("en") else " bis "
        return between.join(texts) if all(texts) else "".join(texts)

    def example(self, field: Field, state: State, seed: int = 0) -> dict[str, date]:
        """The calendar year, as far as the limits allow."""
        start = state.min if isinstance(state.min, date) else date(2026, 1, 1)
        end = state.max if isinstance(state.max, date) else date(start.year, 12, 31)
        return {"von": start, "bis": end}
