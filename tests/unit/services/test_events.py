"""Actions of the case page: offered to the right people, taken up once."""

import pytest

from pikflow.errors import Conflict, NotFound, Refused
from pikflow.services.submissions import AnswersInvalid

from .world import ANTRAG, PEOPLE, World


@pytest.fixture
def number(world: World) -> str:
    number = world.start()
    world.complete("kreis1", answers=ANTRAG)
    return number


def test_is_offered_to_the_lane_it_names_while_it_can_be_done(world: World, number: str) -> None:
    (offer,) = world.cases.view(PEOPLE["kreis1"], number).offers
    assert (offer.label, offer.form) == ("Antrag zurückziehen", "mini-ruecknahme")
    assert offer.irreversible, "it ends the review"
    for who in ("amt1", "land1", "revision"):
        assert world.cases.view(PEOPLE[who], number).offers == ()
        with pytest.raises(Refused) as refusal:
            world.events.view(PEOPLE[who], number, offer.id)
        assert refusal.value.code == "not-permitted"
    with pytest.raises(NotFound):
        world.events.view(PEOPLE["kreis2"], number, offer.id)
    with pytest.raises(NotFound):
        world.events.view(PEOPLE["kreis1"], number, "nichts")


def test_sending_takes_the_case_where_the_diagram_says(world: World, number: str) -> None:
    (offer,) = world.cases.view(PEOPLE["kreis1"], number).offers
    page = world.events.view(PEOPLE["kreis1"], number, offer.id)
    assert page.schema.id == "mini-ruecknahme" and page.head.number == number
    done = world.events.send(
        PEOPLE["kreis1"], number, offer.id, {"grund": "Entfällt"}, version=page.version, key="k"
    )
    assert (done.state, done.outcome) == ("completed", "Zurückgezogen")
    again = world.events.send(PEOPLE["kreis1"], number, offer.id, {"grund": "x"}, key="k")
    assert again.repeated and again.outcome == "Zurückgezogen"
    view = world.cases.view(PEOPLE["amt1"], number)
    assert view.tasks == () and view.offers == ()
    assert [(a.result, a.values["grund"]) for a in view.answers if a.result == "ruecknahme"] == [
        ("ruecknahme", "Entfällt")
    ]
    entry = next(e for e in view.timeline if e.kind == "boundaryEvent")
    assert (entry.what, entry.who) == ("Antrag zurückgezogen", "Kreis1")
    assert world.tasks.inbox(PEOPLE["amt1"], view="all").total == 0


def test_a_late_or_wrong_message_changes_nothing(world: World, number: str) -> None:
    (offer,) = world.cases.view(PEOPLE["kreis1"], number).offers
    with pytest.raises(AnswersInvalid):
        world.events.send(PEOPLE["kreis1"], number, offer.id, {"grund": ""})
    world.complete("amt1", "Antrag prüfen", {"ergebnis": "gut"})
    with pytest.raises(Conflict) as refusal:
        world.events.send(PEOPLE["kreis1"], number, offer.id, {"grund": "Zu spät"})
    assert refusal.value.code == "message-not-expected"
    assert refusal.value.hint == "Jetzt ist dran: „Entscheidung freigeben“ bei Amt."
    assert world.open_tasks(number) == ["Entscheidung freigeben"]
