"""Undoing what was completed: handlers, their order, what they see; transactions."""

import pytest
from case_driver import Case, bpmn, file, process_xml, scope

from pikflow.errors import EngineFault

EVENT = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"


def undo(host: str, handler: str = "", inner: str = "", tag: str = "userTask") -> str:
    """A compensation boundary event on `host` and its handler, `host` with `zurueck_` before it."""
    handler = handler or f"zurueck_{host}"
    return (
        f'<boundaryEvent id="k_{host}" attachedToRef="{host}">{EVENT}</boundaryEvent>'
        f'<{tag} id="{handler}" isForCompensation="true">{inner}</{tag}>'
        f'<association id="as_{host}" sourceRef="k_{host}" targetRef="{handler}"/>'
    )


def throw(key: str = "wurf", activity: str = "", *, waits: bool = True, tag: str = "") -> str:
    tag = tag or ("endEvent" if key.startswith("end") else "intermediateThrowEvent")
    ref = f'activityRef="{activity}"' if activity else ""
    wait = "" if waits else 'waitForCompletion="false"'
    return f'<{tag} id="{key}"><compensateEventDefinition {ref} {wait}/></{tag}>'


def sub(key: str, flows: str, nodes: str = "", *, tag: str = "subProcess") -> str:
    ends = "".join(f'<endEvent id="{end}"/>' for end in ("end_s", "end_t") if f"> {end}" in flows)
    start = f'<startEvent id="start_{key}"/>'
    return f'<{tag} id="{key}">{scope(flows, nodes + start + ends)}</{tag}>'


def boundary(host: str, event: str) -> str:
    return f'<boundaryEvent id="rand" attachedToRef="{host}">{event}</boundaryEvent>'


MESSAGE = '<messageEventDefinition messageRef="M1"/>'
ERROR = '<errorEventDefinition errorRef="E1"/>'


def test_completed_activities_are_undone_last_first_and_the_event_waits() -> None:
    nodes = undo("a") + undo("b") + throw()
    case = Case(bpmn("start > a > b > wurf > c > end", nodes)).complete("a").complete("b")
    assert case.open == ["zurueck_b"]
    assert case.complete("zurueck_b").open == ["zurueck_a"]
    assert case.complete("zurueck_a").open == ["c"]
    assert case.trace == ["start", "a", "b", "zurueck_b", "zurueck_a", "wurf"]
    assert case.complete("c").done


def test_only_what_was_completed_is_undone_and_only_once() -> None:
    nodes = undo("a") + undo("b") + throw() + throw("wurf2")
    case = Case(bpmn("start > a > wurf > x > wurf2 > c\nstart > b", nodes)).complete("a")
    assert case.open == ["b", "zurueck_a"]
    case.complete("zurueck_a").complete("b").complete("x")
    assert case.open == ["zurueck_b"]
    assert case.complete("zurueck_b").open == ["c"]


def test_an_activity_without_handler_is_left_alone() -> None:
    assert Case(bpmn("start > a > wurf > c", throw())).complete("a").open == ["c"]


def test_the_event_may_name_the_activity() -> None:
    nodes = undo("a") + undo("b") + throw(activity="a")
    case = Case(bpmn("start > a > b > wurf > c > end", nodes)).complete("a").complete("b")
    assert case.open == ["zurueck_a"]
    assert case.complete("zurueck_a").open == ["c"]


def test_an_event_that_does_not_wait_goes_on_at_once() -> None:
    nodes = undo("a") + throw(waits=False)
    case = Case(bpmn("start > a > wurf > c > end", nodes)).complete("a")
    assert sorted(case.open) == ["c", "zurueck_a"]
    assert not case.complete("c").done
    assert case.complete("zurueck_a").done


def test_an_end_event_undoes_before_the_case_ends_and_names_the_outcome() -> None:
    case = Case(bpmn("start > a > ende", undo("a") + throw("ende", tag="endEvent"))).complete("a")
    assert case.open == ["zurueck_a"] and not case.done
    assert case.complete("zurueck_a").done and case.result.outcome == "ende"


def test_handlers_see_the_data_as_it_is() -> None:
    handler = "<script>summe = summe - betrag</script>"
    nodes = undo("a", inner=handler, tag="scriptTask") + throw()
    case = Case(bpmn("start > a > b > wurf > c", nodes), data={"summe": 10, "betrag": 1})
    assert case.complete("a").complete("b", betrag=4).data["summe"] == 6
    assert case.open == ["c"]


