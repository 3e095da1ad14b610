"""Languages: German is written in the source, English in our own catalogue."""

from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, Domain, get_locale

from pikflow.texts import Sentence

LANGUAGES = {"de": "Deutsch", "en": "English"}
LANGUAGE_COOKIE = "pik_language"
TRANSLATIONS = Path(__file__).parent / "translations"

_GERMAN = Locale("de", "DE")
_BRITISH = Locale("en", "GB")


def install(app: Flask) -> Domain:
    """Give the app a Babel when it has none, and return our own message domain."""
    if "babel" not in app.extensions:
        Babel(app, locale_selector=choose_language, default_locale="de")
    return Texts(translation_directories=[str(TRANSLATIONS)], domain="pikflow")


class Texts(Domain):
    """Our texts. A page asks for two hundred, so each language's are found by its name alone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._known: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """The catalogue for the language of this request."""
        name = language()
        if name not in self._known:
            self._known[name] = super().get_translations()
        return self._known[name]


def choose_language() -> str:
    """The visitor's choice, else the language the service is set to; so also for work nobody waits
    for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "") if has_request_context() else ""
    return chosen if chosen in LANGUAGES else current_app.config.get("PIKFLOW_LANGUAGE", "de")


def language() -> str:
    """The language of this request: de or en."""
    found = get_locale()
    return found.language if found and found.language in LANGUAGES else "de"


def locale() -> Locale:
    """The locale for the names of days and months."""
    return _BRITISH if language() == "en" else _GERMAN


def translate(message: str, /, **values: object) -> str:
    """Our text in the language of this request; German is the source."""
    if isinstance(message, Sentence):
        return message.to(translate)
    if not message:  # gettext has the head of the catalogue under the empty text
        return ""
    return current_app.extensions["pikflow"].texts.gettext(message, **values)


def translate_many(one: str, many: str, number: int, /, **values: object) -> str:
    """Our text for one or many; the number is available as %(num)s."""
    return current_app.extensions["pikflow"].texts.ngettext(one, many, number, **values)


def pick(texts: object) -> str:
    """One language of a text written per language in a catalog or form: {de: ..., en: ...}."""
    if not isinstance(texts, dict):
        return str(texts or "")
    return str(texts.get(language()) or texts.get("de") or next(iter(texts.values()), ""))
