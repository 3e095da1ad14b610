"""Deadlines: working days in Baden-Württemberg, ends of periods, ISO 8601 durations.

Days are local days of Germany (Europe/Berlin); instants are aware and come back in UTC. Nothing
here reads the clock.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from pikflow.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")

# Since 1 January 2025 a letter counts as notified on the fourth day after posting
# (Postrechtsmodernisierungsgesetz; § 41 Abs. 2 LVwVfG as the Land follows it); callers with
# another number of days, for older decisions or e-mail, pass it.
NOTIFICATION_DAYS = 4


class TimeTextError(Invalid):
    """A text is no ISO 8601 date, instant, duration or repetition; code time-text."""

    def __init__(self, text: str, message: str, hint: str) -> None:
        shown = text if len(text) <= 40 else text[:39] + "…"
        super().__init__("time-text", f"„{shown}“: {message}", hint)


class OutsideCalendar(Invalid):
    """A day beyond the calendar, or without known public holidays; code calendar-range."""


@dataclass(frozen=True)
class Calendar:
    """The days for which the public holidays of Baden-Württemberg are known."""

    first: date = date(1995, 1, 1)
    last: date = date(2100, 12, 31)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


CALENDAR = Calendar()


@dataclass(frozen=True)
class Duration:
    """A span as people count it: months and days by the calendar, seconds by the clock."""

    months: int = 0
    days: int = 0
    seconds: int = 0


@dataclass(frozen=True)
class Repeating:
    """A duration that comes again `count` times; None means without end.

    The first time is one duration from now, or at the instant `start` (UTC).
    """

    count: int | None
    every: Duration
    start: datetime | None = None


Timing = date | datetime | Duration | Repeating


@lru_cache(maxsize=128)
def holidays_in(year: int) -> frozenset[date]:
    """The statutory holidays of Baden-Württemberg in a year (§ 1 FTG)."""
    return frozenset(holidays.country_holidays("DE", subdiv="BW", years=year))


def is_workday(day: date) -> bool:
    """Neither Saturday, Sunday nor holiday; raises OutsideCalendar before 1995, after 2100."""
    if day not in CALENDAR:
        raise OutsideCalendar(
            "calendar-range",
            f"Für den {day.day}.{day.month}.{day.year} sind keine Feiertage bekannt.",
            f"Möglich sind Tage von {CALENDAR.first.year} bis {CALENDAR.last.year}.",
        )
    return day.weekday() < 5 and day not in holidays_in(day.year)


def next_workday(day: date) -> date:
    """The day itself when it is a working day, else the next one (§ 31 Abs. 3 LVwVfG)."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def deemed_notification(posted: date, days: int = NOTIFICATION_DAYS) -> date:
    """The day a posted decision counts as notified (§ 41 Abs. 2 LVwVfG).

    It does not move to the next working day: it is no period somebody has to keep.
    """
    return posted + timedelta(days=days)


def period_end(event: date, period: Duration) -> date:
    """The last day of a period that an event sets off.

    The day of the event does not count (§ 187 Abs. 1 BGB); a period of months ends on the day of
    the same number, or on the month's last day (§ 188 BGB); a Saturday, Sunday or holiday moves
    the end to the next working day (§ 31 Abs. 3 LVwVfG, § 193 BGB).
    """
    return next_workday(add_months(event, period.months) + timedelta(days=period.days))


def final_since(posted: date, *, notification_days: int = NOTIFICATION_DAYS) -> date:
    """The first day on which a decision can't be challenged any more: Bestandskraft.

    One month after the deemed notification (§ 74 VwGO); the day after the period's last day.
    """
    notified = deemed_notification(posted, notification_days)
    return period_end(notified, Duration(months=1)) + timedelta(days=1)


def start_of_day(day: date) -> datetime:
    """The instant (UTC) at which a local day begins."""
    return datetime.combine(day, time(), BERLIN).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The instant (UTC) at which a local day is over, its 24:00; until then a deadline is kept."""
    return start_of_day(day + timedelta(days=1))


def local_day(instant: datetime) -> date:
    """The local day of an aware instant."""
    return instant.astimezone(BERLIN).date()


def days_in_month(day: date) -> int:
    """28 to 31."""
    return monthrange(day.year, day.month)[1]


def add_months(day: date, months: int) -> date:
    """The same day of another month, its last day where that month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("date value out of range")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_duration(instant: datetime, duration: Duration | str) -> datetime:
    """An aware instant plus a duration, in UTC.

    Months and days are counted on the wall clock of Europe/Berlin, so 14 days later is the same
    time of day across a clock change; hours, minutes and seconds are real time. A local time the
    spring change skips becomes the one an hour later; one that exists twice means the first.
    Raises OutsideCalendar beyond the year 9999.
    """
    span = parse_duration(duration) if isinstance(duration, str) else duration
    try:
        return _moved(instant, span)
    except OverflowError:
        raise OutsideCalendar(
            "calendar-range",
            "Die Frist liegt hinter dem Jahr 9999.",
            "Eine kürzere Dauer angeben.",
        ) from None


