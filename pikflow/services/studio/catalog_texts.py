"""The text of a `catalog.yaml` with an entry changed; comments, order and quotes of the rest stay.

Text in, text out; nothing here knows a database.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pikflow.catalog import Catalog, Lane, Measure
from pikflow.errors import NotFound
from pikflow.forms.editing.document import Document
from pikflow.forms.editing.spelling import Lines
from pikflow.texts import say

_ORDER = (
    *("slug", "name", "short", "colour", "process", "authority", "applicants", "starters"),
    *("carrier", "provisional", "description", "forms"),
)
_LANE = ("role", "scope", "kinds")


def put_measure(text: str, measure: Measure, file: str = "") -> str:
    """The entry of a measure set; what it does not hold is left out, what is there stays."""
    document = Document(text, file)
    path = ("measures", _number(document, measure.slug))
    for name, value in entry_of(measure).items():
        if value in ("", None, False, [], {}):
            document = document.drop((*path, name))
        else:
            document = document.put((*path, name), value, _ORDER)
    return _checked(document, file)


def add_measure(text: str, measure: Measure, after: str, file: str = "") -> str:
    """One more measure, behind another; at the beginning when `after` is empty."""
    document = Document(text, file)
    place = _number(document, after) + 1 if after else 0
    entry = {name: value for name, value in entry_of(measure).items() if value not in _NOTHING}
    return _checked(document.insert(("measures",), place, Lines(entry)), file)


_NOTHING: tuple[Any, ...] = ("", None, False, [], {})


def drop_measure(text: str, slug: str, file: str = "") -> str:
    document = Document(text, file)
    return _checked(document.drop(("measures", _number(document, slug))), file)


def move_measure(text: str, slug: str, by: int, file: str = "") -> str:
    """A measure one place up (-1) or down (1) in the order people see; at an end it stays."""
    document = Document(text, file)
    number, count = _number(document, slug), len(document.value(("measures",)))
    place = number + by
    if not 0 <= place < count:
        return text
    moved = document.move(("measures", number), ("measures",), place + (1 if by > 0 else 0))
    return _checked(moved, file)


def entry_of(measure: Measure) -> dict[str, Any]:
    """A measure as the file has it."""
    starters = [] if measure.starters == measure.applicants else list(measure.starters)
    return {
        "slug": measure.slug,
        "name": dict(measure.name),
        "short": measure.short,
        "colour": measure.colour,
        "process": measure.process,
        "authority": measure.authority,
        "applicants": list(measure.applicants),
        "starters": starters,
        "carrier": measure.carrier,
        "provisional": measure.provisional,
        "description": Lines(measure.description) if measure.description else {},
        "forms": Lines(measure.forms) if measure.forms else {},
    }


def put_lane(text: str, lane: Lane, file: str = "") -> str:
    """A lane set or added."""
    document = Document(text, file)
    entry = {"role": lane.role, "scope": lane.scope, "kinds": list(lane.kinds)}
    path = ("lanes", lane.name)
    if document.value(path) is None:
        return _checked(document.put(path, {k: v for k, v in entry.items() if v}), file)
    for name, value in entry.items():
        place = (*path, name)
        document = document.put(place, value, _LANE) if value else document.drop(place)
    return _checked(document, file)


def drop_lane(text: str, name: str, file: str = "") -> str:
    return _checked(Document(text, file).drop(("lanes", name)), file)


def put_role(text: str, key: str, label: str, file: str = "") -> str:
    """A role set or added."""
    return _checked(Document(text, file).put(("roles", key), label), file)


def copy_parameters(text: str, slug: str, fresh: str, file: str = "") -> str:
    """The parameter file with the values of a measure once more, for another one."""
    document = Document(text, file)
    held = document.value(("massnahmen", slug))
    if not held:
        return text
    return document.put(("massnahmen", fresh), _lined(held)).text


def _lined(group: Mapping[str, Any]) -> Lines:
    return Lines({n: Lines(v) if isinstance(v, Mapping) else v for n, v in group.items()})


def _number(document: Document, slug: str) -> int:
    entries: Sequence[Any] = document.value(("measures",)) or ()
    for number, entry in enumerate(entries):
        if isinstance(entry, Mapping) and entry.get("slug") == slug:
            return number
    raise NotFound(
        "measure-not-found",
        say("Diese Maßnahme gibt es nicht."),
        say("Wählen Sie eine Maßnahme aus der Liste."),
    )


def _checked(document: Document, file: str) -> str:
    """The text, if it can be read again."""
    Catalog.load(document.text, file)
    return document.text
