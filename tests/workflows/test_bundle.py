"""What every bundled process, form and parameter has to keep."""

import re

import pytest
import yaml
from bundled import (
    called_by,
    catalog,
    everything,
    library,
    models,
    params,
    processes,
    user_tasks,
)

from pikflow.bundle import workflows_path
from pikflow.services.checking import check
from pikflow.services.journeys.journeys import run

MEASURES = sorted(catalog().measures)
PHASES = {"Antrag", "Prüfung", "Auszahlung", "Bericht"}
SENTENCE = re.compile(r"[^.!?]+[.!?](?=\s|$)")

# Every step of the lifecycle -> an element that does it.
STEPS = {
    "Runde eröffnen": "Veroeffentlichen_Budgets",
    "Bedarf melden": "Melden_Bedarf",
    "Antrag ausfüllen": "Ausfuellen_Antrag",
    "Rücknahme": "Ruecknahme_Pruefung",
    "Vollständigkeit und Nachforderung": "Nachreichen_Unterlagen",
    "Vorhabenbeginn": "Pruefen_Vorhabenbeginn",
    "Fachprüfung": "Pruefen_Antrag",
    "Vier Augen": "Freigeben_Entscheidung",
    "Bescheid": "Festhalten_Bescheid",
    "Bestandskraft": "Ablauf_Klagefrist",
    "Weitergabe": "Dokumentieren_Weitergabe",
    "Änderung": "Aenderung_Laufend",
    "Mittelabruf": "Abrufen_Mittel",
    "Anordnung": "Anordnen_Auszahlung",
    "Buchung": "Buchen_Zahlung",
    "Bericht fällig": "Ende_Zeitraum",
    "Teilnachweise": "Sammeln_Teilnachweise",
    "Vergleich": "Vergleichen_Betraege",
    "Stichprobe": "Frage_Stichprobe",
    "Erstattung": "Entscheiden_Erstattung",
    "Abschluss": "Abschliessen",
}


def test_the_deployment_check_has_no_finding():
    found = check(everything(), connectors=frozenset({"runde.eroeffnen"}))
    assert [f"{f.file}:{f.line} {f.element}: {f.message}" for f in found] == []


@pytest.mark.parametrize("slug", MEASURES)
def test_a_measure_has_its_own_diagram_with_four_phases_and_its_lanes(slug):
    measure = catalog().measures[slug]
    process = processes()[measure.process]
    lanes = {lane.name for lane in process.lanes}
    wanted = {"Gemeinde", "Landkreis", "Ministerium"}
    wanted |= {"Träger"} if "traeger" in measure.applicants else set()
    wanted |= {"Regierungspräsidium"} if measure.authority.startswith("rp") else set()
    assert wanted == lanes
    assert all(lane.nodes for lane in process.lanes)
    assert {node.phase for node in process.nodes.values() if node.phase} == PHASES
    assert set(measure.forms.values()) <= set(library().forms)


@pytest.mark.parametrize("slug", MEASURES)
def test_every_step_of_the_lifecycle_is_in_the_model(slug):
    reached = called_by(catalog().measures[slug].process) | {catalog().round_process}
    elements = {key for name in reached for key in processes()[name].nodes}
    assert {step for step, element in STEPS.items() if element not in elements} == set()


def test_every_task_says_what_to_do_and_which_rule_holds():
    without = [n.id for n in user_tasks() if len(SENTENCE.findall(n.documentation)) < 2]
    assert without == []
    assert [n.id for n in user_tasks() if not n.attributes.get("rule")] == []
    assert [n.id for n in user_tasks() if not n.attributes.get("submit")] == []


def test_ids_are_speaking_and_plain():
    for process in processes().values():
        for key in process.nodes:
            assert re.fullmatch(r"[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", key), key


def test_everything_is_drawn():
    for model in models():
        for process in model.processes.values():
            drawn = set(model.shapes) | set(model.edges)
            assert set(process.nodes) | set(process.flows) <= drawn, model.file
            assert {lane.id for lane in process.lanes} <= drawn


def test_four_eyes_name_elements_that_come_before():
    for process in processes().values():
        for node in process.nodes.values():
            named = [e.strip() for e in node.attributes.get("fourEyes", "").split(",") if e.strip()]
            assert set(named) <= set(process.nodes), node.id
    guarded = {n.id for n in user_tasks() if n.attributes.get("fourEyes")}
    assert guarded == {
        "Freigeben_Runde",
        "Freigeben_Entscheidung",
        "Freigeben_Auszahlung",
        "Anordnen_Auszahlung",
        "Freigeben_Aenderung",
        "Freigeben_Erstattung",
    }


def test_every_parameter_is_marked_and_named():
    raw = yaml.safe_load((workflows_path() / "parameter.yaml").read_text())
    groups = [raw["alle"], *raw["massnahmen"].values()]
    for group in groups:
        for name, entry in group.items():
            assert entry["mark"] in ("sourced", "config"), name
            assert entry["label"], name


def test_every_parameter_is_read_somewhere():
    raw = yaml.safe_load((workflows_path() / "parameter.yaml").read_text())
    names = {name for group in (raw["alle"], *raw["massnahmen"].values()) for name in group}
    texts = [d.decode() for p, d in everything().items() if "parameter" not in p]
    read = {name for text in texts for name in re.findall(r"params\.([a-z_]+)", text)}
    assert names - read == set()


def test_rates_are_those_of_their_year():
    rate = {
        y: params().resolve("integrationsmanagement", y)["satz_vzae_eur"]
        for y in (2023, 2024, 2026)
    }
    assert rate == {2023: 47000, 2024: 60000, 2026: 60000}
    assert params().resolve("integrationsmanagement", 2026)["bericht_frist_monate"] == 3
    assert params().resolve("spracherwerb", 2026)["bericht_frist_monate"] == 6
    table = params().resolve("inturo", 2026)["basiszinssatz"]
    assert [row["ab"] for row in table] == sorted(row["ab"] for row in table)


def test_at_least_six_measures_and_forty_journeys():
    paths = sorted((workflows_path() / "journeys").glob("*.yaml"))
    journeys = [yaml.safe_load(p.read_text()) for p in paths if p.name != "personen.yaml"]
    assert len(journeys) >= 40
    started = {s["beginnt"] for j in journeys for s in j["schritte"] if "beginnt" in s}
    assert started == {*MEASURES, catalog().round_process}


@pytest.mark.parametrize("start", ["im-", "se-", "bs-", "it-", "qg-", "bm-", "runde-"])
def test_journeys_go_as_written(start):
    outcomes = run(everything(), only=f"journeys/{start}")
    assert outcomes
    assert [o.message for o in outcomes if not o.passed] == []
