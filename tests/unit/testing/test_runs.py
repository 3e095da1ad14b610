"""What a run shows and takes: tasks, answers, data, history, on every store."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pikflow.errors import Conflict, Invalid, NotFound
from pikflow.testing import AnswersInvalid, Run

from .conftest import BEGIN, Rehearse
from .drawing import (
    bpmn,
    end,
    exclusive,
    flow,
    line,
    loop,
    node,
    parallel,
    process,
    script,
    start,
    sub,
    user,
)

ONE_TASK = bpmn(process("p", start("s"), user("a", name="Prüfen"), end("e"), line("s", "a", "e")))
SUM = bpmn(
    process(
        "p",
        start("s"),
        user("a"),
        script("x", "summe = betrag * 2"),
        exclusive("g", default="g_klein"),
        end("gross"),
        end("klein"),
        line("s", "a", "x", "g"),
        flow("g", "gross", "summe &gt;= 10"),
        flow("g", "klein"),
    )
)


def elements(run: Run) -> list[str]:
    return [record.element_id for record in run.history]


def tasks(run: Run) -> list[str]:
    return [task.element_id for task in run.open_tasks]


def test_a_run_stands_at_its_first_task(rehearse: Rehearse) -> None:
    run = rehearse(ONE_TASK).start("p")
    (task,) = run.open_tasks
    assert (task.element_id, task.name, task.lane, task.kind) == ("a", "Prüfen", "", "user")
    assert not run.completed and run.error is None and run.state == "open"


def test_completing_the_last_task_completes_the_run(rehearse: Rehearse) -> None:
    run = rehearse(ONE_TASK).start("p")
    run.complete("a")
    assert run.completed and run.open_tasks == [] and run.waiting_events == []


@pytest.mark.parametrize("how", ["object", "id", "element"])
def test_a_task_is_completed_by_object_id_or_element(rehearse: Rehearse, how: str) -> None:
    run = rehearse(ONE_TASK).start("p")
    task = run.open_tasks[0]
    run.complete({"object": task, "id": task.id, "element": "a"}[how])
    assert run.completed


def test_history_is_in_the_order_of_completion_with_kinds(rehearse: Rehearse) -> None:
    run = rehearse(SUM).start("p")
    run.complete("a", {"betrag": 5})
    assert [(r.element_id, r.kind) for r in run.history] == [
        ("s", "startEvent"),
        ("a", "userTask"),
        ("x", "scriptTask"),
        ("g", "exclusiveGateway"),
        ("gross", "endEvent"),
    ]


def test_history_says_when_in_utc(rehearse: Rehearse) -> None:
    run = rehearse(ONE_TASK).start("p")
    (record,) = run.history
    assert record.at == BEGIN and record.at.utcoffset() == UTC.utcoffset(None)


VALUES: list[tuple[Any, Any]] = [
    (5, 5),
    (0, 0),
    (-3, -3),
    (0.1, 0.1),
    (2.5, 2.5),
    (1e21, 1e21),
    (10**30, 10**30),
    (Decimal("12.50"), 12.5),
    ("5", "5"),
    ("", ""),
    ("Größe „9“ \\ \n \x7f", "Größe „9“ \\ \n \x7f"),
    (True, True),
    (False, False),
    (None, None),
    ([1, [2, {"x": 3.5}]], [1, [2, {"x": 3.5}]]),
    ((1, 2), [1, 2]),
    ([], []),
    ({}, {}),
    ({"$decimal": "1", "b": 2}, {"$decimal": "1", "b": 2}),
    (date(2026, 5, 1), "2026-05-01"),
]


def test_values_come_out_as_they_went_in(rehearse: Rehearse) -> None:
    rehearsal = rehearse(ONE_TASK)
    for given, shown in VALUES:
        run = rehearsal.start("p", {"vorher": given})
        run.complete("a", {"wert": given})
        assert run.data == {"vorher": shown, "wert": shown}
        types = {type(value) for value in run.data.values()}
        assert len(types) == 1 and Decimal not in types, given


def test_computed_numbers_compare_with_plain_ones(rehearse: Rehearse) -> None:
    text = "a = 0.1 + 0.2\nb = 7 / 2\nc = 6 / 2\nd = 2 * 3 == 6"
    body = process("p", start("s"), script("x", text), end("e"), line("s", "x", "e"))
    run = rehearse(bpmn(body)).start("p")
    assert run.data == {"a": 0.3, "b": 3.5, "c": 3, "d": True}
    assert isinstance(run.data["c"], int)


def test_data_are_a_copy(rehearse: Rehearse) -> None:
    given = {"liste": [1]}
    run = rehearse(ONE_TASK).start("p", given)
    given["liste"].append(2)
    run.data["liste"].append(3)
    assert run.data == {"liste": [1]}


def test_answers_go_over_what_was_there(rehearse: Rehearse) -> None:
    run = rehearse(SUM).start("p", {"betrag": 100})
    run.complete("a", {"betrag": 1})
    assert run.data == {"betrag": 1, "summe": 2} and elements(run)[-1] == "klein"


def test_a_second_completion_is_a_conflict(rehearse: Rehearse) -> None:
    run = rehearse(ONE_TASK).start("p")
    task = run.open_tasks[0]
    run.complete(task)
    for key in (task, task.id, "a"):
        with pytest.raises(Conflict) as refused:
            run.complete(key)
        assert refused.value.code == "task-not-open"
    assert elements(run) == ["s", "a", "e"]


def test_a_cancelled_run_is_over_and_not_completed(rehearse: Rehearse) -> None:
    run = rehearse(ONE_TASK).start("p")
    run.cancel()
    assert run.ended and run.state == "cancelled" and not run.completed and run.error is None
    assert run.open_tasks == [] and elements(run) == ["s"]
    with pytest.raises(Conflict):
        run.complete("a")


def test_what_is_no_task_can_not_be_completed(rehearse: Rehearse) -> None:
    run = rehearse(ONE_TASK).start("p")
    for key in ("e", "p", "", "unbekannt"):
        with pytest.raises(Conflict):
            run.complete(key)
    assert tasks(run) == ["a"]


def test_an_unknown_process_is_not_found(rehearse: Rehearse) -> None:
    rehearsal = rehearse(ONE_TASK)
    with pytest.raises(NotFound) as refused:
        rehearsal.start("q")
    assert refused.value.code == "process-not-found" and rehearsal.runs == []


def test_answers_that_are_no_values_change_nothing(rehearse: Rehearse) -> None:
    run = rehearse(ONE_TASK).start("p")
    with pytest.raises(TypeError):
        run.complete("a", {"x": object()})
    assert tasks(run) == ["a"] and run.data == {}


def test_several_runs_do_not_meet(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SUM)
    first, second, third = (rehearsal.start("p", {"n": n}) for n in (1, 2, 3))
    second.complete("a", {"betrag": 50})
    assert second.completed and not first.completed and not third.completed
    first.complete("a", {"betrag": 1})
    assert first.data == {"n": 1, "betrag": 1, "summe": 2}
    assert second.data == {"n": 2, "betrag": 50, "summe": 100}
    assert third.data == {"n": 3} and rehearsal.runs == [first, second, third]
    assert len({task.id for run in rehearsal.runs for task in run.open_tasks}) == 1


def test_branches_are_open_together(rehearse: Rehearse) -> None:
    body = (
        start("s") + parallel("f") + user("a") + user("b") + parallel("j") + end("e")
        + line("s", "f", "a", "j", "e") + line("f", "b", "j")
    )  # fmt: skip
    run = rehearse(bpmn(process("p", body))).start("p")
    assert sorted(tasks(run)) == ["a", "b"]
    run.complete("b", {"x": 1})
    assert tasks(run) == ["a"] and not run.completed
    run.complete("a", {"y": 2})
    assert run.completed and run.data == {"x": 1, "y": 2} and elements(run).count("j") == 1


EACH = bpmn(process("p", start("s"), user("a", loop("orte", "ort")), end("e"), line("s", "a", "e")))


def test_every_instance_is_a_task_with_its_item(rehearse: Rehearse) -> None:
    run = rehearse(EACH).start("p", {"orte": ["Ulm", "Calw"]})
    assert [task.names for task in run.open_tasks] == [
        {"ort": "Ulm", "loopCounter": 1},
        {"ort": "Calw", "loopCounter": 2},
    ]


def test_an_element_open_several_times_needs_the_task(rehearse: Rehearse) -> None:
    run = rehearse(EACH).start("p", {"orte": [1, 2]})
    with pytest.raises(Invalid) as refused:
        run.complete("a")
    assert refused.value.code == "task-ambiguous" and len(run.open_tasks) == 2
    run.complete(run.open_tasks[1])
    run.complete("a")
    assert run.completed


def test_history_tells_instances_apart(rehearse: Rehearse) -> None:
    run = rehearse(EACH).start("p", {"orte": ["x", "y", "z"]})
    for task in reversed(run.open_tasks):
        run.complete(task)
    found = [(r.element_id, r.scope) for r in run.history]
    assert found == [("s", ""), ("a", "a#3"), ("a", "a#2"), ("a", "a#1"), ("e", "")]


def test_a_list_without_entries_is_passed(rehearse: Rehearse) -> None:
    run = rehearse(EACH).start("p", {"orte": []})
    assert run.completed and elements(run)[-1] == "e"


def test_instances_one_after_the_other(rehearse: Rehearse) -> None:
    body = user("a", loop("3", sequential=True))
    run = rehearse(bpmn(process("p", start("s"), body, end("e"), line("s", "a", "e")))).start("p")
    counters = []
    while not run.completed:
        counters += [task.names["loopCounter"] for task in run.open_tasks]
        run.complete("a")
    assert counters == [1, 2, 3]


NESTED = bpmn(
    process(
        "p",
        start("s"),
        sub(
            "u",
            loop("2"),
            start("us"),
            node("callActivity", "c", calledElement="q"),
            end("ue"),
            line("us", "c", "ue"),
        ),
        end("e"),
        line("s", "u", "e"),
    ),
    process("q", start("qs"), user("qa"), end("qe"), line("qs", "qa", "qe")),
)


def test_scopes_name_what_is_around(rehearse: Rehearse) -> None:
    run = rehearse(NESTED).start("p")
    for task in run.open_tasks:
        run.complete(task)
    scopes = {(r.element_id, r.scope) for r in run.history}
    assert run.completed and scopes == {
        ("s", ""),
        ("e", ""),
        *((key, f"u#{n}") for n in (1, 2) for key in ("us", "c", "ue", "u")),
        *((key, f"u#{n}/c") for n in (1, 2) for key in ("qs", "qa", "qe")),
    }


def test_a_called_process_is_no_run_of_its_own(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NESTED)
    rehearsal.start("p")
    assert len(rehearsal.runs) == 1


def test_each_process_of_a_file_can_be_started(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NESTED)
    assert rehearsal.processes == ["p", "q"]
    run = rehearsal.start("q")
    run.complete("qa")
    assert run.completed and run.process_id == "q" and run.history[1].scope == ""


def test_lanes_are_told(rehearse: Rehearse) -> None:
    lanes = node(
        "laneSet",
        "ls",
        node("lane", "l1", "<bpmn:flowNodeRef>a</bpmn:flowNodeRef>", name="Amt für Grünes & mehr"),
        node("lane", "l2", "<bpmn:flowNodeRef>b</bpmn:flowNodeRef>", name="Kasse"),
    )  # fmt: skip
    body = (lanes, start("s"), user("a"), user("b"), end("e"), line("s", "a", "b", "e"))
    run = rehearse(bpmn(process("p", *body))).start("p")
    assert run.open_tasks[0].lane == "Amt für Grünes & mehr"
    run.complete("a")
    assert run.open_tasks[0].lane == "Kasse"


def test_every_kind_of_work_can_be_completed(rehearse: Rehearse) -> None:
    kinds = ("userTask", "manualTask", "task", "serviceTask")
    nodes = "".join(node(kind, kind) for kind in kinds)
    run = rehearse(bpmn(process("p", start("s"), nodes, end("e"), line("s", *kinds, "e")))).start(
        "p"
    )
    for kind in kinds:
        assert tasks(run) == [kind]
        run.complete(kind, {kind: 1})
    assert run.completed and run.data == dict.fromkeys(kinds, 1)
    assert [r.kind for r in run.history][1:-1] == list(kinds)


def test_the_outcome_is_the_name_of_the_end(rehearse: Rehearse) -> None:
    body = (start("s"), end("e", name="Bewilligt"), line("s", "e"))
    assert rehearse(bpmn(process("p", *body))).start("p").outcome == "Bewilligt"


FORM = """\
pikform: 1
id: pruefung
version: 1
title: {de: Prüfung, en: Review}
sections:
  - id: teil
    title: {de: Teil, en: Part}
    fields:
      - {id: betrag_eur, type: money, label: {de: Betrag, en: Amount}, required: true}
      - {id: doppelt, type: money, label: {de: Doppelt, en: Double}, compute: "betrag_eur * 2"}
