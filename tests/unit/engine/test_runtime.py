"""The plain path: tasks, scripts, gateways, data and the stored state."""

from decimal import Decimal

import pytest
from case_driver import BEGIN, Case, bpmn

from pikflow.engine import runtime
from pikflow.errors import Conflict, DefinitionInvalid, EngineFault

APPROVAL = bpmn(
    """
    start > antrag > rechnen > wahl
    wahl > ende_ja [doppelt > 10]
    wahl > antrag
    """,
    """
    <userTask id="antrag" name="Antrag stellen" pik:form="antrag" pik:result="antrag"
      pik:due="P14D"><documentation>Bitte ausfüllen.</documentation></userTask>
    <scriptTask id="rechnen"><script>doppelt = antrag.betrag * 2
      summe = doppelt + 1</script></scriptTask>
    <exclusiveGateway id="wahl" default="wahl_antrag"/>
    <endEvent id="ende_ja" name="Bewilligt"/>
    """,
    attributes='pik:phase="Antrag"',
)


def test_goes_from_the_first_task_through_script_and_gateway_to_the_end() -> None:
    case = Case(APPROVAL)
    assert case.open == ["antrag"] and not case.done
    case.complete("antrag", betrag=3)
    assert case.open == ["antrag"] and case.data["summe"] == Decimal(7)
    case.complete("antrag", betrag=Decimal("5.5"))
    assert case.done and case.result.outcome == "Bewilligt"
    loop = ["antrag", "rechnen", "wahl"]
    assert case.trace == ["start", *loop, *loop, "ende_ja"]


def test_an_open_task_tells_what_the_diagram_says_about_it() -> None:
    task = Case(APPROVAL).task("antrag")
    assert (task.name, task.kind, task.form, task.result) == (
        "Antrag stellen",
        "user",
        "antrag",
        "antrag",
    )
    assert (task.documentation, task.phase, task.process) == ("Bitte ausfüllen.", "Antrag", "p")
    assert task.due is not None and task.due.isoformat() == "2026-03-16"


def test_answers_without_a_result_name_are_merged_into_the_data() -> None:
    case = Case(bpmn("start > a > end"), data={"alt": 1})
    case.complete("a", neu=2)
    assert case.data == {"alt": Decimal(1), "neu": Decimal(2)}


def test_an_unconditional_second_way_counts_as_default() -> None:
    case = Case(bpmn("start > x\nx > a [wert == 1]\nx > b", '<exclusiveGateway id="x"/>'))
    assert case.open == ["b"]


def test_conditions_are_tried_in_the_order_of_the_file() -> None:
    process = bpmn("start > x\nx > a [wert > 1]\nx > b [wert > 0]", '<exclusiveGateway id="x"/>')
    assert Case(process, data={"wert": 2}).open == ["a"]
    assert Case(process, data={"wert": 1}).open == ["b"]


def test_stops_with_the_element_when_no_condition_holds() -> None:
    process = bpmn("start > x\nx > a [wert > 1]\nx > b [wert > 0]", '<exclusiveGateway id="x"/>')
    with pytest.raises(EngineFault, match=r"\(x\)") as caught:
        Case(process)
    assert caught.value.code == "no-way-out"


def test_names_the_element_whose_expression_fails() -> None:
    process = bpmn(
        "start > s > end", '<scriptTask id="s"><script>x = sum(zu viel</script></scriptTask>'
    )
    with pytest.raises(EngineFault, match=r"\(s\)") as caught:
        Case(process)
    assert caught.value.code == "expression"


def test_several_ways_out_of_a_task_are_taken_together() -> None:
    case = Case(bpmn("start > a\na > b\na > c\na > d [nie == 1]"))
    assert case.complete("a").open == ["b", "c"]


def test_conditions_on_the_ways_out_of_a_task_leave_the_default() -> None:
    process = bpmn("start > a\na > b [ja]\na > c", '<userTask id="a" default="a_c"/>')
    assert Case(process).complete("a", ja=True).open == ["b"]
    assert Case(process).complete("a", ja=False).open == ["c"]


def test_a_case_without_end_event_ends_when_nothing_is_left() -> None:
    case = Case(bpmn("start > a"))
    assert case.complete("a").done and case.result.outcome is None


def test_a_process_without_start_event_begins_where_nothing_leads_to() -> None:
    assert Case(bpmn("a > c\nb > c")).open == ["a", "b"]


def test_completing_a_closed_task_is_refused() -> None:
    case = Case(bpmn("start > a > b"))
    first = case.task("a").id
    case.complete("a")
    for stale in (first, "gibt-es-nicht"):
        with pytest.raises(Conflict) as caught:
            case.step(runtime.complete, stale, {})
        assert caught.value.code == "task-not-open"
    assert case.open == ["b"]


def test_refuses_a_process_the_files_do_not_hold() -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        Case(bpmn("start > a"), process="q")
    assert caught.value.findings[0].code == "process-missing"


def test_an_instant_without_zone_is_a_mistake_of_the_caller() -> None:
    case = Case(bpmn("start > a"))
    with pytest.raises(ValueError, match="time zone"):
        runtime.start(case.definition, {}, BEGIN.replace(tzinfo=None))


def test_today_is_the_local_day_of_the_step() -> None:
    process = bpmn(
        "start > a > s > end", '<scriptTask id="s"><script>tag = heute</script></scriptTask>'
    )
    case = Case(process).later(days=2, hours=14, minutes=30)
    assert case.complete("a").data["tag"].isoformat() == "2026-03-05"


def test_cancelling_a_case_ends_everything_without_outcome() -> None:
    case = Case(bpmn("start > a > end"))
    case.step(runtime.cancel)
    assert case.done and case.result.outcome is None and case.cancelled == ["a"]


def test_an_element_the_engine_can_not_run_stops_the_case() -> None:
    with pytest.raises(EngineFault, match="complexGateway") as caught:
        Case(bpmn("start > g > a", '<complexGateway id="g"/>'))
    assert caught.value.code == "element-unsupported"
