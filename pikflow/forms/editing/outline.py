"""A form file as a tree of what can be chosen and changed, however unfinished the file is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.forms.editing.tree import Path
from pikflow.forms.source import Block, Items

MARKS = {"pikform": "form", "pikbaustein": "block", "pikliste": "list"}
_LISTS = {"sections": "section", "fields": "field", "columns": "field", "checks": "check",
          "tests": "test"}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Something of a form file: the file itself, a section, field, include, check, test or list.

    `path` leads to its data; `title` is what people call it ("" when it has no words yet), `type`
    the field type. `fields` are the fields of a section or group, and the sections of a file.
    """

    kind: str
    path: Path
    id: str = ""
    title: str = ""
    type: str = ""
    line: int = 0
    fields: tuple["Part", ...] = ()
    checks: tuple["Part", ...] = ()
    tests: tuple["Part", ...] = ()
    lists: tuple["Part", ...] = ()
    required: bool = False
    conditional: bool = False
    computed: bool = False

    @property
    def pointer(self) -> str:
        """The path as an address carries it: "sections.0.fields.2"; "" for the file."""
        return pointer(self.path)

    def walk(self) -> Iterator["Part"]:
        """This part and everything in it, in the order of the page."""
        yield self
        for part in (*self.fields, *self.checks, *self.tests, *self.lists):
            yield from part.walk()

    def find(self, path: Path) -> "Part | None":
        return next((part for part in self.walk() if part.path == path), None)


def pointer(path: Path) -> str:
    return ".".join(str(step) for step in path)


def path_of(text: str) -> Path:
    """The path of a pointer; numbers are numbers."""
    return tuple(
        int(step) if step.isdecimal() and len(step) < 6 else step
        for step in text.split(".")
        if step
    )


def outline(data: Block) -> Part:
    """The parts of a file. What has not the expected shape is left out; `kind` is "" for a file
    that is no form, building block or list."""
    kind = next((MARKS[name] for name in MARKS if name in data), "")
    fields = (*_parts(data, "sections", ()), *_parts(data, "fields", ()))
    held = data.get("lists")
    lists = (
        tuple(
            Part("codes", ("lists", name), id=name, title=name, line=held.at(name)) for name in held
        )
        if isinstance(held, Block)
        else ()
    )
    return Part(
        kind=kind,
        path=(),
        id=_plain(data.get("id")),
        title=words(data.get("title")),
        line=data.line,
        fields=fields,
        checks=_parts(data, "checks", ()),
        tests=_parts(data, "tests", ()),
        lists=lists,
    )


def _parts(data: Block, name: str, above: Path) -> tuple[Part, ...]:
    items = data.get(name)
    if not isinstance(items, Items):
        return ()
    return tuple(
        _part(item, _LISTS[name], (*above, name, number))
        for number, item in enumerate(items)
        if isinstance(item, Block)
    )


def _part(data: Block, kind: str, path: Path) -> Part:
    if "include" in data:
        name = _plain(data["include"])
        return Part("include", path, id=name, title=name, line=data.line)
    inner = _parts(data, "columns" if "columns" in data else "fields", path)
    title = {"check": data.get("message"), "test": data.get("name")}.get(
        kind, data.get("label") or data.get("title") or data.get("text")
    )
    return Part(
        kind=kind,
        path=path,
        id=_plain(data.get("field" if kind == "check" else "id")),
        title=words(title),
        type=_plain(data.get("type")),
        line=data.line,
        fields=inner,
        required=data.get("required") not in (None, False),
        conditional=data.get("visible") not in (None, True),
        computed=data.get("compute") is not None,
    )


def words(value: Any) -> str:
    """The German words of a text, as far as there are any."""
    if isinstance(value, Mapping):
        value = value.get("de")
    return _plain(value)


def _plain(value: Any) -> str:
    return "" if value is None or isinstance(value, Mapping | list) else str(value)
