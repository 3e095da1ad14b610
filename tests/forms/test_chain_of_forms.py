"""The five forms of each measure work together on the real parameters of the year 2026."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pikflow.forms.generate import generate
from pikflow.forms.library import FormLibrary
from pikflow.forms.submission import validate
from pikflow.services import parameters

ROOT = Path(__file__).parent.parent.parent
YEAR = 2026
MUNICIPAL = ("integrationsmanagement", "spracherwerb")
PROJECTS = ("bw_schuetzt", "inturo", "queere_gefluechtete", "massnahme_6")

TOWN = {"id": "08416041", "ags": "08416041", "name": "Musterstadt", "art": "gemeinde"}
DISTRICT = {"id": "08416", "ags": "08416", "name": "Landkreis Muster", "art": "landkreis"}
CARRIER = {"id": "traeger", "ags": "08111000", "name": "Träger Muster", "art": "traeger"}


@pytest.fixture(scope="module")
def library() -> FormLibrary:
    return FormLibrary.read(ROOT / "forms")


@pytest.fixture(scope="module")
def dated() -> parameters.Parameters:
    return parameters.load((ROOT / "workflows" / "parameter.yaml").read_text(encoding="utf-8"))


class Case:
    """The data of a case while its forms are filled, each with generated answers."""

    def __init__(self, library: FormLibrary, measure: str, owner: dict, params: dict, **more):
        self.library, self.measure = library, measure
        below = [TOWN] if owner is DISTRICT else []
        self.data = {
            "vorgang": {
                "jahr": Decimal(YEAR),
                "massnahme_name": "Maßnahme",
                "antragsteller": owner,
                "untergeordnete": below,
                **more,
            },
            "runde": {"kreisbudget_eur": Decimal(1_200_000)} if owner is DISTRICT else {},
            "params": params,
            "heute": date(YEAR, 2, 2),
            "actor": {"name": "Erika Beispiel"},
        }

    def fill(self, role: str, **known) -> dict:
        form = self.library.forms[f"{role}-{self.measure}"]
        self.data |= known
        checked = validate(form, generate(form, self.data), self.data)
        assert checked.errors == {}, f"{form.id}: {checked.errors}"
        return checked.values


@pytest.mark.parametrize("measure", MUNICIPAL + PROJECTS)
def test_a_case_can_be_filled_from_report_of_need_to_final_report(library, dated, measure):
    params = dated.resolve(measure, YEAR)
    case = Case(library, measure, DISTRICT if measure in MUNICIPAL else CARRIER, params)
    need = Case(library, measure, TOWN, params).fill("bedarf")
    reports = [{"organisation": TOWN, "nummer": "X-1-01", "bedarf": need}]
    application = case.fill("antrag", bedarf=reports)
    granted = application["beantragt_eur"]
    assert Decimal(0) < granted <= application["hoechstbetrag_eur"]
    request = case.fill(
        "mittelabruf",
        antrag=application,
        bescheid={
            "nummer": "X-1/B1",
            "zeitraum_von": application["zeitraum_von"],
            "zeitraum_bis": application["zeitraum_bis"],
        },
        bewilligt_eur=granted,
        abgerufen_eur=Decimal(0),
        ausgezahlt_eur=Decimal(0),
        zahlungen=[],
    )
    assert request["abruf_nr"] == 1
    assert request["abruf_eur"] <= granted
    part = Case(library, measure, TOWN, params, eltern={"antrag": application}).fill("teilnachweis")
    report = case.fill(
        "bericht",
        ausgezahlt_eur=granted,
        nachweis_art="verwendungsnachweis",
        teilnachweise=[{"organisation": TOWN, "nummer": "X-1-02", "teilnachweis": part}],
    )
    assert report["art"] == "verwendungsnachweis"
    assert report["zuwendung_erhalten_eur"] == granted
    unused = max(Decimal(0), granted - report["anerkannt_eur"])
    assert report["nicht_verbraucht_eur"] == unused


@pytest.mark.parametrize("measure", MUNICIPAL + PROJECTS)
def test_every_parameter_the_forms_read_is_there(library, dated, measure):
    # Optional: the form names the day that holds when the parameter is missing.
    known = set(dated.resolve(measure, YEAR)) | {"stichtag_personen"}
    for role in ("bedarf", "antrag", "mittelabruf", "teilnachweis", "bericht"):
        reads = library.facts(f"{role}-{measure}").reads
        used = {name.split(".")[1] for name in reads if name.startswith("params.")}
        assert used <= known, f"{role}-{measure}"


def test_course_types_and_lump_sums_on_offer_have_a_rate(library, dated):
    params = dated.resolve("spracherwerb", YEAR)
    form = library.forms["antrag-spracherwerb"]
    courses, sums = form.field("kurse"), form.field("pauschalen")
    offered = {option.value for option in courses.child("kurstyp").options}
    assert offered == {rate["kurstyp"] for rate in params["kurssaetze"]}
    offered = {option.value for option in sums.child("pauschale_art").options}
    assert offered == {rate["art"] for rate in params["pauschalen"]}
