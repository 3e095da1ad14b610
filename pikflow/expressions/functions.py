"""The closed list of functions, and what they are called elsewhere."""

import difflib
from collections.abc import Callable
from typing import Any, NamedTuple

from pikflow.expressions import dated, dates, lists, money, numbers, texts
from pikflow.expressions.numbers import ZERO

MANY = 100


class Function(NamedTuple):
    """A function of the language: least and most arguments, and how it is written (German).

    It costs `steps` a call, and `weight` times the usual for every entry it is given or gives;
    the browser's functions.js says the same.
    """

    run: Callable[..., Any]
    least: int
    most: int
    usage: str
    weight: int = 1
    steps: int = 0

    def arity(self) -> str:
        """How many arguments it takes, as German text."""
        if self.most == MANY:
            return f"mindestens {self.least} Angabe{'n' if self.least != 1 else ''}"
        if self.least != self.most:
            return f"{self.least} bis {self.most} Angaben"
        return {0: "keine Angabe", 1: "genau eine Angabe"}.get(
            self.least, f"genau {self.least} Angaben"
        )


def absolute(value: Any) -> Any:
    number = numbers.from_value(value)
    return None if number is None else number.copy_abs() or ZERO


def rounded(value: Any, places: Any = ZERO) -> Any:
    """Half up, away from zero: round(0.5) is 1, round(-2.5) is -3."""
    number, digits = numbers.from_value(value), numbers.whole_number(places)
    if number is None or digits is None:
        return None
    return numbers.round_half_up(number, digits)


def _today() -> None:
    """Without a scope there is no day; the interpreter answers from the scope's `heute`."""


FUNCTIONS: dict[str, Function] = {
    "sum": Function(lists.total, 1, MANY, "sum(s.vzae for s in stellen)", weight=2),
    "min": Function(lists.smallest, 1, MANY, "min(a, b) oder min(liste)"),
    "max": Function(lists.largest, 1, MANY, "max(a, b) oder max(liste)"),
    "len": Function(lists.length, 1, 1, "len(liste)"),
    "round": Function(rounded, 1, 2, "round(betrag, 2)"),
    "abs": Function(absolute, 1, 1, "abs(zahl)"),
    "any": Function(lists.some, 1, 1, "any(s.besetzt for s in stellen)"),
    "all": Function(lists.every, 1, 1, "all(s.besetzt for s in stellen)"),
    "count": Function(lists.count, 1, 1, "count(s.besetzt for s in stellen)"),
    "text": Function(texts.to_text, 1, 1, "text(wert)"),
    "number": Function(texts.to_number, 1, 1, 'number("1234.50")'),
    "lower": Function(texts.lower, 1, 1, "lower(text)"),
    "upper": Function(texts.upper, 1, 1, "upper(text)"),
    "strip": Function(texts.strip, 1, 1, "strip(text)"),
    "starts_with": Function(texts.starts_with, 2, 2, 'starts_with(ags, "08")'),
    "join": Function(texts.join, 1, 2, 'join(liste, ", ")', weight=4),
    "sample": Function(texts.sample, 2, 2, 'sample(vorgang.nummer + "2026", 10)', steps=4),
    "date": Function(dates.to_date, 1, 1, 'date("2026-01-31")'),
    "today": Function(_today, 0, 0, "today()"),
    "year": Function(dates.year, 1, 1, "year(datum)"),
    "month": Function(dates.month, 1, 1, "month(datum)"),
    "add_days": Function(dates.add_days, 2, 2, "add_days(datum, 14)"),
    "add_months": Function(dates.add_months, 2, 2, "add_months(datum, 3)"),
    "days_between": Function(dates.days_between, 2, 2, "days_between(von, bis)"),
    "months_between": Function(dates.months_between, 2, 2, "months_between(von, bis)", steps=8),
    "workday": Function(dates.workday, 1, 1, "workday(datum)", steps=1),
    "at": Function(dated.at, 2, 2, "at(params.satz, datum)", weight=4, steps=2),
    "share": Function(money.share, 2, 2, "share(betrag, gewichte)", weight=16, steps=8),
    "interest": Function(
        money.interest,
        5,
        5,
        "interest(betrag, von, bis, params.basiszinssatz, 5)",
        weight=32,
        steps=16,
    ),
    "flat": Function(lists.flat, 1, 1, "flat([m.stellen for m in meldungen])"),
    "find": Function(lists.find, 3, 3, 'find(liste, "id", wert)', weight=2),
    "group_sum": Function(
        lists.group_sum, 3, 3, 'group_sum(stellen, "gemeinde", "vzae")', weight=16, steps=4
    ),
}

_ELSEWHERE = {
    **{"summe": "sum", "total": "sum", "minimum": "min", "maximum": "max", "size": "len"},
    **{"length": "len", "laenge": "len", "länge": "len", "anzahl": "count", "zaehle": "count"},
    **{"runden": "round", "runde": "round", "rounded": "round", "betrag": "abs"},
    **{"str": "text", "string": "text", "format": "text", "int": "number", "float": "number"},
    **{"decimal": "number", "zahl": "number", "now": "today", "heute": "today", "jahr": "year"},
    **{"datum": "date", "monat": "month", "filter": "find", "lookup": "find", "concat": "join"},
    **{"startswith": "starts_with", "trim": "strip", "zinsen": "interest", "arbeitstag": "workday"},
    **{"tage_zwischen": "days_between", "monate_zwischen": "months_between"},
}


def suggestion(word: str) -> str:
    """The hint for an unknown function: the one that was probably meant, or the whole list."""
    lowered = word.lower()
    near = difflib.get_close_matches(lowered, FUNCTIONS, n=1, cutoff=0.6)
    meant = _ELSEWHERE.get(lowered) or (near[0] if near else None)
    if meant:
        return f"Gemeint ist wohl {meant}: {FUNCTIONS[meant].usage}"
    return f"Es gibt: {', '.join(sorted(FUNCTIONS))}."
