"""Files of other products: what means the same is translated in its place, the rest stays."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pikflow.engine.check import check_files
from pikflow.engine.foreign import Translation, forms_inside, translate
from pikflow.errors import DefinitionInvalid
from pikflow.notes import Note

FOREIGN = Path(__file__).parents[3] / "data" / "foreign"
IMPORTS = FOREIGN / "imports"
OURS = Path(__file__).parents[4] / "workflows"
EVERY = sorted([*FOREIGN.rglob("*.bpmn"), *IMPORTS.glob("*.xml")])


def made(name: str, **more: dict[str, str]) -> Translation:
    return translate((IMPORTS / name).read_bytes(), name, **more)


def changes(found: Translation) -> set[tuple[str, str]]:
    return {(n.before, n.after) for n in found.notes if n.fate == "translated"}


def missing(found: Translation, element: str) -> list[Note]:
    return [n for n in found.notes if n.fate == "missing" and n.element == element]


def test_camunda_7_conditions_deadlines_and_forms_are_translated() -> None:
    found = made(
        "camunda7-urlaub.bpmn",
        forms={"Antrag#felder": "antrag"},
        names={"vacationDays": "vacation_days"},
    )
    assert found.product == "Camunda 7"
    assert changes(found) == {
        (
            '${vacationDays <= 10 && reason.equals("rest")}',
            'vacation_days <= 10 and reason == "rest"',
        ),
        ("${dateTime().plusWeeks(2).toDate()}", 'pik:due="add_days(heute, 14)"'),
        ("Antrag#felder", 'pik:form="antrag"'),
    }
    assert missing(found, "Antrag")[0].what == "„camunda:inputOutput“ hat hier keine Wirkung."


def test_nothing_but_the_translated_places_changes() -> None:
    before = (IMPORTS / "camunda7-urlaub.bpmn").read_bytes()
    after = made("camunda7-urlaub.bpmn", forms={"Antrag#felder": "antrag"}).data
    undone = (
        after.replace(b' xmlns:pik="urn:pikflow:bpmn:1.0"', b"")
        .replace(b' pik:form="antrag"', b"")
        .replace(b' pik:due="add_days(heute, 14)"', b"")
        .replace(
            b'vacationDays &lt;= 10 and reason == "rest"',
            b'<![CDATA[${vacationDays <= 10 && reason.equals("rest")}]]>',
        )
    )
    assert undone == before


def test_camunda_8_says_its_things_in_elements_of_its_own() -> None:
    found = made(
        "camunda8-bestellung.bpmn",
        forms={"camunda-forms:bpmn:UserTaskForm_1": "bestellung"},
        names={"isUrgent": "is_urgent", "orderAmount": "order_amount"},
    )
    after = found.data.decode()
    assert "<bpmn:script>total = order_amount * 2</bpmn:script>" in after
    assert "<bpmn:loopDataInputRef>order.items</bpmn:loopDataInputRef>" in after
    assert '<bpmn:inputDataItem id="Posten_eintrag" name="item"/>' in after
    assert after.index("outputDataItem") < after.index("<bpmn:completionCondition")
    assert 'calledElement="versand"' in after and 'pik:key="order.id"' in after
    assert 'pik:form="bestellung"' in after and ">R3/P7D<" in after
    careful = next(n for n in found.notes if n.element == "f4")
    assert careful.before == "=total > 10 and not(isUrgent)" and "leer" in careful.hint
    late = missing(found, "Zahltag")[0]
    assert late.before == '=now() + duration("PT4H")' and "Tagen" in late.what
    assert b'=now() + duration("PT4H")' in found.data
    assert "Bahn „einkauf“" in missing(found, "Erfassen")[0].hint


def test_python_of_spiff_arena_is_translated_as_far_as_it_is_ours() -> None:
    found = made("spiff-reise.bpmn", forms={"kurs": "kurs"}, names={"place.city": "place_city"})
    after = found.data.decode()
    assert "total = sum(i.hours for i in items if i.ok)" in after
    assert 'name = courseName if courseName else "ohne"' in after
    assert 'rate = 10 if level == "a1" else 12.5' in after
    assert "place_city != null and total > 3" in after
    assert ">P14D<" in after and 'pik:form="kurs"' in after
    assert "import datetime" in after
    assert "keine Zuweisung" in missing(found, "Activity_import")[0].what
    assert {n.what for n in missing(found, "Activity_form")} == {
        "„spiffworkflow:instructionsForEndUser“ hat hier keine Wirkung.",
        "„spiffworkflow:preScript“ hat hier keine Wirkung.",
    }


def test_flowable_lists_are_named_and_cron_is_refused() -> None:
    found = made("flowable-antrag.bpmn20.xml")
    assert found.product == "Flowable"
    assert ("P5D", 'pik:due="P5D"') in changes(found)
    assert b"<loopDataInputRef>pruefer</loopDataInputRef>" in found.data
    assert b"0 0 9 ? * MON-FRI" in found.data and "Cron" in missing(found, "b")[0].what
    assert "check(…)" in missing(found, "f3")[0].what
    assert missing(found, "m")[0].before == 'type="mail"'


@pytest.mark.parametrize(
    ("name", "product", "flag"),
    [
        ("aris-beschwerde.bpmn", "ARIS", 'isExecutable="true"'),
        ("bizagi-beschaffung.bpmn", "Bizagi", 'name="Einkauf" isExecutable="true"'),
    ],
)
def test_drawing_tools_leave_out_ids_and_flags(name: str, product: str, flag: str) -> None:
    found = made(name)
    after = found.data.decode()
    assert found.product == product and flag in after
    assert 'id="sequenceFlow_1"' in after and ("", 'id="sequenceFlow_1"') in changes(found)


def test_a_pool_without_content_and_prose_as_condition_stay() -> None:
    found = made("aris-beschwerde.bpmn")
    assert "Betrag größer als 100 Euro" in found.data.decode()
    assert any("zugeklappt" in n.what and n.element == "_p-2" for n in found.notes)
    assert any(n.before == "Betrag größer als 100 Euro" for n in found.notes)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_no_file_gets_worse_and_a_second_time_changes_nothing(path: Path) -> None:
    data = path.read_bytes()
    found = translate(data, path.name)
    assert translate(found.data, path.name).data == found.data
    assert {n.line for n in found.notes if n.line} <= set(range(1, data.count(b"\n") + 2))
    before = {f.code for f in check_files({path.name: data}) if f.severity == "error"}
    after = {f.code for f in check_files({path.name: found.data}) if f.severity == "error"}
    assert after <= before | {"name-unknown", "called-process-unknown"}  # now that it is read
    inside = {e.get("id") for e in etree.fromstring(data).iter() if e.get("id")}
    assert inside <= {e.get("id") for e in etree.fromstring(found.data).iter()}


@pytest.mark.parametrize("path", sorted(OURS.glob("*.bpmn")), ids=lambda path: path.name)
def test_our_own_processes_are_not_touched(path: Path) -> None:
    assert translate(path.read_bytes(), path.name).data == path.read_bytes()


def test_utf_16_stays_utf_16() -> None:
    text = (IMPORTS / "camunda7-urlaub.bpmn").read_text(encoding="utf-8")
    data = text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    after = translate(data, "x").data
    assert after[:2] == data[:2] and "vacationDays &lt;= 10" in after.decode("utf-16")


@pytest.mark.parametrize(
    "data", [b"", b"x", b"<a>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"\xff\xfe<", b"<a/>"]
)
def test_what_is_no_process_is_told(data: bytes) -> None:
    try:
        found = translate(data, "x.bpmn")
        assert found.data == data and "kein BPMN" in found.notes[0].what
    except DefinitionInvalid as fault:
        assert fault.findings[0].hint


SEED = (IMPORTS / "camunda8-bestellung.bpmn").read_text(encoding="utf-8")
PIECES = st.sampled_from(
    ["${x}", "=x", "=", "${", '"', "=now() +", "a.b[0]", "not", "(", "}", "&amp;", "é", "=x = 1"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), PIECES), min_size=1, max_size=4))
def test_values_of_any_kind_end_in_a_note_or_a_translation(
    swaps: list[tuple[int, str]],
) -> None:
    """Attribute values and texts are exchanged for others; the file is still XML."""
    places = [m.span(1) for m in re.finditer(r'(?<==")([^"<]*)(?=")|(?<=>)([^<>]+)(?=<)', SEED)]
    places = [place for place in places if place[0] >= 0 and place[0] > SEED.index("<bpmn:process")]
    text = SEED
    for number, piece in sorted(swaps, reverse=True):
        start, end = places[number % len(places)]
        text = text[:start] + piece.replace('"', "&quot;") + text[end:]
    try:
        data = text.encode()
        found = translate(data, "x.bpmn")
        forms_inside(data, "x.bpmn")
    except DefinitionInvalid as fault:
        assert fault.findings
        return
    etree.fromstring(found.data)
    assert all(note.what for note in found.notes)
