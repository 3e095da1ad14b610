"""What a page of an applicant form gives the browser before anybody types."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pikflow.forms import preview
from pikflow.forms.library import FormLibrary
from pikflow.forms.submission import bind

ROOT = Path(__file__).parent.parent.parent
TOWN = {"id": "08416041", "ags": "08416041", "name": "Musterstadt", "art": "gemeinde"}
DISTRICT = {"id": "08416", "ags": "08416", "name": "Landkreis Muster", "art": "landkreis"}


@pytest.fixture(scope="module")
def library() -> FormLibrary:
    return FormLibrary.read(ROOT / "forms")


def _bound(library, form_id: str, owner: dict, **data):
    case = {"jahr": Decimal(2026), "antragsteller": owner, "untergeordnete": [TOWN]}
    context = {"vorgang": case, "params": {"satz_vzae_eur": Decimal(60000)}, **data}
    page = "bedarf" if form_id.startswith("bedarf") else "vorhaben"
    return bind(library.forms[form_id], context=context, page=page)


def test_row_of_a_hidden_group_is_sent_ready_to_be_filled(library):
    page = _bound(library, "bedarf-integrationsmanagement", TOWN)
    group = next(field for field in page.fields if field.field.id == "stellen")
    cells = {cell.field.id: cell for cell in group.rows[0].fields}
    assert [option.value for option in cells["qualifikation"].state.options] == ["a", "b", "c"]
    assert cells["stelle_id"].required
    assert not cells["beschaeftigt_bis"].required
    assert cells["einsatz_ags"].readonly


def test_columns_nobody_types_into_are_known_to_the_preview(library):
    post = {
        "stelle_id": "S1",
        "einsatz_ags": TOWN,
        "vzae": Decimal("0.75"),
        "beschaeftigt_ab": date(2026, 1, 1),
    }
    need = {"vzae_summe": Decimal("0.75"), "personen_au": Decimal(60), "stellen": [post]}
    page = _bound(
        library,
        "antrag-integrationsmanagement",
        DISTRICT,
        bedarf=[{"organisation": TOWN, "nummer": "IM-1-01", "bedarf": need}],
        runde={},
    )
    beside = preview.values_beside(page)
    assert beside["meldungen"][0]["gemeldet_vzae"] == Decimal("0.75")
    assert beside["stellen"][0]["pauschale_eur"] == Decimal("45000.00")
    assert "vzae" not in beside["stellen"][0]
