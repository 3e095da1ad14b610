"""The forms of applicants: they load, compute as agreed, roll up, and protect persons."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pikflow.forms.examples import run_examples
from pikflow.forms.library import FormLibrary
from pikflow.forms.submission import validate

ROOT = Path(__file__).parent.parent.parent
MEASURES = (
    "integrationsmanagement",
    "spracherwerb",
    "bw_schuetzt",
    "inturo",
    "queere_gefluechtete",
    "massnahme_6",
)
ROLES = ("bedarf", "antrag", "mittelabruf", "teilnachweis", "bericht")
PROTECTED = ("bw_schuetzt", "inturo", "queere_gefluechtete")
FORM_IDS = [f"{role}-{measure}" for measure in MEASURES for role in ROLES]
CONTACTS = {"ansprechperson", "telefon", "email", "vertretung"}

TOWN = {"id": "08416041", "ags": "08416041", "name": "Musterstadt", "art": "gemeinde"}
OTHER = {"id": "08416025", "ags": "08416025", "name": "Musterdorf", "art": "gemeinde"}
DISTRICT = {"id": "08416", "ags": "08416", "name": "Landkreis Muster", "art": "landkreis"}


@pytest.fixture(scope="module")
def library() -> FormLibrary:
    return FormLibrary.read(ROOT / "forms")


def _case(owner: dict, **data) -> dict:
    case = {"jahr": Decimal(2026), "antragsteller": owner, "untergeordnete": [TOWN, OTHER]}
    return {"vorgang": case, "heute": date(2026, 2, 2), **data}


def _post(identifier: str, **more) -> dict:
    return {
        "stelle_id": identifier,
        "vzae": "1",
        "qualifikation": "a",
        "beschaeftigt_ab": "01.01.2026",
        "personalkosten_jahr_eur": "72.000,00",
        **more,
    }


def _report(library, owner, number: str, persons: int, posts: list[dict]) -> dict:
    answers = {"bedarf_besteht": True, "personen_au": persons, "stellen": posts}
    found = validate(library.forms["bedarf-integrationsmanagement"], answers, _case(owner))
    return {"organisation": owner, "nummer": number, "bedarf": found.values}


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_form_loads_and_its_own_tests_pass(library, form_id):
    file = f"{form_id.partition('-')[2]}/{form_id.partition('-')[0]}.yaml"
    faults = [finding for finding in library.findings if finding.file.endswith(file)]
    assert not faults
    complaints = [
        f"{outcome.name}: {text}"
        for outcome in run_examples(library.forms[form_id])
        for text in outcome.complaints
    ]
    assert not complaints


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_form_shows_in_its_own_tests_what_it_refuses(library, form_id):
    assert any(example.errors for example in library.forms[form_id].examples)


@pytest.mark.parametrize("measure", MEASURES)
def test_applications_have_the_sections_a_nachforderung_may_name(library, measure):
    sections = [section.id for section in library.forms[f"antrag-{measure}"].sections]
    assert sections == ["antragsteller", "vorhaben", "finanzierung", "erklaerungen", "anlagen"]


@pytest.mark.parametrize("measure", PROTECTED)
def test_protected_measures_ask_nothing_about_single_persons(library, measure):
    for role in ROLES:
        for field in library.forms[f"{role}-{measure}"].fields():
            for item in (field, *(field.children if field.shape == "rows" else ())):
                assert item.type != "person"
                assert item.personal is None or item.id in CONTACTS


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_free_text_asks_not_to_name_persons(library, form_id):
    form = library.forms[form_id]
    note = any(field.id == "datenschutz_hinweis" for field in form.fields())
    for field in form.fields():
        for item in (field, *(field.children if field.shape == "rows" else ())):
            if item.type == "textarea" and item.compute is None and not note:
                told = "keine Namen" in item.hint.de or item.id == "abgrenzung_bund"
                assert told, f"{form_id}: {item.id}"


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_word_on_screen_has_an_english_one(library, form_id):
    form = library.forms[form_id]
    texts = [(form.id, form.title), (form.id, form.description)]
    for section in form.sections:
        texts += [(section.id, section.title), (section.id, section.intro)]
        for field in section.fields:
            for item in (field, *field.children):
                texts += [
                    (item.id, text)
                    for text in (item.hint, item.error, item.visible_text, item.prefill_source)
                ]
            texts += [(child.id, child.label) for child in field.children if field.shape == "rows"]
    texts += [(check.field, check.message) for check in form.checks]
    assert [name for name, text in texts if text.de and not text.en] == []


def test_application_takes_over_what_the_municipalities_reported(library):
    reports = [
        _report(library, TOWN, "IM-1-01", 60, [_post("S1"), _post("S2", vzae="0,44")]),
        _report(library, OTHER, "IM-1-02", 25, [_post("S1", vzae="0,5")]),
    ]
    case = _case(
        DISTRICT,
        bedarf=reports,
        params={"satz_vzae_eur": Decimal(60000)},
        runde={"kreisbudget_eur": Decimal(1000000), "zuweisungen_kreis": Decimal(310)},
    )
    found = validate(library.forms["antrag-integrationsmanagement"], {}, case).values
    assert [(row["gemeinde"], row["gemeldet_vzae"]) for row in found["meldungen"]] == [
        ("Musterstadt", Decimal("1.44")),
        ("Musterdorf", Decimal("0.50")),
    ]
    assert [row["stelle_id"] for row in found["stellen"]] == [
        "08416041-S1", "08416041-S2", "08416025-S1",
    ]  # fmt: skip
    assert found["personen_au"] == 85
    assert found["vzae_summe"] == Decimal("1.94")
    assert found["zuweisungen_kreis"] == 310
    assert found["zeitraum_von"] == date(2026, 1, 1)
    assert found["hoechstbetrag_eur"] == Decimal("116400.00")


def test_application_without_reports_starts_empty(library):
    case = _case(DISTRICT, bedarf=[], params={"satz_vzae_eur": Decimal(60000)}, runde={})
    checked = validate(library.forms["antrag-integrationsmanagement"], {}, case)
    assert checked.values["stellen"] == []
    assert "stellen" in checked.errors


def test_partial_reports_are_added_up_in_the_report(library):
    posts = [{"stelle_id": "08416041-S1", "vzae": 1}, {"stelle_id": "08416025-S1", "vzae": "0.5"}]
    part = library.forms["teilnachweis-integrationsmanagement"]
    parts = []
    for owner, identifier, spent, persons in (
        (TOWN, "08416041-S1", "72.000", 80),
        (OTHER, "08416025-S1", "28.500,25", 30),
    ):
        answers = {
            "stellen": [{"stelle_id": identifier, "monate_besetzt": 12, "ist_personal_eur": spent}],
            "personen_beraten": persons,
            "themen": {"wohnen": {"anzahl": 3}},
            "herkunft": [{"land": "UA", "personen": 10}],
            "sachbericht": "Gut angenommen.",
        }
        values = validate(part, answers, _case(owner)).values
        parts.append({"organisation": owner, "nummer": "T", "teilnachweis": values})
    case = _case(
        DISTRICT,
        antrag={"stellen": posts},
        teilnachweise=parts,
        params={"satz_vzae_eur": 60000},
        bewilligt_eur=90000,
        ausgezahlt_eur=90000,
    )
    found = validate(library.forms["bericht-integrationsmanagement"], {}, case).values
    assert found["personen_beraten"] == 110
    assert found["themen"]["wohnen"]["anzahl"] == 6
    assert [(row["land"], row["personen"]) for row in found["herkunft"]] == [("UA", 20)]
    assert found["ausgaben_personal_eur"] == Decimal("100500.25")
    assert found["anerkannt_eur"] == Decimal("88500.25")
    assert found["nicht_verbraucht_eur"] == Decimal("1499.75")
    assert "Musterdorf" in found["sachbericht"]


def test_nothing_typed_replaces_a_computed_amount(library):
    case = _case(
        DISTRICT, bedarf=[], params={"satz_vzae_eur": 60000}, runde={"kreisbudget_eur": 30000}
    )
    answers = {"stellen": [_post("K1")], "hoechstbetrag_eur": "999.999", "kreisbudget_eur": "1"}
    found = validate(library.forms["antrag-integrationsmanagement"], answers, case).values
    assert found["hoechstbetrag_eur"] == Decimal("30000.00")
    assert found["kreisbudget_eur"] == Decimal("30000.00")


def test_recipients_and_their_shares_are_suggested_from_the_reports(library):
    reports = [_report(library, TOWN, "IM-1-01", 60, [_post("S1", beschaeftigt_ab="01.07.2026")])]
    case = _case(
        DISTRICT,
        bedarf=reports,
        params={"satz_vzae_eur": Decimal(60000)},
        runde={"kreisbudget_eur": Decimal(1000000)},
    )
    form = library.forms["antrag-integrationsmanagement"]
    found = validate(form, {"weitergabe": True}, case).values
    assert found["weitergabe_empfaenger"] == [
        {
            "name": "Musterstadt",
            "gemeinde": {"id": "08416041", "name": "Musterstadt", "ags": "08416041"},
            "anteil_eur": Decimal("30000.00"),
        }
    ]
    assert validate(form, {"weitergabe": False}, case).values["weitergabe_empfaenger"] == []
