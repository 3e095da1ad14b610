"""Tables are read as sheets and written back; what a sheet does not know stays as it is."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pikflow.engine.decisions.editing.document import Document
from pikflow.engine.decisions.editing.sheet import MOST_TEXT, Column, Line, Sheet
from pikflow.engine.decisions.editing.starts import new_file
from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.engine.decisions.problems import AGGREGATIONS, HIT_POLICIES
from pikflow.errors import DefinitionInvalid, Invalid, NotFound

from ..tables import dmn, table

FILES = sorted((Path(__file__).parents[4]).glob("**/*.dmn"))
FULL = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:x="urn:foreign"
             id="d" name="n" namespace="u">
  <decision id="t" name="Tabelle" x:keep="me">
    <decisionTable id="dt" hitPolicy="FIRST">
      <!-- what is asked -->
      <input id="i1" label="Betrag">
        <inputExpression id="e1" typeRef="number"><text>betrag</text></inputExpression>
      </input>
      <input id="i2">
        <inputExpression id="e2" typeRef="string"><text><![CDATA[art]]></text></inputExpression>
      </input>
      <output id="o1" name="satz" typeRef="number" x:colour="red" />
      <annotation name="Grund" />
      <!-- small -->
      <rule id="r1">
        <description>klein</description>
        <inputEntry id="c1"><text>&lt; 10</text></inputEntry>
        <inputEntry id="c2"><text>"a"</text></inputEntry>
        <outputEntry id="c3" x:by="hand"><text>1</text></outputEntry>
        <annotationEntry><text>G1</text></annotationEntry>
      </rule>
      <!-- large -->
      <rule id="r2">
        <inputEntry id="c4"><text>&gt;= 10</text></inputEntry>
        <inputEntry id="c5"><text>-</text></inputEntry>
        <outputEntry id="c6"><text>2</text></outputEntry>
        <annotationEntry><text>G2</text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def opened(data: bytes = FULL) -> tuple[Document, Sheet]:
    document = Document(data, file="t.dmn")
    return document, document.sheet(document.tables()[0][0])


def brought(sheet: Sheet, data: bytes = FULL) -> bytes:
    document = Document(data, file="t.dmn")
    document.bring(sheet)
    return document.written()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_opening_and_saving_changes_nothing(path: Path) -> None:
    document = Document(path.read_bytes(), file=path.name)
    for key, _ in document.tables():
        document.bring(document.sheet(key))
    assert document.written() == path.read_bytes()


def test_a_sheet_holds_the_whole_table() -> None:
    _, sheet = opened()
    assert sheet == Sheet(
        "t",
        "Tabelle",
        "FIRST",
        "",
        (
            Column("input", "i1", "Betrag", "betrag", "number"),
            Column("input", "i2", "", "art", "string"),
            Column("output", "o1", "", "satz", "number"),
            Column("annotation", "#1", text="Grund"),
        ),
        (
            Line(("< 10", '"a"', "1", "G1"), "r1", "klein"),
            Line((">= 10", "-", "2", "G2"), "r2"),
        ),
    )


def test_a_changed_cell_changes_that_cell_alone() -> None:
    _, sheet = opened()
    line = replace(sheet.lines[0], cells=("< 10", '"b"', "1", "G1"))
    written = brought(replace(sheet, lines=(line, sheet.lines[1])))
    assert written == FULL.replace(b'"a"', b'"b"')


def test_a_moved_rule_takes_its_comment_and_its_foreign_words_along() -> None:
    _, sheet = opened()
    written = brought(sheet.with_line_moved(0, 1)).decode()
    assert written.index("large") < written.index('"r2"') < written.index("small")
    assert sorted(written.splitlines()) == sorted(FULL.decode().splitlines())


def test_a_removed_rule_leaves_the_rest_as_it_is() -> None:
    _, sheet = opened()
    start, end = FULL.index(b'      <rule id="r2"'), FULL.index(b"    </decisionTable>")
    assert brought(sheet.without_line(1)) == FULL[:start] + FULL[end:]


def test_a_new_rule_is_set_in_like_the_others() -> None:
    _, sheet = opened()
    written = brought(sheet.with_line(1, Line(("5", "-", "3", ""), note="neu"))).decode()
    assert (
        '      <rule id="DecisionRule_1">\n'
        "        <description>neu</description>\n"
        '        <inputEntry id="UnaryTests_1">\n'
        "          <text>5</text>\n"
        "        </inputEntry>\n"
    ) in written
    assert (
        written.replace(
            re.search(r'      <rule id="DecisionRule_1.*?</rule>\n', written, re.S)[0], ""
        )
        == FULL.decode()
    )


def test_columns_come_go_and_move_with_their_cells() -> None:
    _, sheet = opened()
    moved = sheet.with_column_moved(0, 1)
    assert [line.cells[:2] for line in moved.lines] == [('"a"', "< 10"), ("-", ">= 10")]
    wider = moved.with_column(Column("input", label="Neu", text="neu", type="date", values="-"))
    wider = wider.without_column(3)
    _, again = opened(brought(wider))
    assert [c.text for c in again.columns] == ["art", "betrag", "neu", "Grund"]
    assert again.lines[0].cells == ('"a"', "< 10", "-", "G1")
    assert again.columns[2].type == "date" and again.columns[2].values == "-"


def test_values_defaults_and_policy_are_written_where_the_standard_has_them() -> None:
    _, sheet = opened()
    columns = (
        replace(sheet.columns[0], type="", values="[0..99]", label=""),
        sheet.columns[1],
        replace(sheet.columns[2], values="1, 2", default="0"),
        sheet.columns[3],
    )
    changed = replace(sheet, columns=columns, policy="COLLECT", aggregation="SUM", name="Neu")
    written = brought(changed)
    assert opened(written)[1] == changed
    order = [etree.QName(e).localname for e in etree.fromstring(written).iter("{*}output")]
    assert order == ["output"]
    back = replace(sheet, name="Tabelle")
    document = Document(written, file="t.dmn")
    document.bring(back)
    assert opened(document.written())[1] == back
    assert b"outputValues" not in document.written()


def test_a_rule_of_the_wrong_size_is_filled_up_when_it_is_written() -> None:
    data = dmn(table("x:number | y", "n", "1 | 2\n< 3 | 4 | 5 | 6"))
    document, sheet = opened(data)
    document.bring(replace(sheet, policy="FIRST"))
    library = Library.of(decisions_of({"t.dmn": document.written()}))
    assert "dmn-rule-size" not in [problem.code for _, problem in library.problems]


def test_a_file_made_from_nothing_is_a_table() -> None:
    document, sheet = opened(new_file("satz", 'Satz "A" & <B>'))
    assert (sheet.decision, sheet.name) == ("satz", 'Satz "A" & <B>')
    document.bring(sheet.with_line_moved(0, 0).with_copy(0).without_line(0))
    library = Library.of(decisions_of({"t.dmn": document.written()}))
    assert list(library.ready) == ["satz"] and not library.problems


@pytest.mark.parametrize("key", ["", "1a", "a b", "ä", "a-b", "x" * 101])
def test_an_id_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Invalid, match="Kennung"):
        new_file(key, "x")


def test_what_is_no_table_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="keine DMN-Datei"):
        Document(b"<a/>", file="a.dmn")
    with pytest.raises(DefinitionInvalid, match="DOCTYPE"):
        Document(b"<!DOCTYPE a><a/>", file="a.dmn")
    with pytest.raises(NotFound, match="fehlt"):
        Document(FULL, file="t.dmn").sheet("fehlt")


def test_ten_thousand_rules_are_refused_with_their_number() -> None:
    data = dmn(table("x:number", "n", "\n".join(f"{n} | {n}" for n in range(10_000))))
    with pytest.raises(Invalid, match="10000 Zeilen; bearbeiten lassen sich 2000"):
        opened(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policy": "BEST"}, "BEST"),
        ({"aggregation": "AVG"}, "AVG"),
        ({"name": "a\x00b"}, "Steuerzeichen"),
        ({"name": "x" * (MOST_TEXT + 1)}, "länger"),
        ({"lines": (Line(("\x07", "", "", "")),)}, "Zeile 1, Spalte 1"),
    ],
)
def test_what_no_file_can_hold_is_refused_and_nothing_is_changed(
    change: dict[str, object], words: str
) -> None:
    document, sheet = opened()
    with pytest.raises(Invalid, match=words):
        document.bring(replace(sheet, **change))
    assert document.written() == FULL


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8).map(
    str.strip
)


@st.composite
def edited(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    """One random edit of a sheet."""
    lines, columns = len(sheet.lines), len(sheet.columns)
    choices = ["line", "column", "policy", "name"]
    choices += ["drop", "move", "copy", "cell", "note"] if lines else []
    choices += ["drop_column", "move_column", "head"] if columns else []
    kind = draw(st.sampled_from(choices))
    at = draw(st.integers(0, max(lines - 1, 0)))
    place = draw(st.integers(0, max(columns - 1, 0)))
    if kind == "line":
        return sheet.with_line(at)
    if kind == "column":
        side = draw(st.sampled_from(["input", "output", "annotation"]))
        return sheet.with_column(Column(side, text=draw(TEXT)), draw(st.none() | st.integers(0, 9)))
    if kind == "policy":
        how = draw(st.sampled_from(["", *AGGREGATIONS]))
        return replace(sheet, policy=draw(st.sampled_from(HIT_POLICIES)), aggregation=how)
    if kind == "name":
        return replace(sheet, name=draw(TEXT))
    if kind == "drop":
        return sheet.without_line(at)
    if kind == "move":
        return sheet.with_line_moved(at, draw(st.integers(-1, lines)))
    if kind == "copy":
        return sheet.with_copy(at)
    if kind == "drop_column":
        return sheet.without_column(place)
    if kind == "move_column":
        return sheet.with_column_moved(place, draw(st.integers(-1, columns)))
    if kind == "head":
        column = sheet.columns[place]
        words = {"text": draw(TEXT)}
        if column.side != "annotation":
            words |= {"label": draw(TEXT), "type": draw(TEXT), "values": draw(TEXT)}
        if column.side == "output":
            words["default"] = draw(TEXT)
        fresh = replace(column, **words)
        return replace(sheet, columns=(*sheet.columns[:place], fresh, *sheet.columns[place + 1 :]))
    line = sheet.lines[at]
    if kind == "note":
        line = replace(line, note=draw(TEXT))
    elif columns:
        line = replace(line, cells=(*line.cells[:place], draw(TEXT), *line.cells[place + 1 :]))
    return replace(sheet, lines=(*sheet.lines[:at], line, *sheet.lines[at + 1 :]))


def without_keys(sheet: Sheet) -> Sheet:
    return replace(
        sheet,
        columns=tuple(replace(column, key="") for column in sheet.columns),
        lines=tuple(replace(line, key="") for line in sheet.lines),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(FILES))
def test_random_edits_arrive_and_spare_the_rest(data: st.DataObject, path: Path) -> None:
    content = path.read_bytes()
    keys = [key for key, _ in Document(content, file="t.dmn").tables()]
    if not keys:
        return
    for _ in range(data.draw(st.integers(1, 4))):
        document = Document(content, file="t.dmn")
        sheet = document.sheet(keys[0])
        wanted = data.draw(edited(sheet))
        if wanted.name and len(wanted.columns) < 60:
            document.bring(wanted)
            content = document.written()
            got = Document(content, file="t.dmn").sheet(keys[0])
            assert without_keys(got) == without_keys(wanted)
    assert untouched(content, keys[0]) == untouched(path.read_bytes(), keys[0])


def untouched(content: bytes, key: str) -> tuple[bytes, list[str]]:
    """Everything outside the table of this decision, and all comments."""
    root = etree.fromstring(content)
    comments = sorted(str(node.text) for node in root.iter(etree.Comment))
    for element in root.iter("{*}decision"):
        if element.get("id") == key:
            element.attrib.pop("name", None)
            for inner in element.findall("{*}decisionTable"):
                element.replace(inner, etree.Element("table"))
    return etree.tostring(root, method="c14n", with_comments=False), comments
