"""What every page knows: the person, the menu, the look, texts and formats."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from pikflow import permissions
from pikflow.identity import Actor
from pikflow.web import formats
from pikflow.web.flow import current_actor, current_flow
from pikflow.web.guards import TOKEN_FIELD, token
from pikflow.web.i18n import LANGUAGES, language, pick, translate, translate_many
from pikflow.web.words import WORDS

THEME_COOKIE = "pik_theme"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class MenuEntry:
    label: str
    url: str
    current: bool


def for_page() -> dict[str, Any]:
    """The names all our templates may use; only given to our own pages, never to a host's."""
    actor = current_actor()
    return {**_always(), "actor": actor, "menu": menu(actor) if actor else (), "may": may}


def _always() -> dict[str, Any]:
    flow = current_flow()
    return {
        "_": translate,
        "ngettext": translate_many,
        "pick": pick,
        "fmt": formats,
        "word": _word,
        "settings": flow.settings,
        "pik_base": flow.settings["PIKFLOW_BASE_TEMPLATE"],
        "today": formats.local_day(flow.clock()),
        "theme": theme(),
        "language": language(),
        "languages": LANGUAGES,
        # What the processes say is German in both languages; a screen reader has to know.
        "german": "" if language() == "de" else Markup(' lang="de"'),
        "csrf_field": TOKEN_FIELD,
        "csrf_token": token,
        "here": request.full_path.rstrip("?"),
    }


def for_fault() -> dict[str, Any]:
    """The same for the page after a fault, when the database may be what is at fault."""
    return {**_always(), "actor": None, "menu": (), "may": lambda permission: False}


def may(permission: str) -> bool:
    """Whether the person of this request could have a permission at all; for hiding buttons."""
    return permissions.may(current_actor(), permission, current_flow().catalog)


def theme() -> str:
    """light or dark when the visitor chose, "" to follow the device."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def menu(actor: Actor) -> tuple[MenuEntry, ...]:
    """The pages this person may open, in the order of a working day."""
    entries = (
        ("task.list", "pik.inbox", translate("Aufgaben"), ("pik.inbox", "pik.task")),
        ("case.list", "pik.cases", translate("Vorgänge"), ("pik.cases", "pik.case")),
        ("case.start", "pik.start", translate("Neuer Vorgang"), ("pik.start",)),
        ("measure.read", "pik.measures", translate("Maßnahmen"), ("pik.measure",)),
        ("design.edit", "pik.studio", translate("Werkstatt"), ("pik.studio",)),
        ("incident.read", "pik.incidents", translate("Betrieb"), ("pik.incident",)),
    )
    catalog = current_flow().catalog
    return tuple(
        MenuEntry(label, url_for(endpoint), (request.endpoint or "").startswith(active))
        for permission, endpoint, label, active in entries
        if permissions.may(actor, permission, catalog)
    )


def _word(family: str, key: str) -> str:
    """The word on screen for a key of the services, such as word("state", "open")."""
    known = WORDS.get(family, {}).get(key)
    return translate(known) if known else key
