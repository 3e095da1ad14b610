"""Claim, draft, complete: one step, one commit, and who is told no."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pikflow.errors import Conflict, Invalid, NotFound, PikFlowError, Refused
from pikflow.services.submissions import AnswersInvalid
from pikflow.store import cases, histories, tasks

from .world import ANTRAG, PEOPLE, World

GOOD = {"ergebnis": "gut"}


def refusal(call: Callable[[], Any]) -> PikFlowError:
    with pytest.raises(PikFlowError) as caught:
        call()
    return caught.value


# --- completing --------------------------------------------------------------------------------


def test_completing_writes_state_answers_history_and_the_next_task(world: World) -> None:
    number = world.start()
    done = world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    assert (done.number, done.task, done.state) == (number, "Antrag ausfüllen", "open")
    view = world.cases.view(PEOPLE["amt1"], number)
    assert [task.name for task in view.tasks] == ["Antrag prüfen"]
    assert view.head.amount == Decimal("1200.50")
    assert view.head.phase == "Prüfung"
    assert [(a.result, a.who, a.version) for a in view.answers] == [("antrag", "Kreis1", 1)]
    told = [(e.what, e.who, e.organisation) for e in view.timeline if e.kind == "userTask"]
    assert told == [("Antrag ausfüllen", "Kreis1", "Kreis Eins")]


def test_the_whole_way_ends_with_the_outcome_of_the_diagram(world: World) -> None:
    number = world.checked()
    done = world.complete("amt2", "Entscheidung freigeben", {"freigegeben": True})
    assert (done.state, done.outcome) == ("completed", "Bewilligt")
    head = world.cases.view(PEOPLE["kreis1"], number).head
    assert (head.state, head.outcome, head.ended_at) == ("completed", "Bewilligt", world.clock.now)


def test_answers_the_form_does_not_define_never_reach_the_case(world: World) -> None:
    number = world.start()
    given = {**ANTRAG, "bewilligt_eur": 9, "pruefung": {"ergebnis": "gut"}}
    world.complete("kreis1", "Antrag ausfüllen", given)
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
    assert case is not None
    assert set(case.data["antrag"]) <= {"zweck", "betrag_eur", "iban", "plan"}
    assert "pruefung" not in case.data and "bewilligt_eur" not in case.data


def test_a_form_with_errors_stores_nothing(world: World) -> None:
    number = world.start()
    fault = refusal(lambda: world.complete("kreis1", answers={"zweck": "", "betrag_eur": "viel"}))
    assert isinstance(fault, AnswersInvalid)
    assert set(fault.errors) == {"zweck", "betrag_eur"}
    view = world.cases.view(PEOPLE["kreis1"], number)
    assert view.answers == () and view.head.version == 1


def test_a_second_call_with_the_same_key_gets_the_first_answer(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    first = world.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG, key="page-1")
    second = world.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG, key="page-1")
    assert not first.repeated and second.repeated
    assert (second.number, second.task, second.state) == (first.number, first.task, first.state)


def test_a_key_of_another_person_is_no_way_in(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    world.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG, key="page-1")
    again = refusal(lambda: world.tasks.complete(PEOPLE["kreis1b"], task_id, ANTRAG, key="page-1"))
    assert again.code == "key-taken"


def test_a_double_click_completes_once(world: World) -> None:
    """Both clicks at the same moment: the key is looked up under the lock."""
    number = world.start()
    task_id = world.task("kreis1")
    answers, faults = _together(
        8, lambda _: world.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG, key="same")
    )
    assert faults == []
    assert sorted(answer.repeated for answer in answers) == [False] + [True] * 7
    assert {(a.number, a.task, a.state, a.outcome, a.next_task) for a in answers} == {
        (number, "Antrag ausfüllen", "open", "", answers[0].next_task)
    }
    assert len(world.cases.view(PEOPLE["kreis1"], number).answers) == 1


def test_of_two_people_one_gets_a_conflict_that_says_who_was_first(world: World) -> None:
    number = world.start()
    task_id = world.task("kreis1")
    people = ["kreis1", "kreis1b"]
    answers, faults = _together(
        2,
        lambda n: world.tasks.complete(PEOPLE[people[n]], task_id, ANTRAG, version=1, key=f"k{n}"),
    )
    assert len(answers) == 1 and len(faults) == 1
    assert isinstance(faults[0], Conflict) and faults[0].code == "task-done"
    assert faults[0].message in {
        f"„Antrag ausfüllen“ wurde bereits von {name} erledigt." for name in ("Kreis1", "Kreis1B")
    }
    assert faults[0].hint == "Jetzt ist dran: „Antrag prüfen“ bei Amt."
    assert len(world.cases.view(PEOPLE["kreis1"], number).answers) == 1


def test_eight_threads_lose_none_of_their_steps(world: World) -> None:
    """Eight people work on one case at once; every child report reaches the parent."""
    number = world.start("kreis1", "sammeln")

    def work(n: int) -> None:
        who = ("gemeinde11", "gemeinde12", "gemeinde13")[n % 3]
        for _ in range(5):
            world.cases.add_note(PEOPLE["kreis1"], number, f"Notiz {n}")
        if n < 3:
            world.complete(who, "Bedarf melden", {"anzahl": 10 + n})
        world.jobs.run_due()

    _, faults = _together(8, work)
    world.jobs.run_due()
    assert faults == []
    view = world.cases.view(PEOPLE["kreis1"], number)
    assert [task.name for task in view.tasks] == ["Abschließen"]
    assert sum(1 for entry in view.timeline if entry.kind == "note") == 40
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
    assert case is not None and case.data["summe"] == 33


def _together(count: int, work: Callable[[int], Any]) -> tuple[list[Any], list[PikFlowError]]:
    """Run the same thing in several threads that begin at one moment."""
    gate = threading.Barrier(count)
    answers: list[Any] = []
    faults: list[PikFlowError] = []

    def run(number: int) -> None:
        gate.wait()
        try:
            answers.append(work(number))
        except PikFlowError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, faults


def test_a_page_made_before_another_persons_step_is_out_of_date(world: World) -> None:
    number = world.start()
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    page = world.tasks.view(PEOPLE["amt1"], world.task("amt1"))
    world.complete("amt2", "Antrag prüfen", {"ergebnis": "nachfordern"})
    world.complete("kreis1b", "Antrag ausfüllen", ANTRAG)
    late = refusal(
        lambda: world.complete("amt1", "Antrag prüfen", GOOD, version=page.version, key="late")
    )
    assert isinstance(late, Conflict) and late.code == "case-changed"
    assert "Kreis1B (Kreis Eins)" in late.message and "Antrag ausfüllen" in late.message
    assert "„Antrag prüfen“ bei Amt" in late.hint
    assert world.open_tasks(number) == ["Antrag prüfen"]


def test_ones_own_step_and_background_work_make_no_page_out_of_date(world: World) -> None:
    number = world.start("kreis1", "sammeln")
    page = world.tasks.view(PEOPLE["kreis1"], world.task("kreis1", "Meldungen sammeln"))
    world.complete("gemeinde11", "Bedarf melden", {"anzahl": 4})
    world.jobs.run_due()
    done = world.tasks.close_children(PEOPLE["kreis1"], page.id, version=page.version, key="k")
    assert done.number == number and world.open_tasks(number) == ["Abschließen"]


def test_a_task_that_ended_says_who_has_the_case_now(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    world.complete("kreis1", answers=ANTRAG)
    for call in (world.tasks.view, world.tasks.claim, world.tasks.complete):
        fault = refusal(lambda use=call: use(PEOPLE["kreis1b"], task_id))
        assert fault.code == "task-done"
        assert fault.hint == "Jetzt ist dran: „Antrag prüfen“ bei Amt."


# --- claiming ----------------------------------------------------------------------------------


def test_a_claimed_task_is_refused_to_others_by_name(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    world.tasks.claim(PEOPLE["kreis1"], task_id)
    world.tasks.claim(PEOPLE["kreis1"], task_id)
    for call in (world.tasks.claim, world.tasks.complete):
        fault = refusal(lambda use=call: use(PEOPLE["kreis1b"], task_id))
        assert fault.code == "task-claimed" and "Kreis1" in fault.message
    world.tasks.release(PEOPLE["kreis1"], task_id)
    world.tasks.claim(PEOPLE["kreis1b"], task_id)
    assert refusal(lambda: world.tasks.release(PEOPLE["kreis1"], task_id)).code == "not-holder"


def test_assigning_goes_to_colleagues_only(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    world.tasks.assign(PEOPLE["kreis1"], task_id, "kreis1b")
    assert world.tasks.inbox(PEOPLE["kreis1b"]).counts["mine"] == 1
    for stranger in ("kreis2", "amt1", "nobody", "unknown"):
        fault = refusal(lambda who=stranger: world.tasks.assign(PEOPLE["kreis1"], task_id, who))
        assert isinstance(fault, NotFound)


def test_nobody_approves_what_they_checked(world: World) -> None:
    number = world.checked()
    task_id = world.task("amt2", "Entscheidung freigeben")
    for call in (world.tasks.claim, world.tasks.complete, world.tasks.save_draft):
        fault = refusal(lambda use=call: use(PEOPLE["amt1"], task_id, {}) if (
            use != world.tasks.claim) else use(PEOPLE["amt1"], task_id))  # fmt: skip
        assert isinstance(fault, Refused) and fault.code == "four-eyes"
        assert "„Antrag prüfen“" in fault.message
        assert "eine andere Person Ihrer Stelle" in fault.message
    fault = refusal(lambda: world.tasks.assign(PEOPLE["amt2"], task_id, "amt1"))
    assert fault.code == "four-eyes"
    page = world.tasks.view(PEOPLE["amt1"], task_id)
    assert page.four_eyes and not page.actions["complete"].allowed
    assert page.actions["complete"].reason == page.four_eyes
    world.tasks.complete(PEOPLE["amt2"], task_id, {"freigegeben": True})
    assert world.cases.view(PEOPLE["amt1"], number).head.outcome == "Bewilligt"


# --- page --------------------------------------------------------------------------------------


def test_the_page_brings_everything_the_form_needs(world: World) -> None:
    number = world.start()
    page = world.tasks.view(PEOPLE["kreis1"], world.task("kreis1"))
    assert (page.head.number, page.name, page.lane) == (number, "Antrag ausfüllen", "Antrag")
    assert page.documentation == "Füllen Sie den Antrag aus."
    assert (page.rule, page.submit, page.form) == ("Nr. 3", "Antrag einreichen", "mini-antrag")
    assert (page.due, page.days) == (date(2026, 3, 16), 14)
    assert page.stored is None and page.sections is None
    assert page.context["vorgang"]["antragsteller"]["name"] == "Kreis Eins"
    assert page.context["actor"]["name"] == "Kreis1"
    assert {name: p.allowed for name, p in page.actions.items()} == {
        "complete": True, "save_draft": True, "follow_up": True, "claim": True,
        "release": False, "assign": True,
    }  # fmt: skip
    assert [person.id for person in page.colleagues] == ["kreis1b"]


def test_answers_are_offered_again_to_the_applicant_and_not_to_the_reviewer(world: World) -> None:
    world.start()
    world.complete("kreis1", answers=ANTRAG)
    world.complete("amt1", "Antrag prüfen", {"ergebnis": "nachfordern"})
    page = world.tasks.view(PEOPLE["kreis1"], world.task("kreis1"))
    assert page.stored is not None and page.stored["zweck"] == "Beratung"
    world.complete("kreis1", answers={**ANTRAG, "betrag_eur": "900"})
    again = world.tasks.view(PEOPLE["amt1"], world.task("amt1"))
    assert again.stored is None
    assert [(one.result, one.version) for one in again.shown] == [("antrag", 2)]
    assert again.changed == ("Betrag",)


def test_what_child_cases_reported_is_a_table_with_details(world: World) -> None:
    world.start("kreis1", "sammeln")
    for who, number in (("gemeinde11", 4), ("gemeinde12", 80)):
        world.complete(who, "Bedarf melden", {"anzahl": number})
        world.jobs.run_due()
    world.complete("kreis1", "Meldungen sammeln")
    (one,) = world.tasks.view(PEOPLE["kreis1"], world.task("kreis1")).shown
    assert (one.result, one.name) == ("meldungen", "Meldung")
    assert one.table is not None and one.table.columns == ("Organisation", "Anzahl")
    assert one.table.rows == (("Gemeinde Eins-1", "4"), ("Gemeinde Eins-2", "80"))
    assert [(part.name, part.number) for part in one.parts] == [
        ("Gemeinde Eins-1", "SA-2026-08001001-01"), ("Gemeinde Eins-2", "SA-2026-08001002-01"),
    ]  # fmt: skip
    assert [row.text for row in one.parts[0].sections[0].rows] == ["4"]


def test_a_draft_is_kept_as_typed_and_gone_after_completion(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    world.tasks.save_draft(PEOPLE["kreis1"], task_id, {"betrag_eur": "zwölf"})
    page = world.tasks.view(PEOPLE["kreis1b"], task_id)
    assert page.stored == {"betrag_eur": "zwölf"} and page.draft_at == world.clock.now
    world.complete("kreis1", answers=ANTRAG)
    with world.environment.query() as unit:
        assert histories.draft_of(unit.connection, task_id) is None


def test_what_an_organisation_said_of_itself_is_offered_next_time(world: World) -> None:
    world.start()
    world.complete("kreis1", answers={**ANTRAG, "iban": "DE02 1203"})
    number = world.start("kreis1", "rechnen")
    with world.environment.query() as unit:
        case = cases.by_number(unit.connection, number)
    assert case is not None
    assert case.data["vorgang"]["antragsteller"]["iban"] == "DE02 1203"


def test_a_follow_up_lies_in_the_future(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    today = world.clock.now.date()
    fault = refusal(lambda: world.tasks.follow_up(PEOPLE["kreis1"], task_id, today))
    assert isinstance(fault, Invalid)
    world.tasks.follow_up(PEOPLE["kreis1"], task_id, today + timedelta(days=3), "Rückruf")
    inbox = world.tasks.inbox(PEOPLE["kreis1"], view="all")
    assert [group.key for group in inbox.groups] == ["follow_up"]
    assert inbox.groups[0].rows[0].follow_up_note == "Rückruf"
    world.tasks.follow_up(PEOPLE["kreis1"], task_id, None)
    assert world.tasks.inbox(PEOPLE["kreis1"], view="all").groups[0].key == "later"


@pytest.mark.parametrize("who", ["kreis2", "gemeinde11", "gemeinde21", "verein1", "admin"])
def test_a_foreign_task_does_not_exist(world: World, who: str) -> None:
    world.start()
    task_id = world.task("kreis1")
    actor = PEOPLE[who]
    for call in (
        lambda: world.tasks.view(actor, task_id),
        lambda: world.tasks.claim(actor, task_id),
        lambda: world.tasks.release(actor, task_id),
        lambda: world.tasks.assign(actor, task_id, "kreis1b"),
        lambda: world.tasks.complete(actor, task_id, ANTRAG),
        lambda: world.tasks.save_draft(actor, task_id, {}),
        lambda: world.tasks.follow_up(actor, task_id, None),
        lambda: world.tasks.remind(actor, task_id),
    ):
        assert isinstance(refusal(call), NotFound)


@pytest.mark.parametrize("who", ["amt1", "land1", "revision"])
def test_who_may_only_look_is_told_who_works_the_task(world: World, who: str) -> None:
    world.start()
    task_id = world.task("kreis1")
    page = world.tasks.view(PEOPLE[who], task_id)
    assert not page.actions["complete"].allowed
    assert page.actions["complete"].reason == "„Antrag ausfüllen“ bearbeitet Kreis Eins."
    fault = refusal(lambda: world.tasks.complete(PEOPLE[who], task_id, ANTRAG))
    assert isinstance(fault, Refused) and fault.code == "not-permitted"


def test_a_step_the_engine_refuses_leaves_no_trace(world: World) -> None:
    """The stored task is open, the state says otherwise: nothing is written."""
    number = world.start()
    task_id = world.task("kreis1")
    world.complete("kreis1", answers=ANTRAG)
    with world.environment.command() as unit:
        unit.connection.exec_driver_sql("DELETE FROM pik_completion")
        tasks.save(unit.connection, task_id, {"state": "open"})
    fault = refusal(lambda: world.tasks.complete(PEOPLE["kreis1"], task_id, ANTRAG))
    assert fault.code == "task-not-open"
    assert len(world.cases.view(PEOPLE["kreis1"], number).answers) == 1
