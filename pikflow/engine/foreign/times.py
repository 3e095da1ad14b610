"""Times of timers and deadlines: ISO 8601 out of the wrappings other products put around it."""

import re

from pikflow.engine.foreign.languages import Languages, Meant
from pikflow.engine.timers import is_iso
from pikflow.expressions.pieces import Untranslatable

_CRON = re.compile(r"(?:[\d*?/,LW#-]+|(?:[A-Z]{3}[-,]?)+)(?:\s+(?:[\d*?/,LW#A-Z-]+)){4,6}")
_SPAN = r'(?:duration\(\s*"(?P<span>[^"]+)"\s*\)|@"(?P<mark>P[^"]+)")'
_FEEL_SPAN = re.compile(_SPAN)
_FEEL_LATER = re.compile(rf"(?:now|today)\(\)\s*\+\s*{_SPAN}")
_FEEL_CYCLE = re.compile(rf"cycle\(\s*(?:(?P<times>\d+)\s*,\s*)?{_SPAN}\s*\)")
_FEEL_DATE = re.compile(r'date and time\(\s*"(?P<at>[^"]+)"\s*\)|@"(?P<mark>\d[^"]+)"')
_JUEL_LATER = re.compile(
    r"[$#]\{\s*(?:dateTime|now)\(\)\s*\.plus(?P<unit>\w+)\((?P<count>\d{1,6})\)"
    r"(?:\.toDate\(\))?\s*\}"
)
_PYTHON_SPAN = re.compile(
    r"(?P<later>(?:datetime\.)?datetime\.(?:now|utcnow)\([^()]*\)\s*\+\s*)?"
    r"(?:datetime\.)?timedelta\(\s*(?P<unit>\w+)\s*=\s*(?P<count>\d{1,6})\s*\)"
)
_UNITS = {
    **{"days": "P{}D", "weeks": "P{}W", "months": "P{}M", "years": "P{}Y"},
    **{"hours": "PT{}H", "minutes": "PT{}M", "seconds": "PT{}S"},
}
_DAYS = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
)
_DAY_ENDS = "Als Zeitpunkt gilt hier das Ende dieses Tages."
_TIMES = "Zum Beispiel P14D (nach 14 Tagen), R3/P7D (dreimal alle 7 Tage) oder 2026-12-31."


def read_time(text: str, kind: str, languages: Languages) -> Meant:
    """A time of the kind date, duration or cycle; raises Untranslatable."""
    text = text.strip()
    if is_iso(text) and "{" not in text:
        return Meant(text)
    if _CRON.fullmatch(text):
        raise Untranslatable("Zeitpläne in Cron-Schreibweise gibt es hier nicht.", _TIMES)
    if text.startswith("R") and ("${" in text or "#{" in text):
        raise Untranslatable("In einer Wiederholung steht hier kein Ausdruck.", _TIMES)
    known = _feel(text, kind) or _juel(text, kind) or _python(text, kind)
    return known or languages.read(text)


def _feel(text: str, kind: str) -> Meant | None:
    if not text.startswith("="):
        return None
    inner = text[1:].strip()
    if match := _FEEL_CYCLE.fullmatch(inner):
        return _iso(f"R{match['times'] or ''}/{_span(match)}", "FEEL")
    if match := _FEEL_LATER.fullmatch(inner):
        return _later(_span(match), kind, "FEEL")
    if match := _FEEL_SPAN.fullmatch(inner):
        return _iso(_span(match), "FEEL")
    if match := _FEEL_DATE.fullmatch(inner):
        return _iso(match["at"] or match["mark"], "FEEL")
    if match := re.fullmatch(r'"([^"]+)"', inner):
        return _iso(match[1], "FEEL")
    return None


def _juel(text: str, kind: str) -> Meant | None:
    match = _JUEL_LATER.fullmatch(text)
    unit = _UNITS.get(match["unit"].lower()) if match else None
    if match is None or unit is None:
        return None
    return _later(unit.format(match["count"]), kind, "JUEL")


def _python(text: str, kind: str) -> Meant | None:
    match = _PYTHON_SPAN.fullmatch(text)
    unit = _UNITS.get(match["unit"]) if match else None
    if match is None or unit is None:
        return None
    span = unit.format(match["count"])
    return _later(span, kind, "Python") if match["later"] else _iso(span, "Python")


def _span(match: re.Match[str]) -> str:
    return match["span"] or match["mark"]


def _iso(text: str, language: str) -> Meant:
    if not is_iso(text):
        raise Untranslatable(f"„{text[:40]}“ ist keine Zeitangabe nach ISO 8601.", _TIMES)
    return Meant(text, language)


def _later(span: str, kind: str, language: str) -> Meant:
    """So long from now: a duration says it itself, a point in time is a day here."""
    if kind == "duration":
        return _iso(span, language)
    match = _DAYS.fullmatch(span)
    if match is None or span == "P":
        raise Untranslatable(
            f"Ein Zeitpunkt „jetzt und {span[:20]}“ lässt sich hier nur in Tagen und Monaten "
            "sagen.",
            "Nehmen Sie einen Timer mit einer Dauer (timeDuration).",
        )
    parts = {unit: int(count or 0) for unit, count in match.groupdict().items()}
    months, days = parts["years"] * 12 + parts["months"], parts["weeks"] * 7 + parts["days"]
    text = f"add_months(heute, {months})" if months else "heute"
    text = f"add_days({text}, {days})" if days or not months else text
    return Meant(text, language, _DAY_ENDS)
