"""The texts and the questions of form files, for proofreading."""

from collections.abc import Iterator
from typing import Any

from pikflow.forms.properties import Text
from pikflow.forms.schema import Field, FormSchema
from pikflow.forms.source import Block, Items
from pikflow.proofreading.passages import Passage, Question

_TEXTS = (
    *("title", "description", "intro", "label", "hint", "error", "text", "message"),
    *("row_label", "prefill_source", "visible_text", "unit"),
)
_LANGUAGES = frozenset({"de", "en"})
_NESTED = ("sections", "fields", "checks", "columns")


def passages_of(block: Block, file: str) -> Iterator[Passage]:
    """Every text of one file as it is written there; what building blocks bring is in theirs."""
    yield from _texts(block, file, "")
    for name in ("options", "lists"):
        if isinstance(block.get(name), Block) and block.get(
            "pikliste" if name == "options" else "pikform"
        ):
            lists = {"": block[name]} if name == "options" else block[name]
            for key, entries in lists.items():
                yield from _options(entries, file, key)


def _texts(block: Block, file: str, above: str) -> Iterator[Passage]:
    for key in _TEXTS:
        if key in block and (passage := _passage(block, key, file, above)):
            yield passage
    for key in _NESTED:
        around = "" if "type" not in block else above  # a section is no part of a field's name
        for item in block[key] if isinstance(block.get(key), Items) else ():
            if isinstance(item, Block):
                yield from _texts(item, file, _element(item, around, key))
    if "type" in block:
        for key in ("options", "rows"):
            yield from _options(block.get(key), file, above)
    if isinstance(block.get("with"), Block):
        for name, changes in block["with"].items():
            if isinstance(changes, Block):
                yield from _texts(changes, file, name)


def _element(item: Block, above: str, kind: str) -> str:
    """The dotted name of a field; a check is named by the field it points to."""
    name = str(item.get("field" if kind == "checks" else "id", ""))[:60]
    return name if kind in ("sections", "checks") or not above else f"{above}.{name}"


def _options(entries: Any, file: str, above: str) -> Iterator[Passage]:
    if isinstance(entries, Block):
        for key in entries:
            if passage := _passage(entries, key, file, above, "option"):
                yield passage
    for item in entries if isinstance(entries, Items) else ():
        for key in ("label", "hint"):
            if isinstance(item, Block) and key in item:
                part = "option" if key == "label" else key
                if passage := _passage(item, key, file, above, part):
                    yield passage


def _passage(block: Block, key: str, file: str, element: str, part: str = "") -> Passage | None:
    value = block[key]
    if isinstance(value, Block) and set(value) <= _LANGUAGES:
        de, en = str(value.get("de") or ""), str(value.get("en") or "")
    elif isinstance(value, str):
        de, en = value, ""
    else:
        return None
    return Passage(file, block.at(key), element, part or key, de, en) if de else None


def questions_of(schema: FormSchema) -> Iterator[Question]:
    """The fields of a form and their columns, building blocks put in."""
    for section in schema.sections:
        for field in section.fields:
            if field.shape == "none":
                continue
            yield _question(schema, field, field.id, field)
            for child in field.children:
                yield _question(schema, child, f"{field.id}.{child.id}", field)


def _question(schema: FormSchema, field: Field, key: str, around: Field) -> Question:
    offered = field.prefill or field.default is not None or around.rows.source
    given = field.settings.get("text")
    return Question(
        page=schema.id,
        key=key,
        file=field.file or around.file or schema.file,
        line=field.line,
        kind=field.type,
        label=field.label.de,
        hint=field.hint.de or (given.de if isinstance(given, Text) else ""),
        typed=field.compute is None and field.readonly is False,
        required=field.required is True,
        offered=bool(offered),
    )


def sources_of(schema: FormSchema) -> frozenset[str]:
    """The files a form is made of."""
    files = {field.file for field in schema.fields()} | {check.file for check in schema.checks}
    return frozenset(files | {schema.file}) - {""}
