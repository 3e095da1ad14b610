"""The names known at a place, with the type a form gives them."""

from pikflow.services.checking import examine
from pikflow.services.studio.known_names import known_names

from ..world import bundle


def test_names_come_from_the_steps_before() -> None:
    names = known_names(examine(bundle(), connectors=frozenset({"test.rechnen"})), "mini.bpmn")
    at_check = {one.name: one for one in names["Pruefen"]}
    assert at_check["antrag.betrag_eur"].type == "money"
    assert at_check["antrag.betrag_eur"].sure
    assert {"vorgang", "params", "heute"} <= set(at_check)
    assert "pruefung.ergebnis" not in at_check or not at_check["pruefung.ergebnis"].sure
    at_flow = {one.name: one for one in names["Weiche_Ausfuellen"]}
    assert at_flow["pruefung.ergebnis"].sure and at_flow["pruefung.ergebnis"].type
    assert "bewilligt_eur" in {one.name for one in names["mini"]}
    assert names["Pruefen"] == tuple(sorted(names["Pruefen"], key=lambda one: one.name))


def test_only_the_elements_of_the_file_are_told() -> None:
    examined = examine(bundle(), connectors=frozenset({"test.rechnen"}))
    assert "Pruefen" not in known_names(examined, "sammeln.bpmn")
    assert known_names(examined, "antrag.yaml") == {}
