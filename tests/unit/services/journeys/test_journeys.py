"""Journeys: read by line, walked through the real services, told when they go wrong."""

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from pikflow.errors import DefinitionInvalid
from pikflow.services.journeys import journeys
from pikflow.services.journeys.journey_files import equal, load, moved

from ..world import bundle

PEOPLE = """
pikpersonen: 1
organisationen:
  - {id: k1, name: Kreis Eins, art: kreis, ags: "08001", einwohner: 300}
  - {id: g11, name: Ort Eins, art: gemeinde, ags: "08001001", gehoert_zu: k1}
  - {id: g12, name: Ort Zwei, art: gemeinde, ags: "08001002", gehoert_zu: k1}
  - {id: amt, name: Amt, art: amt}
  - {id: land, name: Land, art: land}
personen:
  - {id: kreis, name: Karla, organisation: k1, rollen: [clerk]}
  - {id: ort, name: Otto, organisation: g11, rollen: [clerk]}
  - {id: pruef, name: Petra, organisation: amt, rollen: [clerk], amt: Rätin}
  - {id: leitung, name: Ludwig, organisation: amt, rollen: [clerk]}
  - {id: land, name: Lina, organisation: land, rollen: [clerk]}
"""
HEAD = """
pikweg: 1
titel: Ein Weg
beginn: 2026-02-02
runden:
  - {massnahme: mini, jahr: 2026, budgets: {"08001": 5000}}
  - {massnahme: sammeln, jahr: 2026}
schritte:
"""


def walk(steps: str) -> journeys.Outcome:
    """One journey over the test bundle, without its service task of a connector nobody has."""
    files = {name: data for name, data in bundle().items() if name != "rechnen.bpmn"}
    catalog = files["catalog.yaml"].decode().splitlines()
    files["catalog.yaml"] = "\n".join(row for row in catalog if "rechnen" not in row).encode()
    files["personen.yaml"] = PEOPLE.encode()
    files["weg.yaml"] = (HEAD + dedent(steps)).encode()
    (outcome,) = journeys.run(files)
    return outcome


def test_a_whole_way_passes() -> None:
    outcome = walk("""
        - wer: kreis
          beginnt: mini
          danach: {offen: [Antrag ausfüllen], phase: Antrag, frist: {Antrag ausfüllen: 2026-02-16}}
        - wer: kreis
          aufgabe: Antrag ausfüllen
          antworten: {betrag_eur: viel, zweck: x}
          abgelehnt: form-invalid
          fehler: [betrag_eur]
        - wer: ort
          aufgabe: Antrag ausfüllen
          abgelehnt: not-found
        - wer: kreis
          aufgabe: Ausfuellen
          ausfuellen: ja
          antworten: {betrag_eur: "1.000,00", plan: {dateiname: plan.pdf}}
          danach:
            betrag: 1000
            daten: {antrag.betrag_eur: 1000, antrag.plan.0.kind: pdf, params.satz: 60000}
            unter_anderem: Antrag prüfen
            sieht: [kreis, pruef, land]
            sieht_nicht: [ort]
        - wer: pruef
          aufgabe: Antrag prüfen
          antworten: {ergebnis: gut}
        - wer: kreis
          aktion: Antrag zurückziehen
          abgelehnt: not-found
        - wer: pruef
          aufgabe: Entscheidung freigeben
          ausfuellen: ja
          abgelehnt: four-eyes
        - wer: leitung
          aufgabe: Entscheidung freigeben
          ausfuellen: ja
          danach: {stand: beendet, ergebnis: Bewilligt, offen: [], angeboten: []}
    """)
    assert outcome.message == ""
    assert (outcome.passed, outcome.steps, outcome.title) == (True, 8, "Ein Weg")


def test_children_time_and_several_cases_after_one_step() -> None:
    outcome = walk("""
        - {wer: ort, beginnt: sammeln, danach: {offen: [Bedarf melden], fuer: Ort Eins}}
        - pruefe: ja
          danach: [{kinder: 2, offen: [Meldungen sammeln]}, {fuer: "08001002", stand: offen}]
        - {wer: ort, aufgabe: Bedarf melden, antworten: {anzahl: 3}}
        - {zeit: +2 Wochen, danach: {kinder: {offen: 1, beendet: 1}}}
        - wer: kreis
          aufgabe: Meldungen sammeln
          danach: {daten: {summe: 3, meldungen.0.organisation.name: Ort Eins}, kinder: {beendet: 2}}
    """)
    assert outcome.message == ""


