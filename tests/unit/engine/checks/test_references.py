import pytest
from sketch import sketch

from checks.support import check, codes, form, together
from pikflow.engine.facts import Usage

TASK = 'lane Amt\n  start a\n  user b "Antrag prüfen" {}\n  end z\na -> b -> z'
WORLD = {
    "lanes": {"Amt", "Landkreis"},
    "forms": {"pruefung": form("ergebnis", sections=["eins", "zwei"])},
    "connectors": {"post"},
}


def found(attributes: str, text: str = TASK) -> list[tuple[str, str]]:
    return codes(text.format(attributes), **WORLD)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("pik:form=pruefung", []),
        ("", [("form-not-named", "b")]),
        ("pik:form=prüfung", [("form-unknown", "b")]),
        ("pik:form=", [("form-unknown", "b")]),
        ("pik:form=pruefung pik:sections='[\"eins\"]'", []),
        ("pik:form=pruefung pik:sections='[\"drei\"]'", [("section-unknown", "b")]),
        ("pik:form=pruefung pik:sections='[eins'", [("expression-invalid", "b")]),
        ("pik:form=pruefung pik:due=P14D", []),
        ("pik:form=pruefung pik:due='=add_days(heute, 3)'", []),
        ("pik:form=pruefung pik:due='bald nach Ostern'", [("timer-invalid", "b")]),
        ("pik:form=pruefung pik:fourEyes=weg", [("four-eyes-unknown", "b")]),
        ("pik:form=pruefung pik:fourEyes=a", [("four-eyes-not-a-task", "b")]),
        ("pik:form=pruefung pik:fourEyes=' , '", [("four-eyes-unknown", "b")]),
        ("pik:form=pruefung pik:irreversible=ja", [("pik-attribute-value", "b")]),
        ("pik:form=pruefung pik:result=2x", [("pik-attribute-value", "b")]),
        ("pik:form=pruefung pik:formular=x", [("pik-attribute-unknown", "b")]),
        ("pik:form=pruefung pik:open=true", [("pik-attribute-misplaced", "b")]),
    ],
)
def test_looks_at_what_a_task_names(attributes: str, expected: list[tuple[str, str]]) -> None:
    assert found(attributes) == expected


def test_suggests_what_was_probably_meant() -> None:
    (finding,) = check(TASK.format("pik:form=prufung"), **WORLD)
    assert finding.hint.startswith("Meinten Sie „pruefung“?")
    (finding,) = check(TASK.format("pik:form=pruefung pik:fourEye=b"), **WORLD)
    assert "fourEyes" in finding.hint
    assert "Aufgabe „Antrag prüfen“" in finding.message


def test_lanes_are_in_the_catalog() -> None:
    text = TASK.replace("lane Amt", "lane Amtt")
    (finding,) = check(text.format("pik:form=pruefung"), **WORLD)
    assert (finding.code, finding.element) == ("lane-unmapped", "Lane_0")
    assert "Meinten Sie „Amt“?" in finding.hint
    assert check(text.format("pik:form=pruefung"), **{**WORLD, "lanes": None}) == []


def test_a_lane_of_a_task_may_be_named_at_the_task() -> None:
    assert found("pik:form=pruefung pik:lane=Landkreis") == []
    assert found("pik:form=pruefung pik:lane=Mars") == [("lane-unmapped", "b")]


def test_every_task_is_in_exactly_one_lane() -> None:
    text = TASK.format("pik:form=pruefung")
    outside = text.replace("lane Amt\n", "") + "\nlane Amt"
    assert [f.code for f in check(outside, **WORLD)] == ["task-without-lane"]
    twice = sketch(text + "\nlane Landkreis").replace(
        b'name="Landkreis">', b'name="Landkreis"><bpmn:flowNodeRef>b</bpmn:flowNodeRef>'
    )
    assert codes(twice, **WORLD) == [("lane-twice", "b")]
    ghost = sketch(text).replace(
        b">b</bpmn:flowNodeRef>", b">b</bpmn:flowNodeRef><bpmn:flowNodeRef>geist</bpmn:flowNodeRef>"
    )
    assert codes(ghost, **WORLD) == [("lane-node-missing", "Lane_0")]
    nameless = sketch(text).replace(b'name="Amt"', b"")
    assert codes(nameless, **WORLD) == [("lane-without-name", "Lane_0")]


