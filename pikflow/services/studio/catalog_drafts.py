"""A typed entry of the catalog becomes one to be saved, or says field by field what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import replace

from pikflow.catalog import COLOURS, SCOPES, Lane, Measure
from pikflow.services.studio.catalog_views import CatalogView, EntryInvalid, MeasureDraft
from pikflow.services.studio.measure_copies import Copy
from pikflow.texts import Sentence, say

_SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SHORT = re.compile(r"[A-ZÄÖÜ0-9]{1,6}")
_NAME, _TEXT = 120, 1000  # characters
_KINDS_NEEDED = ("line", "any")
Errors = dict[str, Sentence]


def read_measure(view: CatalogView, measure: Measure, draft: MeasureDraft) -> Measure:
    """The measure as the draft wants it; raises EntryInvalid with every error."""
    errors: Errors = {}
    processes, forms = dict(view.processes), dict(view.forms)
    organisations = dict(view.organisations)
    name = _name(draft.name_de, draft.name_en, errors)
    short = _short(view, draft.short, measure.slug, errors)
    if draft.process not in processes:
        errors["process"] = say("Wählen Sie einen Ablauf aus der Liste.")
    if draft.authority not in organisations:
        errors["authority"] = say("Wählen Sie, wer entscheidet.")
    if draft.carrier and draft.carrier not in organisations:
        errors["carrier"] = say("Diese Organisation gibt es hier nicht.")
    if not draft.applicants or not set(draft.applicants) <= set(view.catalog.kinds):
        errors["applicants"] = say("Wählen Sie mindestens eine Art von Organisation.")
    if not set(draft.starters) <= set(view.catalog.kinds):
        errors["starters"] = say("Wählen Sie Arten von Organisationen aus der Liste.")
    if draft.colour and draft.colour not in COLOURS:
        errors["colour"] = say("Wählen Sie eine Farbe aus der Liste.")
    for role, form in draft.forms.items():
        if form and form not in forms:
            errors[f"form-{role}"] = say("Wählen Sie ein Formular aus der Liste.")
    for field, text in (
        ("description_de", draft.description_de),
        ("description_en", draft.description_en),
    ):
        if len(text) > _TEXT:
            errors[field] = say("Der Text hat mehr als {most} Zeichen.", most=_TEXT)
    if errors:
        raise EntryInvalid(errors)
    words = {"de": _tidy(draft.description_de), "en": _tidy(draft.description_en)}
    return replace(
        measure,
        name=name,
        short=short,
        colour=draft.colour,
        process=draft.process,
        authority=draft.authority,
        carrier=draft.carrier or None,
        applicants=draft.applicants,
        starters=draft.starters or draft.applicants,
        provisional=draft.provisional,
        description={language: text for language, text in words.items() if text},
        forms={role: form for role, form in draft.forms.items() if form},
    )


def read_copy(view: CatalogView, slug: str, draft: MeasureDraft) -> Copy:
    """What a copy is to be called; raises EntryInvalid."""
    errors: Errors = {}
    name = _name(draft.name_de, draft.name_en, errors)
    short = _short(view, draft.short, slug, errors)
    _require_free(view, slug, errors)
    if errors:
        raise EntryInvalid(errors)
    return Copy(slug, name, short)


def read_new(view: CatalogView, slug: str, draft: MeasureDraft) -> Measure:
    """A measure that owes nothing to another; raises EntryInvalid with every error."""
    errors: Errors = {}
    _require_free(view, slug, errors)
    try:
        measure = read_measure(view, Measure(slug, {}, "", "", "", (), ()), draft)
    except EntryInvalid as fault:
        raise EntryInvalid({**errors, **fault.errors}) from None
    if errors:
        raise EntryInvalid(errors)
    return measure


def read_lane(view: CatalogView, name: str, role: str, scope: str, kinds: tuple[str, ...]) -> Lane:
    """A lane as typed; raises EntryInvalid."""
    errors: Errors = {}
    name = _tidy(name)
    if not name or len(name) > _NAME:
        errors["name"] = say("Die Bahn braucht einen Namen, wie er im Diagramm steht.")
    if role not in view.catalog.roles:
        errors["role"] = say("Wählen Sie eine Rolle aus der Liste.")
    if scope not in SCOPES:
        errors["scope"] = say("Wählen Sie, wer die Bahn bearbeitet.")
    elif scope in _KINDS_NEEDED and not kinds:
        errors["kinds"] = say("Wählen Sie mindestens eine Art von Organisation.")
    if not set(kinds) <= set(view.catalog.kinds):
        errors["kinds"] = say("Wählen Sie Arten von Organisationen aus der Liste.")
    if errors:
        raise EntryInvalid(errors)
    return Lane(name, role, scope, kinds)


def read_role(key: str, label: str) -> tuple[str, str]:
    """A role's key and label as typed; raises EntryInvalid."""
    errors: Errors = {}
    if not _SLUG.fullmatch(key):
        errors["key"] = say("Kleinbuchstaben, Ziffern und Unterstrich, am Anfang ein Buchstabe.")
    label = _tidy(label)
    if not label or len(label) > _NAME:
        errors["label"] = say("Die Rolle braucht eine Bezeichnung.")
    if errors:
        raise EntryInvalid(errors)
    return key, label


def _require_free(view: CatalogView, slug: str, errors: Errors) -> None:
    if not _SLUG.fullmatch(slug):
        errors["slug"] = say("Kleinbuchstaben, Ziffern und Unterstrich, am Anfang ein Buchstabe.")
    elif slug in view.catalog.measures:
        errors["slug"] = say("Eine Maßnahme mit diesem Kürzel gibt es schon.")


def _name(german: str, english: str, errors: Errors) -> Mapping[str, str]:
    names = {"de": _tidy(german), "en": _tidy(english)}
    for language, name in names.items():
        if not name:
            errors[f"name_{language}"] = say("Die Maßnahme braucht einen Namen.")
        elif len(name) > _NAME:
            errors[f"name_{language}"] = say("Der Name hat mehr als {most} Zeichen.", most=_NAME)
    return names


def _short(view: CatalogView, text: str, slug: str, errors: Errors) -> str:
    short = text.strip().upper()
    taken = [one for one in view.measures if one.short == short and one.slug != slug]
    if not _SHORT.fullmatch(short):
        errors["short"] = say("Ein bis sechs Buchstaben oder Ziffern, zum Beispiel „IM“.")
    elif taken:
        errors["short"] = say(
            "„{short}“ steht schon für „{name}“.", short=short, name=taken[0].name.get("de", "")
        )
    return short


def _tidy(text: str) -> str:
    return " ".join(text.split())
