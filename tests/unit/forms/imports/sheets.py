"""An XLSForm with every kind of question, as a person would fill the sheets."""

from io import BytesIO
from typing import Any

from openpyxl import Workbook

_COLUMNS = {
    "de": "label::Deutsch (de)",
    "en": "label::English (en)",
    "tr": "label::Türkçe (tr)",
    "msg": "constraint_message::Deutsch (de)",
    "image": "media::image",
}
_HEAD = [
    *("type", "name", *_COLUMNS.values(), "required", "relevant", "constraint", "calculation"),
    *("default", "appearance", "repeat_count", "choice_filter", "parameters"),
]
SURVEY: list[dict[str, Any]] = [
    {"type": "start", "name": "start"},
    {"type": "note", "name": "intro", "de": "Erhebung in **Unterkünften**", "en": "Survey"},
    {"type": "begin group", "name": "householdInfo", "de": "Haushalt", "en": "Household"},
    {
        "type": "text",
        "name": "headName",
        "de": "Name",
        "en": "Full name",
        "tr": "Ad",
        "required": "yes",
        "constraint": "string-length(.) > 1",
        "msg": "Mindestens zwei Zeichen.",
    },
    {
        "type": "integer",
        "name": "age",
        "de": "Alter",
        "required": True,
        "constraint": ". >= 0 and . < 120",
        "msg": "0 bis 119 Jahre",
    },
    {"type": "select_one gender", "name": "gender", "de": "Geschlecht", "appearance": "minimal"},
    {
        "type": "select_multiple lang or_other",
        "name": "languages",
        "de": "Sprachen",
        "relevant": "${age} >= 6",
    },
    {"type": "date", "name": "arrival", "de": "Ankunft", "constraint": ". <= today()"},
    {
        "type": "begin_group",
        "name": "contact",
        "de": "Kontakt",
        "relevant": "selected(${languages}, 'de')",
    },
    {"type": "text", "name": "phone", "de": "Telefon", "constraint": "regex(., '[0-9 +]{6,20}')"},
    {"type": "text", "name": "remarks", "de": "Zu ${headName}", "appearance": "multiline"},
    {"type": "end_group"},
    {"type": "end group"},
    {"type": "begin repeat", "name": "children", "de": "Kinder", "relevant": "${age} > 17"},
    {"type": "text", "name": "childName", "de": "Name", "required": "yes"},
    {"type": "integer", "name": "childAge", "de": "Alter", "constraint": ". < ${age}"},
    {"type": "select_one gender", "name": "sex", "de": "Geschlecht", "relevant": "${childAge} > 5"},
    {"type": "begin repeat", "name": "toys", "de": "Spielzeug"},
    {"type": "text", "name": "toy", "de": "Was"},
    {"type": "end repeat"},
    {"type": "end repeat"},
    {"type": "calculate", "name": "ageSum", "calculation": "sum(${childAge}) + ${age}"},
    {"type": "range", "name": "rating", "de": "Zufrieden", "parameters": "start=1 end=10 step=1"},
    {"type": "dateTime", "name": "appointment", "de": "Termin"},
    {"type": "geopoint", "name": "place", "de": "Ort"},
    {"type": "image", "name": "photo", "de": "Foto", "image": "a.png"},
    {"type": "acknowledge", "name": "consent", "de": "Einverstanden", "required": "yes"},
    {"type": "select_one_from_file towns.csv", "name": "town", "de": "Ort"},
    {"type": "select_one gender", "name": "again", "de": "Noch einmal", "choice_filter": "x=1"},
    {"type": "text", "name": "lookup", "de": "Liste", "calculation": "pulldata('a','b','c',1)"},
    {"type": "end group"},
]
CHOICES = [
    ("gender", 1, "weiblich", "female"),
    ("gender", 2, "männlich", "male"),
    ("lang", "de", "Deutsch", "German"),
    ("lang", "en", "Englisch", "English"),
    ("lang", "de", "doppelt", "twice"),
]


def xlsform(survey: list[dict[str, Any]] = SURVEY, choices: Any = CHOICES) -> bytes:
    """The bytes of an XLSX file with the sheets survey, choices and settings."""
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    sheet.append(_HEAD)
    for row in survey:
        cells = {_COLUMNS.get(name, name): value for name, value in row.items()}
        sheet.append([cells.get(column) for column in _HEAD])
    options = book.create_sheet("choices")
    options.append(["list_name", "name", "label::Deutsch (de)", "label::English (en)"])
    for entry in choices:
        options.append(entry)
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "default_language", "style"])
    settings.append(["Haushalte", "haushalte", "20260101", "Deutsch (de)", "pages"])
    target = BytesIO()
    book.save(target)
    return target.getvalue()