@pytest.mark.parametrize(
    ("steps", "expected", "found"),
    [
        ("- {wer: kreis, beginnt: mini, danach: {offen: [Anderes]}}",
         "MI-2026-08001-01: offen = Anderes", "offen = Antrag ausfüllen"),
        ("- {wer: kreis, beginnt: mini, abgelehnt: no-round}",
         "abgelehnt: no-round", "nicht abgelehnt"),
        ("- {wer: ort, beginnt: mini}",
         "gelingt", "not-a-starter: „Mini“ beginnen nur: Kreis."),
        ("- {wer: ort, beginnt: mini, abgelehnt: four-eyes}",
         "abgelehnt: four-eyes", "not-a-starter: „Mini“ beginnen nur: Kreis."),
        ("- {wer: fremd, beginnt: mini}",
         "eine Person „fremd“", "bekannt sind: kreis, land, leitung, ort, pruef"),
        ("- {wer: kreis, aufgabe: Gibt es nicht}",
         "offene Aufgabe „Gibt es nicht“", "offen: nichts"),
        ("- {zeit: 2020-01-01}",
         "eine Zeit wie „+30 Tage“ oder ein Datum", "liegt vor dem Stand der Uhr"),
        ("- {wer: kreis, beginnt: mini, danach: {daten: {vorgang.jahr: 2025}}}",
         "MI-2026-08001-01: daten = vorgang.jahr = 2025", "daten = vorgang.jahr = 2026"),
        ("- {wer: kreis, beginnt: mini, danach: {sieht: [ort]}}",
         "MI-2026-08001-01: sieht = ort", "sieht = anders bei ort"),
    ],
)  # fmt: skip
def test_says_what_was_expected_and_what_was_found(steps: str, expected: str, found: str) -> None:
    outcome = walk(steps)
    assert not outcome.passed
    first, second, third = outcome.message.splitlines()[:3]
    assert first.startswith("weg.yaml:9, Schritt 1 (")
    assert second == f"  erwartet: {expected}"
    assert third.startswith("  gefunden: ") and found in third


def test_an_unknown_field_is_named_with_those_there_are() -> None:
    outcome = walk("""
        - {wer: kreis, beginnt: mini}
        - {wer: kreis, aufgabe: Antrag ausfüllen, antworten: {betrag: 5}}
    """)
    assert "Feld „betrag“ in mini-antrag" in outcome.message
    assert "es gibt: zweck, betrag_eur, iban, plan" in outcome.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pikweg: 1", "fehlt die Angabe „titel“"),
        (HEAD + "  - {wer: kreis}", "Schritt 1 braucht genau eines von"),
        (HEAD + "  - {beginnt: mini}", "Schritt 1 sagt nicht, wer ihn tut"),
        (HEAD + "  - {zeit: +1 Tag, danch: {}}", "Die Angabe „danch“ gibt es nicht"),
        (HEAD + "  - {zeit: +1 Tag, danach: {ofen: []}}", "„danach: ofen“ gibt es nicht"),
        (HEAD + "  - {zeit: +1 Tag, danach: {stand: fertig}}", "Den Stand „fertig“ gibt es nicht"),
        (HEAD.replace("2026-02-02", "bald") + "  - {zeit: +1 Tag}", "kein Datum"),
        ("pikweg: [", "kein gültiges YAML"),
        ("- 1", "keine Angaben"),
    ],
)
def test_a_journey_that_can_not_be_read_is_a_finding_with_its_line(text: str, message: str) -> None:
    with pytest.raises(DefinitionInvalid) as refusal:
        load(text, "weg.yaml")
    assert any(message in finding.message for finding in refusal.value.findings)
    if "Schritt" in message:
        assert refusal.value.findings[0].line == 9


@pytest.mark.parametrize(
    ("what", "day"),
    [
        ("+30 Tage", "2026-03-02"),
        ("+1 Tag", "2026-02-01"),
        ("+2 Wochen", "2026-02-14"),
        ("+1 Monat", "2026-02-28"),
        ("+1 Jahr", "2027-01-31"),
        ("2026-12-24", "2026-12-24"),
    ],
)
def test_the_clock_goes_forward_in_words(what: str, day: str) -> None:
    begins = datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert moved(begins, what).date().isoformat() == day
    with pytest.raises(ValueError, match="liegt vor"):
        moved(begins, "2026-01-01")


def test_a_dict_is_compared_by_the_names_it_gives() -> None:
    assert equal({"a": 1, "b": 2}, {"a": 1})
    assert not equal({"a": 1}, {"a": 1, "b": None, "c": 3})
    assert not equal([1, 2], [1])
