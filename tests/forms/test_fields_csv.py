"""Every field the measures need stands in the right form, with its kind, unit and duty.

fields.csv is the list of the 139 fields: measure, form, id, type, unit, required, rule.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from pikflow.forms.library import FormLibrary
from pikflow.forms.schema import Field, FormSchema

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LIST = HERE / "fields.csv"
ORIGINAL = ROOT.parent / "shared" / "domain" / "fields.csv"

MEASURES = (
    "integrationsmanagement",
    "spracherwerb",
    "bw_schuetzt",
    "inturo",
    "queere_gefluechtete",
    "massnahme_6",
)
ROLES = {"antrag": "antrag", "auszahlung": "mittelabruf", "bericht": "bericht"}
# What a Gemeinde or Kreis states in its own report; the Antrag shows it rolled up.
REPORTED = {("bw_schuetzt", "belegung"), ("inturo", "einsatz_form"), ("inturo", "gruppengroesse")}
KINDS = {
    "bool": {"bool", "confirm"},
    "date": {"date", "month"},
    "decimal": {"decimal", "money"},
    "email": {"email"},
    "enum": {"choice", "codelist"},
    "enum+text": {"choice"},
    "enum-multi": {"multichoice"},
    "file": {"file"},
    "file/text": {"textarea"},
    "int": {"integer"},
    "lookup": {"organisation"},
    "lookup-multi": {"organisation"},
    "table": {"group", "matrix"},
    "tel": {"phone"},
    "text": {"text", "textarea", "iban", "bic", "signature"},
}
MONEY = {"EUR", "EUR/UE"}
WRITTEN_UNITS = {"Personen", "UE", "VZÄ", "Monate", "Plätze"}


@dataclass(frozen=True)
class Place:
    """Where a field stands: its form, the group around it (or None) and the field itself."""

    form: FormSchema
    group: Field | None
    field: Field


def _rows() -> list[dict[str, str]]:
    if not LIST.is_file():
        pytest.fail(f"Die Liste der Felder fehlt: {LIST}")
    with LIST.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _wanted() -> list[tuple[str, str, dict[str, str]]]:
    """(measure, form id, row) for each form a row of the list speaks of."""
    found = []
    for row in _rows():
        if row["form"] not in ROLES:
            continue
        for measure in MEASURES if row["measure"] == "alle" else (row["measure"],):
            found.append((measure, f"{ROLES[row['form']]}-{measure}", row))
            if (measure, row["id"]) in REPORTED:
                found.append((measure, f"bedarf-{measure}", row))
    return found


WANTED = _wanted()


@pytest.fixture(scope="module")
def library() -> FormLibrary:
    return FormLibrary.read(ROOT / "forms")


def _place(form: FormSchema, field_id: str) -> Place:
    for field in form.fields():
        if field.id == field_id:
            return Place(form, None, field)
        child = field.child(field_id) if field.shape == "rows" else None
        if child is not None:
            return Place(form, field, child)
    pytest.fail(f"{form.file}: das Feld „{field_id}“ fehlt.")


def _is_given(place: Place) -> bool:
    """Computed or taken from the case: nobody types it."""
    taken = place.group is not None and place.field.id in place.group.rows.mapping
    known = place.field.prefill is not None or taken
    return place.field.compute is not None or (place.field.readonly is True and known)


def _is_checked(place: Place) -> bool:
    """A matrix may leave cells empty; then a check that always runs asks for the whole."""
    return any(
        check.always and check.severity == "error" and check.field == place.field.id
        for check in place.form.checks
    )


def _is_optional_row(place: Place) -> bool:
    return place.group is not None and place.group.required is False and not place.group.rows.fixed


def _duty(place: Place) -> str:
    field = place.field
    if _is_given(place):
        return "auto"
    if field.shape == "rows" and field.rows.fixed and field.rows.source is not None:
        return "auto"
    if field.required is True and not _is_optional_row(place):
        conditional = field.visible is not True
        return "bedingt" if conditional else "ja"
    if field.required is False:
        return "ja" if _is_checked(place) else "nein"
    return "bedingt"


ACCEPTED = {
    "ja": {"ja", "auto"},
    "nein": {"nein", "bedingt"},
    "bedingt": {"bedingt", "auto"},
    "auto": {"auto"},
}


def test_list_is_the_one_that_was_agreed():
    if ORIGINAL.is_file():
        assert LIST.read_text(encoding="utf-8") == ORIGINAL.read_text(encoding="utf-8")
    assert len(_rows()) == 139


@pytest.mark.parametrize(
    ("measure", "form_id", "row"), WANTED, ids=[f"{form}-{row['id']}" for _, form, row in WANTED]
)
def test_field_stands_in_its_form(library, measure, form_id, row):
    assert form_id in library.forms, f"Das Formular „{form_id}“ fehlt."
    place = _place(library.forms[form_id], row["id"])
    assert place.field.type in KINDS[row["type"]]
    if row["type"] == "lookup-multi":
        assert place.field.settings["multiple"] is True
    if row["type"] == "file/text":
        assert _place(place.form, f"{row['id']}_datei").field.type == "file"
    _assert_unit(place.field, row)
    duty = _duty(place)
    if row["type"] == "file/text":
        assert duty == "bedingt", "Text oder Datei: eines von beiden ist Pflicht."
    elif (measure, row["id"]) in REPORTED and form_id.startswith("bedarf"):
        assert duty == "ja"
    elif (row["measure"], row["id"]) == ("spracherwerb", "pauschale_anzahl"):
        assert place.field.required is True
        assert place.group is not None
        assert place.group.required is False
    else:
        assert duty in ACCEPTED[row["required"]]


def _assert_unit(field: Field, row: dict[str, str]) -> None:
    if field.type == "group" or field.type == "matrix":
        columns = {child.type for child in field.children}
        assert row["unit"] not in MONEY or "money" in columns
    elif field.type == "file":
        kinds = set(field.settings["kinds"])
        assert row["unit"] not in ("PDF", "XLSX") or kinds == {row["unit"].lower()}
    elif row["unit"] in MONEY:
        assert field.type == "money"
    elif row["unit"] in WRITTEN_UNITS:
        assert field.unit.de == row["unit"]


@pytest.mark.parametrize("measure", MEASURES)
def test_label_of_a_shared_word_is_the_same_everywhere(library, measure):
    """One word per thing: the labels of common fields do not differ between measures."""
    for role in ROLES.values():
        first, own = library.forms[f"{role}-{MEASURES[0]}"], library.forms[f"{role}-{measure}"]
        names = {
            row["id"] for row in _rows()
            if row["measure"] == "alle" and ROLES.get(row["form"]) == role
        } - {"weitergabe"}  # fmt: skip
        for name in sorted(names):
            assert _place(own, name).field.label == _place(first, name).field.label
