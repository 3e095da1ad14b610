"""Rows from a worksheet: what a cell becomes, what is refused, and that nothing old is left."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook
from werkzeug.datastructures import MultiDict

from pikflow.errors import Invalid
from pikflow.forms.boundfield import BoundField
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import bind
from pikflow.forms.worksheets import read_rows

Make = Callable[..., FormSchema]

FIELDS = (
    "{id: stellen, type: group, label: {de: Stellen, en: Posts}, repeat: {upload: xlsx}, fields: ["
    "{id: kennung, type: text, label: {de: Kennung, en: Identifier}},"
    "{id: vzae, type: decimal, places: 2, unit: VZÄ, label: Umfang},"
    "{id: besetzt, type: bool, label: Besetzt},"
    "{id: seit, type: date, label: Besetzt seit},"
    "{id: art, type: choice, label: Art, options: ["
    "{value: a, label: {de: Studium, en: Degree}}, {value: b, label: Ausbildung}]},"
    "{id: ort, type: text, label: Ort, readonly: true, prefill: \"'Ulm'\"},"
    '{id: doppelt, type: decimal, places: 2, label: Doppelt, compute: "item.vzae * 2"}]}'
)


@pytest.fixture
def schema(make: Make) -> FormSchema:
    return make(FIELDS)


@pytest.fixture
def group(schema: FormSchema) -> BoundField:
    return bind(schema, context={}).bound["stellen"]


def xlsx(*lines: list[Any], percent: bool = False) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    if percent:
        book.active["A2"].number_format = "0%"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def code(group: BoundField, data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_rows(group, "stellen.xlsx", data)
    assert "stellen.xlsx" in str(caught.value.message)
    return caught.value.code


def test_cells_become_what_one_would_type(group: BoundField) -> None:
    heads = ["Kennung", "Umfang (VZÄ)", "Besetzt", "Besetzt seit", "Art"]
    day = datetime.fromisoformat("2026-12-31")
    first, last = ["S1", 0.1 + 0.2, True, day, "studium"], [7, 1, "nein", "1.2.2027", "b"]
    found = read_rows(group, "a.xlsx", xlsx(["Stellen"], [], heads, first, [None], last))
    assert [[text for (text,) in row.values()] for row in found] == [
        ["S1", "0,3", "ja", "31.12.2026", "a"],
        ["7", "1", "nein", "1.2.2027", "b"],
    ]
    assert list(found[0]) == ["kennung", "vzae", "besetzt", "seit", "art"]


def test_heads_are_known_in_both_languages_and_by_id(group: BoundField) -> None:
    data = xlsx([" IDENTIFIER ", "vzae", "Doppelt"], ["S1", 1, 9])
    (row,) = read_rows(group, "stellen.xlsx", data)
    assert row == {"kennung": ["S1"], "vzae": ["1"]}  # what the form works out is not read


def test_a_share_is_read_as_it_is_shown(group: BoundField) -> None:
    (row,) = read_rows(group, "stellen.xlsx", xlsx(["Umfang"], [0.05], percent=True))
    assert row["vzae"] == ["5"]


def test_what_is_no_table_of_these_rows_is_refused(group: BoundField) -> None:
    assert code(group, b"PK\x03\x04 nothing") == "sheet-unreadable"
    assert code(group, xlsx(["Name", "Alter"], ["A", 5])) == "sheet-heads"
    assert code(group, xlsx(["Kennung", "Bemerkung"], ["A", "wichtig"])) == "sheet-column"
    assert code(group, xlsx(["Kennung"], [None])) == "sheet-empty"
    assert code(group, xlsx(["Kennung"], *([n] for n in range(1001)))) == "sheet-long"


def test_rows_that_are_filled_replace_those_before_with_all_they_held(schema: FormSchema) -> None:
    before = {"stellen": [{"kennung": "ALT", "vzae": "1", "ort": "Ulm"}, {"kennung": "ALT2"}]}
    posted = MultiDict([("_fill", "stellen"), ("stellen-0-_rows", "1"), ("stellen-0-kennung", "N")])
    form = bind(schema, context={}, stored=before, raw=posted, partial=True)
    assert form.restructured and form.focus == "feld-stellen"
    (row,) = form.draft["stellen"]
    assert row["kennung"] == "N" and row["ort"] == "Ulm" and row.get("vzae") in (None, "")


def test_a_group_that_is_only_read_keeps_its_rows(make: Make) -> None:
    schema = make(FIELDS.replace("repeat:", "readonly: true, repeat:"))
    before = {"stellen": [{"kennung": "ALT"}]}
    posted = MultiDict([("_fill", "stellen"), ("stellen-0-_rows", "1"), ("stellen-0-kennung", "N")])
    form = bind(schema, context={}, stored=before, raw=posted, partial=True)
    assert [row["kennung"] for row in form.values["stellen"]] == ["ALT"]
    assert not form.bound["stellen"].takes_worksheet
