"""Values as people write them: dates, amounts, deadlines in words, sizes.

Dates in figures and numbers are in German notation in both languages, as forms take and show them:
1.234 next to 1,234 would be read wrongly.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from pikflow.web.i18n import locale, translate, translate_many

_HERE = ZoneInfo("Europe/Berlin")
_STEP = 1024
_GERMAN = "de_DE"


def local_day(instant: datetime) -> date:
    """The calendar day of an instant in Baden-Württemberg."""
    return _aware(instant).astimezone(_HERE).date()


def show_date(value: date | datetime | None) -> str:
    """22.11.2026; an instant is shown as its local day."""
    if value is None:
        return ""
    day = local_day(value) if isinstance(value, datetime) else value
    return f"{day:%d.%m.%Y}"


def show_instant(value: datetime | None) -> str:
    """22.11.2026, 14:03 Uhr, in local time."""
    if value is None:
        return ""
    here = _aware(value).astimezone(_HERE)
    return translate("%(day)s, %(time)s Uhr", day=show_date(here), time=f"{here:%H:%M}")


def show_hour(value: datetime) -> str:
    """14:03 Uhr, in local time."""
    return translate("%(time)s Uhr", time=f"{_aware(value).astimezone(_HERE):%H:%M}")


def show_day_name(value: date | None) -> str:
    """Sonntag, 22. November 2026."""
    return "" if value is None else format_date(value, "full", locale=locale())


def show_money(value: Decimal | None) -> str:
    """67.680,00 € with a no-break space before the sign."""
    return (
        "" if value is None else _money(value + 0)
    )  # no -0: it equals 0, and would be kept for it


def show_number(value: Decimal | int | None) -> str:
    """1.234,5 as people write numbers here."""
    return "" if value is None else _number(value + 0)


@lru_cache(maxsize=4096)
def _money(value: Decimal) -> str:
    return format_currency(value, "EUR", locale=_GERMAN, currency_digits=True)


@lru_cache(maxsize=4096)
def _number(value: Decimal | int) -> str:
    return format_decimal(value, locale=_GERMAN)


def show_due(due: date | datetime | None, today: date) -> str:
    """How far a deadline is away, in words: heute, morgen, in 3 Tagen, seit 2 Tagen überfällig."""
    if due is None:
        return ""
    day = local_day(due) if isinstance(due, datetime) else due
    days = (day - today).days
    if days == 0:
        return translate("heute")
    if days == 1:
        return translate("morgen")
    if days > 1:
        return translate_many("in %(num)d Tag", "in %(num)d Tagen", days)
    return translate_many("seit %(num)d Tag überfällig", "seit %(num)d Tagen überfällig", -days)


def show_size(octets: int) -> str:
    """A file's size: 812 Byte, 12 KB, 3,4 MB."""
    if octets < _STEP:
        return translate_many("%(num)d Byte", "%(num)d Byte", octets)
    if octets < _STEP * _STEP:
        return f"{round(octets / _STEP)} KB"
    return f"{format_decimal(round(octets / _STEP / _STEP, 1), locale=_GERMAN)} MB"


def show_clock(value: datetime) -> str:
    """Sonntag, 22. November 2026, 14:03 Uhr, in local time."""
    here = _aware(value).astimezone(_HERE)
    pattern = "EEEE, d. MMMM y, HH:mm" if locale().language == "de" else "EEEE, d MMMM y, HH:mm"
    return format_datetime(here.replace(tzinfo=None), pattern, locale=locale())


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)