def test_tasks_of_a_called_process_may_inherit_the_callers_lane() -> None:
    inner = "start a\nuser b pik:form=pruefung\nend z\na -> b -> z"
    outer = "lane Amt\n  start a\n  call c calledElement=innen\n  end z\na -> c -> z"
    assert together({"aussen": outer, "innen": inner}, **WORLD) == []
    loose = outer.replace("lane Amt\n", "")
    (finding,) = together({"aussen": loose, "innen": inner}, **WORLD)
    assert (finding.code, finding.file) == ("task-without-lane", "innen.bpmn")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("service c pik:connector=post pik:result=r", []),
        ("service c", [("connector-not-named", "c")]),
        ("service c pik:connector=fax pik:result=r", [("connector-unknown", "c")]),
        ("call c calledElement=weg", [("called-process-unknown", "c")]),
        ("call c", [("called-process-not-named", "c")]),
        ("call c calledElement=vorgang pik:open=true", [("pik-attribute-misplaced", "c")]),
    ],
)
def test_connectors_and_called_processes_exist(line: str, expected: list[tuple[str, str]]) -> None:
    assert codes(f"lane Amt\n  start a\n  {line}\n  end z\na -> c -> z", **WORLD) == expected


def test_child_cases_and_multi_instance_exclude_each_other() -> None:
    data = sketch(
        "lane Amt\n  start a\n  call c calledElement=vorgang pik:cases=liste\n  end z\na -> c -> z"
    )
    data = data.replace(
        b"</bpmn:callActivity>",
        b"<bpmn:standardLoopCharacteristics loopMaximum='2'/></bpmn:callActivity>",
    )
    assert codes(data, start_names={"liste"}, **WORLD) == [("cases-and-loop", "c")]


def test_roles_of_the_catalog_are_looked_up_per_measure() -> None:
    text = TASK.format("pik:form=catalog:antrag")
    good = Usage("Deutsch", "vorgang", {"antrag": "pruefung"})
    poor = Usage("Sport", "vorgang", {"bericht": "pruefung"})
    other = Usage("Musik", "anderer", {})
    assert check(text, usages=[good, other], **WORLD) == []
    (finding,) = check(text, usages=[good, poor], **WORLD)
    assert finding.code == "form-role-unknown"
    assert "„Sport“" in finding.message
    missing = Usage("Kunst", "vorgang", {"antrag": "weg"})
    assert codes(text, usages=[missing], **WORLD) == [("form-unknown", "b")]


def test_an_event_with_a_form_says_to_whom_it_is_offered() -> None:
    text = TASK.format("pik:form=pruefung") + (
        '\n<bpmn:message id="m" name="Rücknahme" />\n'
        "boundary r on b message=m pik:form=pruefung {}\nend y\nr -> y"
    )
    text = text.replace("lane Amt", "lane Amt\n", 1)
    assert found("", text) == [("event-form-without-lane", "r")]
    assert found("pik:lane=Amt", text) == []
    assert found("pik:lane=Mars", text) == [("lane-unmapped", "r")]


def test_attributes_of_a_process() -> None:
    data = sketch("start a\nend z\na -> z").replace(
        b"<bpmn:process ", b'<bpmn:process pik:amount="1 +" pik:title="=2 +" pik:form="x" '
    )
    assert sorted(codes(data)) == [
        ("expression-invalid", "vorgang"),
        ("expression-invalid", "vorgang"),
        ("pik-attribute-misplaced", "vorgang"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("catch w message=m pik:key=heute", []),
        ("receive w messageRef=m pik:key=heute", []),
        ("send w messageRef=m pik:key=heute pik:input=\"{'a': 1}\"", []),
        ("throw w signal=s pik:input=\"{'a': 1}\"", []),
        ("throw w signal=s pik:key=heute", ["pik-attribute-misplaced"]),
        ("throw w pik:input=\"{'a': 1}\"", ["pik-attribute-misplaced"]),
        ("catch w timer=P1D pik:key=heute", ["pik-attribute-misplaced"]),
        ("catch w message=m pik:key='a ='", ["expression-invalid"]),
        ("send w pik:connector=p pik:result=r pik:key=heute", ["pik-attribute-misplaced"]),
    ],
)
def test_keys_and_contents_belong_to_messages(line: str, expected: list[str]) -> None:
    named = "<bpmn:message id='m' name='M' />\n<bpmn:signal id='s' name='S' />\n"
    assert [code for code, _ in codes(f"{named}start a\n{line}\nend z\na -> w -> z")] == expected


def test_a_start_event_takes_every_message_of_its_name() -> None:
    text = "<bpmn:message id='m' name='M' />\nstart a message=m pik:key=heute\nend z\na -> z"
    assert codes(text) == [("pik-attribute-misplaced", "a")]