"""
WITH_FORM = bpmn(
    process(
        "p", start("s"), user("a", pik_form="pruefung", pik_result="antrag"), end("e"),
        line("s", "a", "e"),
    )
)  # fmt: skip


def test_answers_to_a_form_are_validated(rehearse: Rehearse, tmp_path: Any) -> None:
    form = tmp_path / "pruefung.yaml"
    form.write_text(FORM, encoding="utf-8")
    run = rehearse(WITH_FORM, files=[form]).start("p")
    assert run.open_tasks[0].form == "pruefung"
    for wrong in ({}, {"betrag_eur": ""}, {"betrag_eur": "viel"}):
        with pytest.raises(AnswersInvalid) as refused:
            run.complete("a", wrong)
        assert list(refused.value.errors) == ["betrag_eur"]
    assert tasks(run) == ["a"] and elements(run) == ["s"]
    run.complete("a", {"betrag_eur": "1.200,50", "fremd": 1})
    assert run.completed and run.data == {"antrag": {"betrag_eur": 1200.5, "doppelt": 2401}}


def test_a_form_that_was_not_given_asks_nothing(rehearse: Rehearse) -> None:
    run = rehearse(WITH_FORM).start("p")
    run.complete("a", {"egal": "was"})
    assert run.data == {"antrag": {"egal": "was"}}


def test_the_clock_begins_now_unless_told(rehearse: Rehearse) -> None:
    before = datetime.now(UTC)
    rehearsal = rehearse(ONE_TASK, begins=None)
    assert before <= rehearsal.now <= datetime.now(UTC)
