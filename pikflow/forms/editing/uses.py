"""Where a form file names a field, and the file with another name for it.

A name is a path: ("betrag",) or ("stellen", "vzae") for fields of this form, ("antrag", "betrag")
for what an earlier step said. `own` tells the two apart: some places name fields of the form only,
others data of the case only. Whether a bare name in an expression is a field of the form, the
caller knows: it takes a form with all its building blocks to see that.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pikflow.expressions.mentions import Mention, changed, edits, hands_on, matches, mentions
from pikflow.forms.editing.document import Document
from pikflow.forms.editing.spelling import Quoted
from pikflow.forms.editing.tree import Node, Path, Tree
from pikflow.forms.fields import COMMON, REPEAT
from pikflow.forms.names import PLACEHOLDER
from pikflow.forms.properties import CONDITION, FORMULA, ISO_DATE, LIMIT
from pikflow.forms.source import Block
from pikflow.forms.types import FieldTypes, builtin_types

Names = tuple[str, ...]
_COMPUTED = (FORMULA, CONDITION, LIMIT)
_LISTS = ("fields", "columns")


@dataclass(frozen=True)
class Place:
    """One place of a file: `path` leads to the text, `property` is what it says there; `whole`:
    something is handed on in which the field is, so it is not renamed but worth a look."""

    path: Path
    line: int
    property: str
    text: str
    part: str = ""
    whole: bool = False


def places(tree: Tree, name: Names, *, own: bool, types: FieldTypes | None = None) -> list[Place]:
    """Every place of a file that names the field, its definition left out."""
    found = []
    for use in _uses(tree, types or builtin_types(), own):
        if any(matches(one, name) for one in use.mentions):
            found.append(use.place)
        elif any(hands_on(one, name) for one in use.mentions if use.computed):
            found.append(replace(use.place, whole=True))
    return found


def field_names(tree: Tree) -> frozenset[Names]:
    """The names of all fields written in this very file: ("stellen",), ("stellen", "vzae")."""
    return frozenset(
        (*above, str(field["id"])) for _, field, above in _fields(tree.data) if "id" in field
    )


def includes(tree: Tree) -> frozenset[str]:
    """The building blocks this file puts in, as it names them."""
    found = [field for _, field, _ in _fields(tree.data)]
    found += [section for _, section in _items(tree.data, "sections")]
    return frozenset(str(one["include"]) for one in found if "include" in one)


def definition(tree: Tree, name: Names) -> Path | None:
    """The path of the field with this name that is written in this very file."""
    for path, field, above in _fields(tree.data):
        if (*above, str(field.get("id"))) == name:
            return path
    return None


def rename(text: str, name: Names, new: str, *, own: bool, types: FieldTypes | None = None) -> str:
    """The file with another word for the last part of the name, its definition included."""
    document = Document(text)
    tree, types = document.tree, types or builtin_types()
    words: list[tuple[Node, str]] = []
    for use in _uses(tree, types, own):
        word = use.renamed(name, new)
        node = tree.key(use.place.path) if use.is_key else tree.node(use.place.path)
        if word is not None and node is not None:
            words.append((node, word))
    if own and (path := definition(tree, name)):
        words.append((tree.node((*path, "id")), new))
    return document.reword(words).text


@dataclass(frozen=True)
class _Use:
    """A place with the names it mentions; `shape` is how they are written there: an expression,
    a text with {placeholders}, or a name with a separator; `scope` is "form" or "case" where only
    the one can be named."""

    place: Place
    mentions: tuple[Mention, ...]
    computed: bool = False
    is_key: bool = False
    scope: str = ""

    def renamed(self, name: Names, new: str) -> str | None:
        """The text with the new name, None when it does not name the field."""
        places = edits(self.mentions, name, new)
        if not places:
            return None
        text = changed(self.place.text, places)
        return Quoted(text) if self.computed else text


def _uses(tree: Tree, types: FieldTypes, own: bool) -> Iterator[_Use]:
    hidden = "case" if own else "form"
    for use in _all_uses(tree, types):
        if use.scope != hidden and use.mentions:
            yield use


def _all_uses(tree: Tree, types: FieldTypes) -> Iterator[_Use]:
    for number, section in _items(tree.data, "sections"):
        yield from _formula(tree, ("sections", number, "visible"), section, {})
    for path, field, above in _fields(tree.data):
        yield from _field(tree, path, field, above, types)
    for number, check in _items(tree.data, "checks"):
        yield from _check(tree, ("checks", number), check)
    for number, test in _items(tree.data, "tests"):
        yield from _test(tree, ("tests", number), test)


def _items(data: Block, name: str) -> Iterator[tuple[int, Block]]:
    items = data.get(name)
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Block):
            yield number, item


def _fields(data: Block) -> Iterator[tuple[Path, Block, Names]]:
    """Every field and include with its path and the name of the group or matrix around it."""
    for number, section in _items(data, "sections"):
        yield from _below(section, ("sections", number), ())
    yield from _below(data, (), ())


def _below(data: Block, path: Path, above: Names) -> Iterator[tuple[Path, Block, Names]]:
    for name in _LISTS:
        for number, field in _items(data, name):
            here: Path = (*path, name, number)
            yield here, field, above
            if not above:
                yield from _below(field, here, (str(field.get("id")),))


def _field(tree: Tree, path: Path, field: Block, above: Names, types: FieldTypes) -> Iterator[_Use]:
    if "include" in field:
        yield from _include(tree, path, field)
        return
    names: Names = (*above, str(field.get("id")))
    env: dict[str, Names] = {"item": (above[0] + "[]",)} if above else {}
    kind = types.get(str(field.get("type")))
    table = {**COMMON, **(kind.properties if kind else {})}
    for name in field:
        if name in table and table[name].kind in _COMPUTED or name == "options":
            yield from _formula(tree, (*path, name), field, env)
    repeat = field.get("repeat")
    if isinstance(repeat, Block):
        for name in REPEAT:
            yield from _formula(tree, (*path, "repeat", name), repeat, env)
    if isinstance(field.get("key"), str):
        yield _named(tree, (*path, "key"), (names[0] + "[]",), ".")
    mapping = field.get("map")
    if isinstance(mapping, Block):
        rows = _rows_of(field.get("rows"))
        for column in mapping:
            yield from _formula(tree, (*path, "map", column), mapping, {"entry": rows})
            yield _key(tree, (*path, "map", column), (names[0] + "[]",))


def _rows_of(text: Any) -> Names:
    found = mentions(text) if isinstance(text, str) else ()
    return (*found[0].path[:-1], found[0].path[-1] + "[]") if len(found) == 1 else ()


def _include(tree: Tree, path: Path, field: Block) -> Iterator[_Use]:
    without = field.get("without")
    for number in range(len(without) if isinstance(without, list) else 0):
        yield _named(tree, (*path, "without", number), (), ".")
    if isinstance(without, str):
        yield _named(tree, (*path, "without"), (), ".")
    changes = field.get("with")
    for name, inner in changes.items() if isinstance(changes, Block) else ():
        yield _key(tree, (*path, "with", name), ())
        for prop in inner if isinstance(inner, Block) else ():
            if prop in COMMON and COMMON[prop].kind in _COMPUTED:
                yield from _formula(tree, (*path, "with", name, prop), inner, {})


def _check(tree: Tree, path: Path, check: Block) -> Iterator[_Use]:
    each = str(check.get("each") or "")
    env: dict[str, Names] = {"item": (each + "[]",)} if each else {}
    for name in ("assert", "when"):
        yield from _formula(tree, (*path, name), check, env)
    for name in ("field", "each"):
        if isinstance(check.get(name), str):
            yield _named(tree, (*path, name), (), ".")
    message = check.get("message")
    if isinstance(message, Block):
        for language in message:
            yield _worded(tree, (*path, "message", language), env)
    elif isinstance(message, str):
        yield _worded(tree, (*path, "message"), env)


def _test(tree: Tree, path: Path, test: Block) -> Iterator[_Use]:
    for part in ("given", "expect", "context"):
        yield from _data(tree, (*path, part), test.get(part), ())
    for name in ("errors", "warnings"):
        items = test.get(name)
        for number in range(len(items) if isinstance(items, list) else 0):
            yield _named(tree, (*path, name, number), (), "-")


def _data(tree: Tree, path: Path, value: Any, above: Names) -> Iterator[_Use]:
    if isinstance(value, Block):
        for name, inner in value.items():
            here: Path = (*path, name)
            yield _key(tree, here, above)
            steps = tuple(step for step in re.split(r"[.-]", name) if not step.isdecimal())
            yield from _data(tree, here, inner, (*above, *steps))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _data(tree, (*path, number), inner, above)


# Uses of one shape each.


def _formula(tree: Tree, path: Path, held: Block, env: Mapping[str, Names]) -> Iterator[_Use]:
    text = held.get(str(path[-1]))
    if not isinstance(text, str) or ISO_DATE.fullmatch(text.strip()):
        return
    found = tuple(_within(one, env) for one in mentions(text))
    yield _Use(_place(tree, path, text), tuple(one for one in found if one.path), computed=True)


def _within(mention: Mention, env: Mapping[str, Names]) -> Mention:
    """A mention of `item` or `entry` as what it stands for."""
    if mention.path[0] not in env:
        return mention
    above = env[mention.path[0]]
    if not above:
        return Mention((), ())
    spans = (*(None for _ in above), *mention.spans[1:])
    return Mention((*above, *mention.path[1:]), spans, mention.looked_into)


def _worded(tree: Tree, path: Path, env: Mapping[str, Names]) -> _Use:
    text = str(tree.value(path))
    found = [
        _within(_dotted(match[1], match.start(1), (), "."), env)
        for match in PLACEHOLDER.finditer(text)
    ]
    return _Use(_place(tree, path, text), tuple(one for one in found if one.path))


def _named(tree: Tree, path: Path, above: Names, separator: str) -> _Use:
    text = str(tree.value(path))
    found = (_dotted(text, 0, above, separator),)
    return _Use(_place(tree, path, text), found, scope="form")


def _key(tree: Tree, path: Path, above: Names) -> _Use:
    text = str(path[-1])
    found = (_dotted(text, 0, above, "-" if "-" in text else "."),)
    scope = "case" if path[0] == "tests" and path[2:3] == ("context",) else "form"
    return _Use(_place(tree, path, text), found, is_key=True, scope=scope)


def _dotted(text: str, offset: int, above: Sequence[str], separator: str) -> Mention:
    """A name with points or strokes; numbers of rows are left out."""
    path, spans = list(above), [None for _ in above]
    found: list[tuple[int, int] | None] = [*spans]
    at = offset
    for step in text.split(separator):
        if not step.isdecimal():
            path.append(step)
            found.append((at, at + len(step)))
        at += len(step) + len(separator)
    return Mention(tuple(path), tuple(found))


def _place(tree: Tree, path: Path, text: str) -> Place:
    node = tree.node(path)
    line = int(node.start_mark.line) + 1 if node is not None else 0
    steps = [str(step) for step in path]
    return Place(path, line, steps[0] if len(steps) == 1 else _property(path), text, _part(path))


def _property(path: Path) -> str:
    """The property of the part a path leads into: "visible", "message", "given"."""
    part = _part_path(path)
    rest = [str(step) for step in path[len(part) :]]
    return rest[0] if rest else str(path[-1])


def _part(path: Path) -> str:
    return ".".join(str(step) for step in _part_path(path))


def _part_path(path: Path) -> Path:
    """The longest beginning of a path that leads to a section, field, check or test."""
    end = 0
    for number in range(len(path) - 1):
        if path[number] in ("sections", "checks", "tests", *_LISTS) and isinstance(
            path[number + 1], int
        ):
            end = number + 2
        elif path[number] in ("given", "expect", "context", "with", "map"):
            break
    return path[:end]
