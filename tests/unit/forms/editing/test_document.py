# ruff: noqa: E501 - lines of form files and of samples stay in one piece
"""Edits of form files: data change as asked, and nothing else of the text does."""

from copy import deepcopy
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pikflow.errors import DefinitionInvalid
from pikflow.forms.editing.document import Document
from pikflow.forms.editing.spelling import Lines, Quoted
from pikflow.forms.editing.tree import Path

ROOT = FilePath(__file__).parents[4]
FILES = {
    path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "forms").rglob("*.yaml"))
}
HAND = """\
# Was am Anfang steht, bleibt.
pikform: 1
id: antrag   # Kennung
title: 'Antrag'

sections:
- id: eins      # erste Seite
  title:   "Erste Seite"
  fields:
  # gehört zu betrag
  - {id: betrag,   type: money, label: {de: Betrag, en: "Amount"}}   # in Euro

  - id: grund
    type: textarea
    label: >-
      Warum beantragen Sie
      diese Förderung?
    hint: |
      Erste Zeile.

      Zweite Zeile.
    options: [a,
      b]   # zwei
  - id: letztes
    type: text
    label: Letztes
# ganz am Ende
"""


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return str(value) if isinstance(value, str) else value


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_putting_what_is_there_changes_no_byte(path: FilePath) -> None:
    document = Document(FILES[path])
    for place, _ in list(document.tree.walk())[1::17]:
        assert document.put(place, document.value(place)).text == FILES[path]


def test_a_value_keeps_its_quotes_and_its_remark() -> None:
    document = Document(HAND).put(("title",), "Neuer Antrag").put(("id",), "neu")
    assert "title: 'Neuer Antrag'\n" in document.text
    assert "id: neu   # Kennung\n" in document.text
    changed = set(document.text.splitlines()) - set(HAND.splitlines())
    assert changed == {"title: 'Neuer Antrag'", "id: neu   # Kennung"}


def test_one_language_is_changed_inside_of_its_line() -> None:
    path: Path = ("sections", 0, "fields", 0, "label", "en")
    text = Document(HAND).put(path, "Sum").text
    assert '{id: betrag,   type: money, label: {de: Betrag, en: "Sum"}}   # in Euro' in text


def test_a_new_property_stands_where_the_order_wants_it() -> None:
    order = ("id", "type", "label", "hint", "required")
    text = Document(HAND).put(("sections", 0, "fields", 2, "hint"), "Kurz.", order).text
    assert "    label: Letztes\n    hint: Kurz.\n# ganz am Ende\n" in text
    text = Document(HAND).put(("sections", 0, "fields", 0, "required"), True, order).text
    assert 'en: "Amount"}, required: true}   # in Euro' in text


def test_a_field_moves_with_its_remarks_and_its_own_spelling() -> None:
    text = Document(HAND).move(("sections", 0, "fields", 0), ("sections", 0, "fields"), 3).text
    end = text[text.index("label: Letztes") :]
    assert end == (
        "label: Letztes\n  # gehört zu betrag\n"
        '  - {id: betrag,   type: money, label: {de: Betrag, en: "Amount"}}   # in Euro\n'
        "# ganz am Ende\n"
    )


def test_the_last_item_leaves_an_empty_list_behind() -> None:
    document = Document(HAND)
    for _ in range(3):
        document = document.drop(("sections", 0, "fields", 0))
    assert document.value(("sections", 0, "fields")) == []
    again = document.insert(("sections", 0, "fields"), 0, Lines(id="neu", type="text"))
    assert "  fields:\n    - id: neu\n      type: text\n" in again.text


def test_blocks_of_lines_are_replaced_whole() -> None:
    document = Document(HAND).put(("sections", 0, "fields", 1, "hint"), "Nur eine.")
    assert "    hint: Nur eine.\n    options: [a,\n      b]   # zwei\n" in document.text
    document = document.put(("sections", 0, "fields", 1, "label"), "Zwei\nZeilen")
    assert document.value(("sections", 0, "fields", 1, "label")) == "Zwei\nZeilen"


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + HAND.replace("\n", "\r\n")
    changed = Document(text).put(("title",), "Neu").text
    assert changed == text.replace("'Antrag'", "'Neu'")


def test_what_is_no_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        Document("a: [1, 2\nb: 3\n")
    assert caught.value.findings[0].line


