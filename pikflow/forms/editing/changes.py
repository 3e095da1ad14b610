"""The steps of the form builder on the text of one file: add, move, remove, set.

Each gives the new text and the path of the part to show next. Nothing here judges the form: what
is wrong with it afterwards, the check says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pikflow.errors import Invalid
from pikflow.forms.editing.document import Document
from pikflow.forms.editing.entries import identifier, worded
from pikflow.forms.editing.outline import Part, outline
from pikflow.forms.editing.panel import ORDERS
from pikflow.forms.editing.spelling import Lines, Quoted
from pikflow.forms.editing.tree import Path, Tree
from pikflow.forms.fields import MAX_FIELDS
from pikflow.forms.properties import RESERVED
from pikflow.texts import say

_NOT_IN_GROUPS = ("group", "matrix")


@dataclass(frozen=True)
class Changed:
    """The file after a step, and the part the step was about (or what stands in its place)."""

    text: str
    path: Path


def parts(text: str) -> Part:
    """The outline of a file."""
    return outline(Tree(text).data)


def new_form(form_id: str, title: str) -> str:
    """The text of a form with one empty page."""
    head = Lines(pikform=1, id=form_id, version=1, title=title)
    section = Lines(id="angaben", title="Angaben", fields=[])
    return _text(head | {"sections": [section]})


def new_block(block_id: str, title: str) -> str:
    """The text of a building block without fields."""
    return _text(Lines(pikbaustein=1, id=block_id, title=title, fields=[]))


def new_list(list_id: str, title: str) -> str:
    """The text of a code list with one entry."""
    return _text(Lines(pikliste=1, id=list_id, title=title, options=Lines(erster="Erster Eintrag")))


def _text(head: Mapping[str, Any]) -> str:
    document = Document("pik: 1\n")
    for name, value in head.items():
        document = document.put((name,), value)
    return document.drop(("pik",)).text


def add_section(text: str, title: str, number: int | None = None) -> Changed:
    """A page before the one with this number, or at the end."""
    document = Document(text)
    if "pikform" not in document.tree.data and "sections" not in document.tree.data:
        raise Invalid("form-shape", say("Seiten gehören in ein Formular."))
    at = _count(document, ("sections",)) if number is None else number
    taken = {part.id for part in outline(document.tree.data).fields}
    section = Lines(id=_free(title, taken, "seite"), title=title, fields=[])
    path: Path = ("sections", at)
    return Changed(document.insert(("sections",), at, section).text, path)


def add_field(
    text: str,
    into: Path,
    kind: str,
    label: str,
    *,
    english: str = "",
    number: int | None = None,
    lists: Sequence[str] = (),
) -> Changed:
    """A field of a kind at the end of a section, group, matrix or building block, or before the
    field with this number there. It comes with what its kind needs to work at once."""
    document = Document(text)
    name = _children(document, into)
    if len(into) > 2 and kind in _NOT_IN_GROUPS:
        raise Invalid(
            "form-nested",
            say("Gruppen und Matrizen können nicht in einer Gruppe stehen."),
            say("Legen Sie das Feld auf die Seite statt in die Gruppe."),
        )
    whole = outline(document.tree.data)
    if sum(1 for part in whole.walk() if part.kind == "field") >= MAX_FIELDS:
        raise Invalid(
            "form-size", say("Ein Formular hat höchstens {most} Felder.", most=MAX_FIELDS)
        )
    field_id = _free(label, _taken(whole, into), "feld")
    at = _count(document, (*into, name)) if number is None else number
    field = starter(kind, field_id, worded(label, english), lists)
    path: Path = (*into, name, at)
    return Changed(document.insert((*into, name), at, field).text, path)


def add_include(text: str, into: Path, name: str, number: int | None = None) -> Changed:
    """A building block in the place of a field, or of a page when `into` is the file."""
    document = Document(text)
    target: Path = ("sections",) if not into and "sections" in document.tree.data else (
        *into,
        "fields",
    )  # fmt: skip
    at = _count(document, target) if number is None else number
    return Changed(document.insert(target, at, Lines(include=name)).text, (*target, at))


def add_check(text: str, field: str) -> Changed:
    """A check at the end; it holds always until it says something else."""
    check = Lines({"assert": Quoted("true"), "field": field, "message": "Bitte prüfen."})
    return _appended(text, "checks", check)


def add_test(text: str, name: str) -> Changed:
    """A test case at the end that expects nothing yet."""
    return _appended(text, "tests", Lines(name=name, given={}))


def add_codes(text: str, title: str) -> Changed:
    """A code list inside the form, with one entry."""
    document = Document(text)
    held = document.value(("lists",)) or {}
    name = _free(title, set(held), "liste")
    options = Lines(erster="Erster Eintrag")
    path: Path = ("lists", name)
    return Changed(document.put(path, options, ORDERS["form"]).text, path)


def _appended(text: str, name: str, item: Lines) -> Changed:
    document = Document(text)
    at = _count(document, (name,))
    if not at:
        changed = document.put((name,), [item], ORDERS["form"])
    else:
        changed = document.insert((name,), at, item)
    return Changed(changed.text, (name, at))


def set_values(text: str, part: Part, values: Mapping[Path, Any]) -> Changed:
    """Properties of a part by their path below it; None leaves a property out."""
    document = Document(text)
    order = ORDERS.get(part.kind, ())
    for path, value in values.items():
        whole = (*part.path, *path)
        if value is None:
            document = document.drop(whole)
            above = document.value(whole[:-1])
            if len(path) > 1 and above == {}:  # repeat: {} says nothing
                document = document.drop(whole[:-1])
        else:
            document = document.put(whole, value, order if len(path) == 1 else ())
    return Changed(document.text, part.path)


def move(text: str, path: Path, into: Path, number: int) -> Changed:
    """A part into another list (path of the list), before the item with this number there."""
    document = Document(text)
    if into[: len(path)] == path:
        raise Invalid("form-shape", say("Eine Gruppe kann nicht in sich selbst stehen."))
    moved = document.move(path, into, number)
    landed = number - 1 if into == path[:-1] and number > int(path[-1]) else number
    target = (*into, landed)
    if into != path[:-1] and target[: len(path) - 1] == path[:-1] and len(target) > len(path):
        step = target[len(path) - 1]
        if isinstance(step, int) and step > int(path[-1]):
            target = (*path[:-1], step - 1, *target[len(path) :])
    return Changed(moved.text, target)


def step(text: str, path: Path, up: bool) -> Changed:
    """A part one place up or down; a field at the rim of its page goes to the next page."""
    document = Document(text)
    own, count = int(path[-1]), _count(document, path[:-1])
    if up and own > 0:
        return move(text, path, path[:-1], own - 1)
    if not up and own + 1 < count:
        return move(text, path, path[:-1], own + 2)
    if len(path) != 4 or path[0] != "sections":
        return Changed(text, path)
    section = int(path[1]) + (-1 if up else 1)
    if not isinstance(document.value(("sections", section, "fields")), list) or section < 0:
        return Changed(text, path)
    into: Path = ("sections", section, "fields")
    return move(text, path, into, _count(document, into) if up else 0)


def remove(text: str, path: Path) -> Changed:
    """The file without a part; what is shown next is its neighbour, or what it was in."""
    document = Document(text).drop(path)
    if path[0] in ("checks", "tests", "lists") and not document.value((str(path[0]),)):
        document = document.drop((path[0],))
        return Changed(document.text, ())
    number = path[-1]
    if isinstance(number, int) and (left := _count(document, path[:-1])):
        return Changed(document.text, (*path[:-1], min(number, left - 1)))
    return Changed(document.text, path[:-2])


def copy(text: str, path: Path) -> Changed:
    """A second field (check, test) like this one, behind it, under a free name."""
    document = Document(text)
    value = Lines(document.value(path))
    if "id" in value:
        taken = _taken(outline(document.tree.data), path[:-2])
        value["id"] = _free(str(value["id"]), taken, "feld")
    target: Path = (*path[:-1], int(path[-1]) + 1)
    return Changed(document.insert(path[:-1], int(path[-1]) + 1, value).text, target)


def _children(document: Document, into: Path) -> str:
    """Under which name a part keeps its fields."""
    held = document.value(into)
    if not isinstance(held, Mapping):
        raise Invalid("form-shape", say("Diese Stelle des Formulars gibt es nicht mehr."))
    return "columns" if held.get("type") == "matrix" else "fields"


def _count(document: Document, path: Path) -> int:
    held = document.value(path)
    return len(held) if isinstance(held, list) else 0


def _taken(whole: Part, into: Path) -> set[str]:
    """The names that are in use where a new field will stand: in its group, or in the form."""
    inside = whole.find(into)
    if inside is not None and inside.kind == "field":
        return {part.id for part in inside.fields}
    return {part.id for part in whole.walk() if part.kind == "field" and len(part.path) <= 4}


def _free(label: str, taken: set[str], otherwise: str) -> str:
    name = identifier(label) or otherwise
    name = f"{name}_feld" if name in RESERVED else name
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def starter(kind: str, field_id: str, label: Any, lists: Sequence[str]) -> Lines:
    field = Lines(id=field_id, type=kind, label=label)
    if kind == "note":
        return Lines(id=field_id, type=kind, text=label)
    if kind in ("choice", "multichoice"):
        field["options"] = Lines(
            moeglichkeit_1="Erste Möglichkeit", moeglichkeit_2="Zweite Möglichkeit"
        )
    if kind == "codelist":
        field["list"] = lists[0] if lists else ""
    if kind == "group":
        field["repeat"] = {"layout": "table"}
        field["fields"] = [Lines(id="bezeichnung", type="text", label="Bezeichnung")]
    if kind == "matrix":
        field["rows"] = Lines(zeile_1="Erste Zeile")
        field["columns"] = [Lines(id="betrag", type="money", label="Betrag")]
    return field