def test_every_round_of_a_loop_is_undone() -> None:
    nodes = undo("a") + throw() + '<exclusiveGateway id="x" default="x_wurf"/>'
    case = Case(bpmn("start > a > x > wurf > c\nx > a [nochmal]", nodes))
    case.complete("a", nochmal=True).complete("a", nochmal=False)
    assert case.open == ["zurueck_a"]
    assert case.complete("zurueck_a").open == ["zurueck_a"]
    assert case.complete("zurueck_a").open == ["c"]


@pytest.mark.parametrize("sequential", [True, False])
def test_every_instance_is_undone_with_its_own_item(sequential: bool) -> None:
    loop = (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        "<loopDataInputRef>liste</loopDataInputRef><inputDataItem id='zahl'/>"
        "</multiInstanceLoopCharacteristics>"
    )
    handler = undo("a", inner="<script>weg = weg + [zahl]</script>", tag="scriptTask")
    nodes = f'<scriptTask id="a"><script>n = 1</script>{loop}</scriptTask>{handler}{throw()}'
    case = Case(bpmn("start > a > wurf > c", nodes), data={"liste": [1, 2, 3], "weg": []})
    assert case.data["weg"] == [3, 2, 1] and case.open == ["c"]


def test_a_sub_process_without_handler_undoes_what_ran_inside_it() -> None:
    inside = sub("s", "start_s > a > b > end_s", undo("a") + undo("b"))
    nodes = inside + undo("z") + throw()
    case = Case(bpmn("start > s > z > wurf > c > end", nodes))
    case.complete("a").complete("b").complete("z")
    assert case.open == ["zurueck_z"]
    assert case.complete("zurueck_z").open == ["zurueck_b"]
    assert case.complete("zurueck_b").open == ["zurueck_a"]
    assert case.complete("zurueck_a").open == ["c"]
    assert case.trace.count("s") == 1


def test_the_handler_of_a_sub_process_stands_for_all_inside_it() -> None:
    inside = sub("s", "start_s > a > end_s", undo("a"))
    case = Case(bpmn("start > s > wurf > c", inside + undo("s") + throw())).complete("a")
    assert case.open == ["zurueck_s"]
    assert case.complete("zurueck_s").open == ["c"]


def test_a_handler_may_be_a_sub_process() -> None:
    handler = scope("hs > h > he", '<startEvent id="hs"/><endEvent id="he"/>')
    nodes = undo("a", inner=handler, tag="subProcess") + throw()
    case = Case(bpmn("start > a > wurf > c", nodes)).complete("a")
    assert case.open == ["h"]
    assert case.complete("h").open == ["c"] and case.trace[-2:] == ["zurueck_a", "wurf"]


def _listener(flows: str, nodes: str = "") -> str:
    start = f'<startEvent id="ks">{EVENT}</startEvent>'
    return f'<subProcess id="k" triggeredByEvent="true">{scope(flows, nodes + start)}</subProcess>'


def test_a_compensation_event_sub_process_stands_for_the_rest_of_its_scope() -> None:
    listener = _listener("ks > h > ke > h2", throw("ke", "a"))
    inside = sub("s", "start_s > a > b > end_s", undo("a") + undo("b") + listener)
    case = Case(bpmn("start > s > wurf > c", inside + throw())).complete("a").complete("b")
    assert case.open == ["h"]
    assert case.complete("h").open == ["zurueck_a"], "the activities around it can be undone"
    assert case.complete("zurueck_a").open == ["h2"]
    assert case.complete("h2").open == ["c"]


def test_a_compensation_event_sub_process_never_starts_by_itself() -> None:
    inside = sub("s", "start_s > a > end_s", _listener("ks > h > ke"))
    case = Case(bpmn("start > s > c", inside)).complete("a")
    assert case.open == ["c"] and case.waiting == []


def test_a_called_process_undoes_itself() -> None:
    ends = '<startEvent id="qs"/><endEvent id="qe"/>'
    called = process_xml("qs > a > qe", ends + undo("a"), process="q")
    call = '<callActivity id="ruf" calledElement="q"/>'
    caller = process_xml("start > ruf > wurf > c", call + throw())
    case = Case(file(caller, called)).complete("a")
    assert case.open == ["zurueck_a"]
    assert case.task("zurueck_a").path == ("ruf",)
    assert case.complete("zurueck_a").open == ["c"]