VALUES = st.one_of(
    st.sampled_from(
        [
            "Ort",
            "Ort, Stadt: ja?",
            "a: b",
            'sagt "x"',
            "it's",
            "no",
            "12:30",
            "1",
            "",
            "  x ",
            "# x",
        ]
    ),
    st.sampled_from(
        ["zwei\nZeilen", "{a}", "[x", "- x", "true", "x #y", "a\\b", "ü€😀", "&a", "*b"]
    ),
    st.sampled_from(["!t", "%x", "@y", "`z", "|", "> q", "? x", "a\tb", "a\n\nb", "a\n  b\n c"]),
    st.text(max_size=12).filter(lambda text: "\r" not in text and "\x85" not in text),
    st.booleans(),
    st.integers(0, 10**6),
    st.sampled_from([Decimal("0.05"), Quoted('a == "x"'), ["pdf", "xlsx"], [], {}]),
    st.sampled_from([{"de": "Ort", "en": "Town"}, {"a": {"de": "x"}, "b": {"de": "y", "en": "z"}}]),
    st.sampled_from([[{"value": "a", "label": "A"}, {"value": "b", "label": {"de": "B"}}]]),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "add", "drop", "insert", "move", "rename"]), st.integers(0, 10**6),
              st.integers(0, 10**6), VALUES),
    min_size=1, max_size=4,
)  # fmt: skip


def applied(document: Document, data: Any, step: tuple[str, int, int, Any]) -> Document:
    """One random edit, done to the text and to plain data alike."""
    kind, one, other, value = step
    places = [path for path, _ in document.tree.walk() if path]
    if not places:
        return document
    path = places[one % len(places)]
    above, last = at(data, path[:-1]), path[-1]
    if kind == "put":
        above[last] = plain(value)
        return document.put(path, value)
    if kind == "drop":
        del above[last]
        return document.drop(path)
    if kind == "rename" and isinstance(last, str) and "neu_x" not in above:
        pairs = [("neu_x" if name == last else name, one) for name, one in above.items()]
        above.clear()
        above.update(pairs)
        return document.rename(path, "neu_x")
    held = above[last]
    if kind == "add" and isinstance(held, dict) and "hint" not in held:
        held["hint"] = plain(value)
        return document.put((*path, "hint"), value, ("id", "type", "label", "hint", "required"))
    if kind == "insert" and isinstance(held, list):
        number = other % (len(held) + 1)
        held.insert(number, plain(value))
        return document.insert(path, number, value)
    if kind == "move" and isinstance(last, int):
        lists = [p for p in places if isinstance(at(data, p), list) and p[: len(path)] != path]
        into = lists[other % len(lists)]
        number = other % (len(at(data, into)) + 1)
        target, mark = at(data, into), object()
        item, above[last] = above[last], mark
        target.insert(number, item)
        del above[next(i for i, entry in enumerate(above) if entry is mark)]
        return document.move(path, into, number)
    return document


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([HAND, *FILES.values()]), STEPS)
def test_random_edits_give_the_data_they_should(text: str, steps: list[Any]) -> None:
    document = Document(text)
    data = plain(document.tree.data)
    for step in steps:
        document = applied(document, data, step)
        assert plain(document.tree.data) == data, step


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([HAND, *FILES.values()]), st.integers(0, 10**6), st.integers(0, 10**6), VALUES
)
def test_an_edit_leaves_every_other_line_alone(text: str, one: int, seed: int, value: Any) -> None:
    """Remarks are strewn over the file first; all of them outside of what is changed stay."""
    lines = text.splitlines()
    remarked = [
        f"{line}  # Bemerkung {number}" if _takes_remark(line, number, seed) else line
        for number, line in enumerate(lines)
    ]
    try:
        document = Document("\n".join(remarked) + "\n")
    except DefinitionInvalid:
        return
    if plain(document.tree.data) != plain(Document(text).tree.data):
        return  # the remark became part of a text of several lines
    places = [(p, n) for p, n in document.tree.walk() if p and not hasattr(n.value, "append")]
    path, node = places[one % len(places)]
    first, last = node.start_mark.line, node.end_mark.line
    after = document.put(path, value).text.splitlines()
    before = document.text.splitlines()
    assert after[:first] == before[:first]
    tail = len(before) - last - 1
    assert tail <= 0 or after[-tail:] == before[-tail:]
    if first == last and "#" in before[first] and not node.style:
        assert any(before[first].partition("#")[2] in line for line in after[first:])


def _takes_remark(line: str, number: int, seed: int) -> bool:
    return bool(line.strip()) and (number * 7919 + seed) % 3 == 0


def test_plain_data_are_not_touched_by_looking() -> None:
    document = Document(HAND)
    before = deepcopy(plain(document.tree.data))
    document.put(("title",), "x")
    assert plain(document.tree.data) == before