def _moved(instant: datetime, span: Duration) -> datetime:
    moved = instant
    if span.months or span.days:
        local = instant.astimezone(BERLIN)
        day = add_months(local.date(), span.months) + timedelta(days=span.days)
        fold = local.fold if day == local.date() else 0
        moved = datetime.combine(day, local.time().replace(fold=fold), BERLIN)
    return moved.astimezone(UTC) + timedelta(seconds=span.seconds)


_DURATION = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,4})W|(?:(?P<years>[0-9]{1,4})Y)?(?:(?P<months>[0-9]{1,4})M)?"
    r"(?:(?P<days>[0-9]{1,5})D)?(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,5})H)?"
    r"(?:(?P<minutes>[0-9]{1,6})M)?(?:(?P<seconds>[0-9]{1,8})S)?)?)"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_REPEATING = re.compile(r"R(?P<count>[0-9]{0,4})/(?:(?P<start>[0-9][^/]*)/)?(?P<every>[^/]*)")


def parse_duration(text: str) -> Duration:
    """P14D, P2W, P1M, P1Y6M, PT36H, P1DT12H; raises TimeTextError."""
    match = _DURATION.fullmatch(text.strip())
    parts = {name: int(part) for name, part in match.groupdict().items() if part} if match else {}
    if not parts:
        raise TimeTextError(
            text,
            "Das ist keine Dauer.",
            "Zum Beispiel P14D (14 Tage), P2W (2 Wochen), P1M (1 Monat) oder PT36H (36 Stunden).",
        )
    return Duration(
        months=parts.get("years", 0) * 12 + parts.get("months", 0),
        days=parts.get("weeks", 0) * 7 + parts.get("days", 0),
        seconds=parts.get("hours", 0) * 3600
        + parts.get("minutes", 0) * 60
        + parts.get("seconds", 0),
    )


def parse_date(text: str) -> date:
    """2026-12-31; raises TimeTextError."""
    word = text.strip()
    if not _DATE.fullmatch(word):
        raise TimeTextError(text, "Das ist kein Datum.", "Jahr-Monat-Tag: 2026-12-31.")
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise TimeTextError(text, "Diesen Tag gibt es nicht.", "Monat und Tag prüfen.") from None


def parse_instant(text: str) -> datetime:
    """2026-12-31T10:00:00Z as an instant in UTC; without a zone it is local time of Germany."""
    word = text.strip()
    if not _INSTANT.fullmatch(word):
        raise TimeTextError(text, "Das ist kein Zeitpunkt.", "Zum Beispiel 2026-12-31T10:00:00Z.")
    try:
        instant = datetime.fromisoformat(word)
        located = instant if instant.tzinfo else instant.replace(tzinfo=BERLIN)
        return located.astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeTextError(
            text, "Diesen Zeitpunkt gibt es nicht.", "Tag, Uhrzeit und Zeitzone prüfen."
        ) from None


def parse_repeating(text: str) -> Repeating:
    """R3/P7D (three times, every 7 days), R/P7D (without end), R/2026-01-01T08:00/P7D (from that
    instant on); raises TimeTextError."""
    match = _REPEATING.fullmatch(text.strip())
    every = parse_duration(match["every"]) if match else Duration()
    start = parse_instant(match["start"]) if match and match["start"] else None
    if match is None or match["count"] == "0" or every == Duration():
        raise TimeTextError(
            text,
            "Das ist keine Wiederholung.",
            "Zum Beispiel R3/P7D (dreimal im Abstand von 7 Tagen) oder R/P7D (ohne Ende).",
        )
    return Repeating(int(match["count"]) if match["count"] else None, every, start)


def parse_timing(text: str) -> Timing:
    """The text of a timer: a duration, day, instant or repetition; raises TimeTextError."""
    word = text.strip()
    if word.startswith("R"):
        return parse_repeating(word)
    if word.startswith("P"):
        return parse_duration(word)
    if _DATE.match(word):
        return parse_instant(word) if "T" in word else parse_date(word)
    raise TimeTextError(
        text,
        "Das ist keine Zeitangabe.",
        "Zum Beispiel P14D, R3/P7D, 2026-12-31 oder 2026-12-31T10:00:00Z.",
    )