def test_an_error_event_sub_process_undoes_what_ran_before_the_error() -> None:
    ends = f'<startEvent id="fs">{ERROR}</startEvent><endEvent id="fe"/>'
    inner = scope("fs > fw > fe", ends + throw("fw"))
    handler = f'<subProcess id="f" triggeredByEvent="true">{inner}</subProcess>'
    fail = f'<endEvent id="weh">{ERROR}</endEvent>'
    case = Case(bpmn("start > a > b > weh", undo("a") + handler + fail)).complete("a").complete("b")
    assert case.open == ["zurueck_a"]
    assert case.complete("zurueck_a").done and case.result.error is None


def test_what_was_cancelled_is_not_undone() -> None:
    inside = sub("s", "start_s > a > b > end_s", undo("a")) + boundary("s", MESSAGE)
    case = Case(bpmn("start > s > end\nrand > wurf > c", inside + throw())).complete("a")
    assert case.message("Antwort").open == ["c"]


def test_cancelling_the_scope_stops_its_compensation() -> None:
    inside = sub("s", "start_s > a > wurf > b > end_s", undo("a") + throw())
    case = Case(bpmn("start > s > end\nrand > c", inside + boundary("s", MESSAGE))).complete("a")
    assert case.open == ["zurueck_a"]
    assert case.message("Antwort").open == ["c"] and "zurueck_a" in case.cancelled


def test_an_error_in_a_handler_goes_outwards() -> None:
    handler = scope("hs > h > weh", f'<startEvent id="hs"/><endEvent id="weh">{ERROR}</endEvent>')
    undoing = undo("a", inner=handler, tag="subProcess")
    inside = sub("s", "start_s > a > wurf > b > end_s", undoing + throw())
    case = Case(bpmn("start > s > end\nrand > c", inside + boundary("s", ERROR))).complete("a")
    assert case.complete("h").open == ["c"]


def test_a_very_long_loop_is_refused_by_name() -> None:
    loop = "<loopCardinality>900</loopCardinality>"
    many = f"<multiInstanceLoopCharacteristics>{loop}</multiInstanceLoopCharacteristics>"
    nodes = f'<scriptTask id="a"><script>n = 1</script>{many}</scriptTask>' + undo("a")
    choice = '<exclusiveGateway id="x" default="x_c"/>'
    case = Case(bpmn("start > a > b > x > c\nx > a [ja]", nodes + choice))
    with pytest.raises(EngineFault) as caught:
        case.complete("b", ja=True)
    assert caught.value.code == "compensation-limit" and case.open == ["b"]


# Transactions


def _transaction(flows: str, nodes: str = "") -> str:
    broken = f'<endEvent id="bruch">{CANCEL}</endEvent>'
    return sub("t", flows, nodes + broken, tag="transaction") + boundary("t", CANCEL)


def test_a_transaction_that_holds_goes_on() -> None:
    case = Case(bpmn("start > t > c\nrand > d", _transaction("start_t > a > end_t", undo("a"))))
    assert case.complete("a").open == ["c"]


def test_a_cancelled_transaction_is_undone_and_leaves_by_its_boundary() -> None:
    flows = "start_t > a > b > bruch\nstart_t > w"
    case = Case(bpmn("start > t > c\nrand > d > end", _transaction(flows, undo("a") + undo("b"))))
    case.complete("a").complete("b")
    assert case.open == ["zurueck_b"] and case.cancelled == ["w"]
    assert case.complete("zurueck_b").open == ["zurueck_a"]
    assert case.complete("zurueck_a").open == ["d"]
    assert "rand" in case.trace and "t" in case.cancelled and "c" not in case.trace
    assert case.complete("d").done


def test_a_cancelled_transaction_with_nothing_to_undo_leaves_at_once() -> None:
    case = Case(bpmn("start > t > c\nrand > d", _transaction("start_t > a > bruch")))
    assert case.complete("a").open == ["d"]


def test_a_transaction_that_held_can_be_undone_later() -> None:
    nodes = _transaction("start_t > a > end_t", undo("a")) + throw()
    case = Case(bpmn("start > t > wurf > c\nrand > d", nodes)).complete("a")
    assert case.open == ["zurueck_a"]
    assert case.complete("zurueck_a").open == ["c"]


def test_a_state_says_when_it_needs_an_engine_that_can_undo() -> None:
    case = Case(bpmn("start > a > b > wurf > c", undo("a") + throw()))
    assert b'"version":1' in case.result.state and b"done" not in case.result.state
    case.complete("a")
    assert b'"version":2' in case.result.state, "b is open, a can be undone"
    case.complete("b")
    assert b'"version":2' in case.result.state, "a is being undone"
    assert b'"version":1' in case.complete("zurueck_a").result.state
