# ruff: noqa: E501 - lines of form files stay in one piece
"""From answers or posted text to values that count: hidden, computed, unknown, read-only, drafts."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import bind, validate

Make = Callable[..., FormSchema]

STEPS = (
    "{id: frage, type: bool, label: F, required: true}",
    '{id: warum, type: text, label: W, visible: "frage", required: true}',
    "{id: lang, type: integer, label: L, visible: \"warum == 'x'\"}",
    '{id: doppelt, type: integer, label: D, compute: "lang * 2"}',
)


def test_accepts_complete_answers(full: FormSchema, good: dict[str, Any], case: Any) -> None:
    checked = validate(full, good, case)
    assert checked.errors == {}
    assert checked.values["summe"] == Decimal("1.50")
    assert checked.values["betrag"] == Decimal("90000.00")
    assert [row["anteil"] for row in checked.values["stellen"]] == [
        Decimal("66.67"),
        Decimal("33.33"),
    ]


def test_drops_what_a_condition_hides_and_what_hangs_on_it(make: Make) -> None:
    schema = make(*STEPS)
    shown = validate(schema, {"frage": True, "warum": "x", "lang": 4}, {}).values
    assert (shown["lang"], shown["doppelt"]) == (4, 8)
    hidden = validate(schema, {"frage": False, "warum": "x", "lang": 4}, {}).values
    assert hidden == {"frage": False, "warum": None, "lang": None, "doppelt": None}


def test_a_hidden_field_is_not_required(make: Make) -> None:
    assert validate(make(*STEPS), {"frage": "nein"}, {}).errors == {}
    assert set(validate(make(*STEPS), {"frage": "ja"}, {}).errors) == {"warum"}


def test_a_hidden_section_counts_for_nothing(make: Make) -> None:
    schema = make("{id: f, type: text, label: F, required: true}", section='    visible: "an"\n')
    assert validate(schema, {"f": "x"}, {"an": False}).values == {"f": None}
    assert set(validate(schema, {}, {"an": True}).errors) == {"f"}


@pytest.mark.parametrize("name", ["bewilligt", "typename", "__class__", "data", "form.errors"])
def test_ignores_and_never_stores_what_the_form_does_not_define(
    full: FormSchema, case: Any, name: str
) -> None:
    checked = validate(full, {name: "x", "ort": "Ulm"}, case)
    assert name not in checked.values
    bound = bind(
        full, context=case, stored={name: "x"}, raw=MultiDict([(name, "x"), ("ort", "Ulm")])
    )
    assert name not in bound.values
    assert name not in bound.draft
    assert bound.values["ort"] == "Ulm"


def test_never_takes_a_computed_value_from_outside(full: FormSchema, good: Any, case: Any) -> None:
    forged = {**good, "betrag": "1", "stellen": [{"kennung": "A", "vzae": 1, "anteil": 5}]}
    checked = validate(full, forged, case)
    assert checked.values["betrag"] == Decimal("60000.00")
    assert checked.values["stellen"][0]["anteil"] == Decimal("100.00")
    posted = bind(full, context=case, raw=MultiDict([("betrag", "1"), ("stellen-0-anteil", "5")]))
    assert posted.computed["betrag"] == Decimal("0.00")


def test_a_read_only_field_keeps_its_prefilled_value(full: FormSchema, case: Any) -> None:
    assert validate(full, {"name": "Anders"}, case).values["name"] == "Landkreis Muster"
    bound = bind(full, context=case, raw=MultiDict([("name", "Anders")]))
    assert bound.values["name"] == "Landkreis Muster"


def test_a_read_only_field_without_prefill_keeps_what_was_stored(make: Make) -> None:
    schema = make("{id: f, type: text, label: F, readonly: true}")
    bound = bind(schema, context={}, stored={"f": "alt"}, raw=MultiDict([("f", "neu")]))
    assert bound.values["f"] == "alt"


def test_prefills_only_what_was_never_answered(full: FormSchema, case: Any) -> None:
    assert bind(full, context=case).values["ort"] == "Musterstadt"
    assert bind(full, context=case, stored={"ort": None}).values["ort"] is None
    assert bind(full, context=case, stored={"ort": "Ulm"}).values["ort"] == "Ulm"


def test_params_are_those_of_the_year_unless_the_measure_has_its_own(full: FormSchema) -> None:
    def amount(**context: Any) -> Decimal:
        answers = {"stellen": [{"kennung": "A", "vzae": "1"}]}
        return validate(full, answers, context).values["betrag"]  # type: ignore[no-any-return]

    assert amount(vorgang={"jahr": 2023}) == Decimal("47000.00")
    assert amount(vorgang={"jahr": 2027}) == Decimal("60000.00")
    assert amount(heute=date(2023, 5, 1)) == Decimal("47000.00")
    assert amount(vorgang={"jahr": 2023}, params={"satz_eur": 50000}) == Decimal("50000.00")


def test_a_draft_may_be_incomplete_and_keeps_what_was_typed(full: FormSchema, case: Any) -> None:
    raw = MultiDict([("stellen-0-vzae", "1,x"), ("stellen-0-kennung", "A"), ("wunsch", "9,999")])
    bound = bind(full, context=case, raw=raw, page="stellen", partial=True)
    assert bound.reported == {}
    assert bound.draft["wunsch"] == "9,999"
    assert bound.draft["stellen"] == [
        {"kennung": "A", "vzae": "1,x", "besetzt": False, "seit": None}
    ]
    again = bind(full, context=case, stored=bound.draft, page="stellen")
    assert next(f for f in again.fields if f.path == "wunsch").entry == "9,999"
    assert "wunsch" in again.errors


def test_a_draft_leaves_out_pages_nobody_has_seen(full: FormSchema, case: Any) -> None:
    bound = bind(full, context=case, raw=MultiDict([("frage", "true")]), page="stellen")
    assert "ort" not in bound.draft
    assert "frage" in bound.draft


def test_one_page_is_read_and_the_others_stay(full: FormSchema, case: Any) -> None:
    bound = bind(
        full, context=case, stored={"ort": "Ulm"}, page="stellen",
        raw=MultiDict([("ort", "Bonn"), ("frage", "true")]),
    )  # fmt: skip
    assert bound.values["ort"] == "Ulm"
    assert bound.values["frage"] is True


def test_only_the_named_sections_may_be_changed(full: FormSchema, case: Any, good: Any) -> None:
    raw = MultiDict([("ort", "Bonn"), ("wunsch", "5")])
    bound = bind(full, context=case, stored=good, raw=raw, sections=["angaben"])
    assert bound.values["ort"] == "Bonn"
    assert bound.values["wunsch"] == Decimal("1000.00")
    assert [page.editable for page in bound.pages] == [True, False, False]
    assert validate(full, {"ort": "Ulm"}, case, ["angaben"]).errors == {}


def test_an_unticked_box_is_no_and_an_absent_text_stays(full: FormSchema, case: Any) -> None:
    stored = {"haken": True, "themen": ["w"], "sprache": "a1"}
    bound = bind(
        full, context=case, stored=stored, raw=MultiDict([("frage", "false")]), page="stellen"
    )
    assert (bound.values["haken"], bound.values["themen"], bound.values["sprache"]) == (
        False,
        [],
        "a1",
    )


def test_adds_and_removes_rows_without_losing_what_was_typed(full: FormSchema, case: Any) -> None:
    rows = [("stellen-_rows", "2"), ("stellen-0-kennung", "A"), ("stellen-1-kennung", "B")]
    added = bind(full, context=case, raw=MultiDict([*rows, ("_add", "stellen")]), page="stellen")
    assert [row["kennung"] for row in added.draft["stellen"]] == ["A", "B", None]
    assert (added.restructured, added.focus, added.reported) == (True, "feld-stellen-2", {})
    removed = bind(
        full, context=case, raw=MultiDict([*rows, ("_remove", "stellen-0")]), page="stellen"
    )
    assert [row["kennung"] for row in removed.draft["stellen"]] == ["B"]


def test_a_row_of_zeros_is_a_row(make: Callable[..., FormSchema]) -> None:
    schema = make(
        "{id: kurse, type: group, label: Kurse, repeat: {min: 1}, fields: ["
        "{id: absagen, type: integer, label: Absagen}, {id: offen, type: bool, label: Offen}]}"
    )
    given = [{"absagen": "0"}, {"absagen": ""}, {"absagen": "", "offen": ""}]
    checked = validate(schema, {"kurse": given}, context={})
    assert checked.errors == {}
    assert [row["absagen"] for row in checked.values["kurse"]] == [0]


@pytest.mark.parametrize(
    "button", ["ort", "fehlt", "stellen-99", "stellen-x", "-", "", "stellen-²", "belege:x"]
)
def test_a_forged_button_changes_nothing(full: FormSchema, case: Any, button: str) -> None:
    raw = MultiDict([("stellen-0-kennung", "A"), ("_add", button), ("_remove", button)])
    bound = bind(full, context=case, raw=raw)
    assert [row["kennung"] for row in bound.draft["stellen"]] == ["A"]


def test_all_rows_can_be_removed(full: FormSchema, case: Any) -> None:
    stored = {"stellen": [{"kennung": "A"}]}
    kept = bind(full, context=case, stored=stored, raw=MultiDict([("frage", "true")]))
    assert len(kept.draft["stellen"]) == 1
    gone = bind(full, context=case, stored=stored, raw=MultiDict([("stellen-_rows", "0")]))
    assert gone.draft["stellen"] == []


def test_passes_over_rows_nobody_filled_in(full: FormSchema, good: Any, case: Any) -> None:
    checked = validate(
        full, {**good, "stellen": [*good["stellen"], {"kennung": "", "vzae": ""}]}, case
    )
    assert checked.errors == {}
    assert len(checked.values["stellen"]) == 2


def test_limits_the_number_of_rows(full: FormSchema, good: Any, case: Any) -> None:
    checked = validate(full, {**good, "stellen": good["stellen"] * 2}, case)
    assert "höchstens 3 Zeilen" in checked.errors["stellen"]


def test_a_required_group_wants_a_row(make: Make) -> None:
    schema = make(
        "{id: g, type: group, label: G, required: true, fields: [{id: a, type: text, label: A}]}"
    )
    assert validate(schema, {}, {}).errors == {"g": "Fügen Sie mindestens eine Zeile hinzu."}


FIXED = (
    '{id: g, type: group, label: G, rows: "bedarf", fixed: true, key: wer, '
    'map: {wer: "entry.name", soll: "entry.vzae"}, fields: ['
    "{id: wer, type: text, label: W, readonly: true}, "
    "{id: soll, type: decimal, label: S, readonly: true}, "
    "{id: ist, type: decimal, label: I, required: true}]}"
)


def test_rows_come_from_the_case_and_keep_what_was_typed_by_key(make: Make) -> None:
    schema = make(FIXED)
    first = {"bedarf": [{"name": "A", "vzae": 1}]}
    bound = bind(
        schema,
        context=first,
        raw=MultiDict([("g-0-ist", "0,5"), ("g-0-soll", "9"), ("g-1-ist", "3")]),
    )
    assert bound.values["g"] == [{"wer": "A", "soll": Decimal(1), "ist": Decimal("0.50")}]
    later = {"bedarf": [{"name": "B", "vzae": 2}, {"name": "A", "vzae": 3}]}
    again = bind(schema, context=later, stored=bound.draft)
    assert [(row["wer"], row["soll"], row["ist"]) for row in again.values["g"]] == [
        ("B", Decimal(2), None),
        ("A", Decimal(3), Decimal("0.50")),
    ]
    assert "g-0-ist" in again.errors


def test_suggested_rows_may_be_changed(make: Make) -> None:
    schema = make(FIXED.replace("fixed: true, ", ""))
    context = {"bedarf": [{"name": "A", "vzae": 1}]}
    assert len(bind(schema, context=context).values["g"]) == 1
    assert bind(schema, context=context, stored={"g": []}).values["g"] == []


def test_adds_up_a_matrix(full: FormSchema, case: Any) -> None:
    raw = MultiDict([("plan-personal-jahr1", "1.000,50"), ("plan-sach-jahr1", "2"), ("plan-sach-jahr2", "3"),
                     ("plan-summe-summe", "99"), ("plan-fehlt-jahr1", "5")])  # fmt: skip
    plan = bind(full, context=case, raw=raw).values["plan"]
    assert plan["summe"] == {
        "jahr1": Decimal("1002.50"),
        "jahr2": Decimal(3),
        "summe": Decimal("1005.50"),
    }
    assert plan["sach"]["summe"] == 5
    assert set(plan) == {"personal", "sach", "summe"}


def test_a_required_matrix_wants_every_cell(make: Make) -> None:
    schema = make("{id: m, type: matrix, label: M, required: true, rows: {a: A}, columns: [{id: b, type: money, label: B}, {id: c, type: money, label: C}]}")  # fmt: skip  # noqa: E501
    assert set(validate(schema, {"m": {"a": {"b": 0}}}, {}).errors) == {"m-a-c"}


def test_checks_across_fields_name_the_field_and_format_values(
    full: FormSchema, good: Any, case: Any
) -> None:
    checked = validate(full, {**good, "wunsch": "90000,01"}, case)
    assert checked.errors == {"wunsch": "Gewünscht 90.000,01\xa0€, möglich 90.000,00\xa0€."}


def test_a_warning_does_not_stop_and_names_its_row(full: FormSchema, good: Any, case: Any) -> None:
    rows = [{"kennung": "A", "vzae": 1}, {"kennung": "B", "vzae": "0,4"}]
    checked = validate(full, {**good, "stellen": rows}, case)
    assert checked.errors == {}
    assert checked.warnings == {"stellen-1-vzae": "B: klein."}


def test_a_check_waits_until_its_fields_are_filled_in(make: Make) -> None:
    more = 'checks:\n  - {assert: "bis >= von", field: bis, message: M}\n'
    fields = ("{id: von, type: date, label: V}", "{id: bis, type: date, label: B}")
    assert validate(make(*fields, more=more), {"von": "1.1.2026"}, {}).errors == {}
    always = more.replace("message", "always: true, message")
    assert set(validate(make(*fields, more=always), {"von": "1.1.2026"}, {}).errors) == {"bis"}


def test_a_check_about_locked_sections_only_is_left_to_others(
    full: FormSchema, good: Any, case: Any
) -> None:
    bad = {**good, "wunsch": "99.999.999"}
    assert "wunsch" in validate(full, bad, case, ["stellen"]).errors
    assert validate(full, bad, case, ["ende"]).errors == {}


def test_the_server_writes_the_time_of_the_confirmation(
    full: FormSchema, good: Any, case: Any
) -> None:
    now = datetime(2026, 11, 22, 13, 3, tzinfo=UTC)
    forged = {**good, "zeichnung": {**good["zeichnung"], "zeitpunkt": "1999-01-01T00:00:00+00:00"}}
    signed = validate(full, forged, case, now=now).values["zeichnung"]
    assert signed["zeitpunkt"] == "2026-11-22T13:03:00+00:00"
    posted = bind(
        full, context=case, raw=MultiDict([("zeichnung-zeitpunkt", "x"), ("zeichnung-name", "K")])
    )
    assert "zeitpunkt" not in posted.draft["zeichnung"]


def test_a_locked_confirmation_keeps_its_time(full: FormSchema, good: Any, case: Any) -> None:
    old = {**good, "zeichnung": {**good["zeichnung"], "zeitpunkt": "2026-01-01T00:00:00+00:00"}}
    now = datetime(2026, 11, 22, tzinfo=UTC)
    signed = validate(full, old, case, ["angaben"], now=now).values["zeichnung"]
    assert signed["zeitpunkt"] == "2026-01-01T00:00:00+00:00"


def test_files_are_kept_added_and_removed_never_posted(full: FormSchema, case: Any) -> None:
    one = {"id": "f1", "name": "a.pdf", "size": 10, "kind": "pdf", "sha256": "0" * 64}
    two = {**one, "id": "f2", "name": "b.pdf"}
    raw = MultiDict([("belege", "f9"), ("belege", "{'id': 'f9'}"), ("ort", "Ulm")])
    bound = bind(full, context=case, stored={"belege": [one]}, raw=raw, uploads={"belege": [two]})
    assert [item["id"] for item in bound.values["belege"]] == ["f1", "f2"]
    gone = bind(full, context=case, stored=bound.draft, raw=MultiDict([("_remove", "belege:f1")]))
    assert [item["id"] for item in gone.values["belege"]] == ["f2"]
    assert gone.focus == "feld-belege"


def test_errors_of_the_summary_have_the_words_of_the_field(full: FormSchema, case: Any) -> None:
    bound = bind(full, context=case, raw=MultiDict([("stellen-0-vzae", "x")]), page="stellen")
    lines = {line.id: line for line in bound.error_summary}
    assert lines["feld-stellen-0-vzae"].label == "Stelle 1, Umfang"
    assert lines["feld-frage-0"].message == bound.errors["frage"]
    assert "feld-zeichnung-bestaetigt" not in lines
    everything = bind(full, context=case, report="all")
    assert {line.page for line in everything.error_summary} == {"stellen", "ende"}


def test_translates_messages(make: Make) -> None:
    words = {"Füllen Sie dieses Pflichtfeld aus.": "Fill in this required field."}
    schema = make("{id: f, type: text, label: F, required: true}")
    checked = validate(schema, {}, {}, translate=lambda text: words.get(text, text))
    assert checked.errors == {"f": "Fill in this required field."}


def test_an_expression_that_costs_too_much_is_an_error_at_its_field(make: Make) -> None:
    schema = make(
        '{id: f, type: integer, label: F, compute: "sum(sum(b for b in liste) for a in liste)"}'
    )
    checked = validate(schema, {}, {"liste": [1] * 5000})
    assert set(checked.errors) == {"f"}


def test_two_hundred_rows_are_fast_enough(full: FormSchema, make: Make) -> None:
    schema = make(
        "{id: g, type: group, label: G, repeat: {max: 200}, fields: ["
        "{id: a, type: decimal, label: A, required: true}, {id: b, type: date, label: B}, "
        '{id: c, type: money, label: C, compute: "item.a * 2"}]}',
        '{id: s, type: money, label: S, compute: "sum(z.c for z in g)"}',
    )
    rows = [{"a": f"{number},5", "b": "1.1.2026"} for number in range(200)]
    checked = validate(schema, {"g": rows}, {})
    assert checked.errors == {}
    assert checked.values["s"] == Decimal("40000.00")
