"""A value as typed becomes one that can be saved, or says field by field what is wrong with it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.errors import Invalid
from pikflow.forms.types.number import read_number
from pikflow.services.studio.rate_views import Draft, Rate
from pikflow.texts import say

REASON, TEXT, ROWS = 1000, 8000, 200  # characters, characters, rows of a table
_FIRST, _LAST = 2000, 2200  # years


class DraftInvalid(Invalid):
    """A draft has errors, by field: day, value, reason, or row-column of a table."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        message = next(iter(errors.values()), "")
        super().__init__("rate-invalid", message, say("Ihre Eingaben sind erhalten."))


def read(rate: Rate, draft: Draft) -> tuple[date, Any, str]:
    """The day, the value and the reason of a draft; raises DraftInvalid with every error."""
    errors: dict[str, str] = {}
    day = _day(draft.day, errors)
    if day is not None and rate.own and any(step.day == day for step in rate.steps):
        errors["day"] = say(
            "Am {day} beginnt schon ein anderer Wert. Wählen Sie einen anderen Tag.", day=day
        )
    value = _value(rate, draft, errors)
    reason = draft.reason.strip()[:REASON]
    if not reason:
        errors["reason"] = say("Nennen Sie den Grund, zum Beispiel die Vorschrift oder Notiz.")
    if errors or day is None:
        raise DraftInvalid(errors)
    return day, value, reason


def _day(text: str, errors: dict[str, str]) -> date | None:
    """A day as typed, or a year: its first day."""
    typed = text.strip()
    try:
        day = read_day(typed)
    except ValueError:
        errors["day"] = say(
            "Geben Sie ein Jahr oder einen Tag an, zum Beispiel 2027 oder 01.07.2027."
        )
        return None
    if not _FIRST <= day.year <= _LAST:
        errors["day"] = say("Das Jahr {year} liegt zu weit weg.", year=day.year)
        return None
    return day


def read_day(typed: str) -> date:
    """A day as people type it, or a year: its first day. Raises ValueError."""
    if len(typed) == 4 and typed.isdecimal():
        return date(int(typed), 1, 1)
    parts = typed.split(".")
    if len(parts) == 3:
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    return date.fromisoformat(typed)


def _value(rate: Rate, draft: Draft, errors: dict[str, str]) -> Any:
    if rate.shape == "rows":
        return _rows(rate, draft.rows, errors)
    if rate.shape == "text":
        text = "\n".join(line.rstrip() for line in draft.value.strip().splitlines())
        if not text:
            errors["value"] = say("Geben Sie einen Text ein.")
        elif len(text) > TEXT:
            errors["value"] = say("Der Text hat mehr als {most} Zeichen.", most=TEXT)
        return text
    return _number(draft.value, "value", errors)


def _number(text: str, place: str, errors: dict[str, str]) -> Decimal | None:
    try:
        found = read_number(text)
    except ValueError:
        errors[place] = say(
            "„{text}“ ist keine Zahl. Schreiben Sie zum Beispiel 1.234,50.", text=text
        )
        return None
    if found is None:
        errors[place] = say("Geben Sie eine Zahl ein.")
    elif abs(found) >= 10**12:
        errors[place] = say("Diese Zahl ist zu groß.")
    return found


def _rows(
    rate: Rate, rows: Sequence[Mapping[str, str]], errors: dict[str, str]
) -> list[dict[str, Any]]:
    """The rows as typed; a column is a number where it was one. Empty rows are left out."""
    numbers = {
        column
        for column in rate.columns
        if all(isinstance(row.get(column), Decimal) for row in rate.newest)
    }
    found = []
    for number, row in enumerate(rows[:ROWS]):
        if not any(row.get(column, "").strip() for column in rate.columns):
            continue
        found.append(
            {
                column: _number(row.get(column, ""), f"{number}-{column}", errors)
                if column in numbers
                else _word(row.get(column, ""), f"{number}-{column}", errors)
                for column in rate.columns
            }
        )
    if not found:
        errors["value"] = say("Die Tabelle braucht mindestens eine Zeile.")
    return found


def _word(text: str, place: str, errors: dict[str, str]) -> str:
    word = " ".join(text.split())[:200]
    if not word:
        errors[place] = say("Diese Angabe fehlt.")
    return word
