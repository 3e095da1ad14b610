"""What stays with the office that works on it: drafts, notes to oneself, internal answers."""

from datetime import timedelta

import pytest

from .world import ANTRAG, PEOPLE, World

SECRET = "Neigt zur Ablehnung"


@pytest.mark.parametrize("who", ["kreis1", "land1", "revision"])
def test_a_draft_of_a_check_is_for_those_who_check(world: World, who: str) -> None:
    world.start()
    world.complete("kreis1", answers=ANTRAG)
    task_id = world.task("amt1")
    world.tasks.save_draft(PEOPLE["amt1"], task_id, {"ergebnis": SECRET})
    day = world.clock.now.date() + timedelta(days=3)
    world.tasks.follow_up(PEOPLE["amt1"], task_id, day, SECRET)
    assert SECRET in repr(world.tasks.view(PEOPLE["amt2"], task_id))
    page = world.tasks.view(PEOPLE[who], task_id)
    assert SECRET not in repr(page)
    assert (page.stored, page.draft_at, page.follow_up) == (None, None, None)


def test_a_draft_of_an_application_is_not_for_the_office_that_will_decide(world: World) -> None:
    world.start()
    task_id = world.task("kreis1")
    world.tasks.save_draft(PEOPLE["kreis1"], task_id, {"zweck": SECRET})
    assert SECRET in repr(world.tasks.view(PEOPLE["kreis1b"], task_id))
    assert SECRET not in repr(world.tasks.view(PEOPLE["amt1"], task_id))


def test_an_internal_answer_is_not_for_the_applicant(world: World) -> None:
    number = world.start()
    world.complete("kreis1", answers=ANTRAG)
    given = {"ergebnis": "nachfordern", "vermerk": SECRET}
    world.complete("amt1", "Antrag prüfen", given)
    for who in ("amt1", "amt2", "land1", "revision"):
        assert SECRET in repr(world.cases.view(PEOPLE[who], number).answers), who
    for who in ("kreis1", "kreis1b"):
        view = world.cases.view(PEOPLE[who], number)
        assert SECRET not in repr(view), who
        assert [answer.result for answer in view.answers] == ["antrag", "pruefung"]
