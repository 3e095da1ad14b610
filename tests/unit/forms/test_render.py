# ruff: noqa: E501 - lines of form files stay in one piece
"""The macros, rendered by plain Jinja: labels, hints, errors, rows, and nothing unsafe."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import bind
from pikflow.forms.summary import summary

from .samples import form

Render = Callable[..., str]
PAGE = """
{% import "pik/form/form.html" as form with context %}{% import "pik/form/summary.html" as answers with context %}
<main><form {{ form.form_attributes(bound, "/entwurf") }}>
<ul id="fehler">{% for line in bound.error_summary %}<li><a href="{{ line.url }}">{{ line.label }}</a>: {{ line.message }}</li>{% endfor %}</ul>
{{ form.fields(bound) }}</form>
{{ answers.sections(items, link) }}</main>
"""


@pytest.fixture
def show(render: Render) -> Callable[..., Any]:
    def run(schema: FormSchema, **more: Any) -> Any:
        more.setdefault("context", {})
        bound = bind(schema, **more)
        items = summary(schema, bound.values, more["context"])
        return html.fromstring(
            render(PAGE, bound=bound, link=lambda page: f"?seite={page}", items=items)
        )

    return run


def test_every_control_has_a_label_and_every_id_is_there_once(
    show: Any, full: FormSchema, case: Any, good: Any
) -> None:
    page = show(full, context=case, stored=good, report="all")
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labels = {label.get("for") for label in page.iter("label")}
    controls = [
        control for control in page.xpath("//input|//select|//textarea")
        if control.get("type") != "hidden"
    ]  # fmt: skip
    assert len(controls) > 40
    assert [c.get("name") for c in controls if c.get("id") not in labels] == []


def test_every_reference_leads_to_an_element(show: Any, full: FormSchema, case: Any) -> None:
    raw = MultiDict(
        [("stellen-0-vzae", "x"), ("stellen-0-besetzt", "true"), ("wunsch", "-"), ("zeit-bis", "x")]
    )
    page = show(full, context=case, raw=raw)
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    wanted = [
        word for name in ("aria-describedby", "aria-labelledby", "for", "list")
        for element in page.xpath(f"//*[@{name}]")
        for word in element.get(name).split()
    ]  # fmt: skip
    links = [link.get("href")[1:] for link in page.xpath("//*[@id='fehler']//a")]
    assert len(links) > 5
    assert [word for word in wanted + links if word not in ids] == []


def test_an_error_stands_at_its_field_with_the_words_of_the_summary(
    show: Any, full: FormSchema, case: Any
) -> None:
    page = show(full, context=case, raw=MultiDict([("wunsch", "viel")]), page="stellen")
    control = page.xpath("//input[@name='wunsch']")[0]
    assert control.get("value") == "viel"
    assert control.get("aria-invalid") == "true"
    message = page.get_element_by_id("feld-wunsch-fehler").text_content()
    assert "zum Beispiel 1.234,50." in message
    assert "feld-wunsch-fehler" in control.get("aria-describedby")
    summary_text = page.get_element_by_id("fehler").text_content()
    assert message.removeprefix("Fehler: ") in summary_text
    assert page.xpath("//p[@role='alert']") == []


def test_nothing_typed_becomes_markup(show: Any, full: FormSchema, case: Any) -> None:
    evil = '"><script>alert(1)</script>'
    raw = MultiDict(
        [
            ("ort", evil),
            ("grund", evil),
            ("stellen-0-kennung", evil),
            ("wunsch", evil),
            ("stelle", evil),
        ]
    )
    page = show(full, context=case, raw=raw)
    assert page.xpath("//script") == []
    assert page.xpath("//input[@name='ort']")[0].get("value") == evil
    assert page.xpath("//*[@style or @onclick]") == []


def test_a_conditional_field_is_there_with_its_condition_in_words(
    show: Any, full: FormSchema, case: Any
) -> None:
    page = show(
        full,
        context=case,
        page="stellen",
        raw=MultiDict([("stellen-0-kennung", "A")]),
        partial=True,
    )
    control = page.xpath("//input[@name='warum']")[0]
    wrapper = control.xpath("ancestor::*[@data-pik-visible]")[0]
    assert wrapper.get("data-pik-visible") == '["name","frage"]'
    assert "Nur ausfüllen, wenn „Beginn vorher“ zutrifft." in wrapper.text_content()
    cell = page.xpath("//input[@name='stellen-0-seit']/ancestor::*[@data-pik-visible]")[0]
    assert cell.get("data-pik-row") == "stellen-0"


def test_a_condition_of_the_case_is_decided_by_the_server_and_kept_from_the_page(show: Any) -> None:
    schema = form(
        "{id: a, type: text, label: A}",
        "{id: b, type: text, label: B, visible: \"risiko == 'hoch'\"}",
    )
    hidden = show(schema, context={"risiko": "niedrig"})
    assert hidden.xpath("//input[@name='b']") == []
    shown = show(schema, context={"risiko": "hoch"})
    assert len(shown.xpath("//input[@name='b']")) == 1
    assert shown.xpath("//*[@data-pik-visible]") == []
    assert "risiko" not in html.tostring(shown, encoding="unicode")


def test_required_is_said_in_words(show: Any, full: FormSchema, case: Any) -> None:
    page = show(full, context=case, page="stellen")
    assert "Beginn vorher? (Pflichtfeld)" in page.get_element_by_id("feld-frage").text_content()
    assert page.xpath("//input[@required]") == []


def test_rows_have_real_buttons(show: Any, full: FormSchema, case: Any, good: Any) -> None:
    page = show(full, context=case, stored=good, page="stellen")
    buttons = [(b.get("name"), b.get("value"), b.get("type")) for b in page.xpath("//button")]
    assert ("_add", "stellen", "submit") in buttons
    assert ("_remove", "stellen-1", "submit") in buttons
    table = page.xpath("//fieldset[@id='feld-stellen']//table")[0]
    assert len(table.xpath(".//tbody/tr/th[@scope='row']")) == 2


def test_a_full_group_offers_no_further_row(
    show: Any, full: FormSchema, case: Any, good: Any
) -> None:
    stored = {**good, "stellen": [*good["stellen"], {"kennung": "C", "vzae": "0,5"}]}
    page = show(full, context=case, stored=stored, page="stellen")
    assert page.xpath("//button[@name='_add']") == []


def test_cards_hold_the_same_fields(show: Any) -> None:
    schema = form(
        "{id: g, type: group, label: G, row_label: Kurs, repeat: {layout: cards, start: 1}, fields: [{id: a, type: text, label: A}, {id: b, type: choice, label: B, options: {x: X, y: Y}}]}"
    )
    page = show(schema)
    assert page.xpath("//ol//legend")[0].text_content() == "Kurs 1"
    assert len(page.xpath("//input[@type='radio' and @name='g-0-b']")) == 2


def test_a_matrix_is_a_table_with_heads_and_sums(show: Any, full: FormSchema, case: Any) -> None:
    page = show(full, context=case, raw=MultiDict([("plan-sach-jahr1", "2,50")]), page="stellen")
    table = page.xpath("//fieldset[@id='feld-plan']//table")[0]
    assert [th.text_content() for th in table.xpath(".//tbody//th[@scope='row']")] == [
        "Personal",
        "Sache",
    ]
    outputs = {o.get("data-pik-sum"): o.text_content() for o in table.iter("output")}
    assert outputs == {
        "plan-personal": "0,00\xa0€", "plan-sach": "2,50\xa0€", "plan-*-jahr1": "2,50\xa0€",
        "plan-*-jahr2": "0,00\xa0€", "plan": "2,50\xa0€",
    }  # fmt: skip


def test_computed_values_are_outputs(show: Any, full: FormSchema, case: Any, good: Any) -> None:
    page = show(full, context=case, stored=good, page="stellen")
    assert page.get_element_by_id("feld-betrag").tag == "output"
    assert page.get_element_by_id("feld-betrag").text_content() == "90.000,00\xa0€"
    assert page.xpath("//input[@name='betrag']") == []


def test_locked_sections_are_shown_as_a_list_without_controls(
    show: Any, full: FormSchema, case: Any, good: Any
) -> None:
    page = show(full, context=case, stored={**good, "ort": "Ulm"}, sections=[])
    assert page.xpath("//form//input|//form//select|//form//textarea|//form//button") == []
    assert "Ulm" in page.xpath("//dl")[0].text_content()


def test_says_where_a_prefilled_value_comes_from_until_it_is_changed(
    show: Any, full: FormSchema, case: Any
) -> None:
    assert "Vorbelegt: Verzeichnis" in show(full, context=case, page="angaben").text_content()
    changed = show(full, context=case, stored={"ort": "Ulm"}, page="angaben")
    assert changed.xpath("//*[@id='feld-ort-herkunft']") == []


def test_notes_are_markdown_and_safe(show: Any, full: FormSchema, case: Any) -> None:
    page = show(full, context=case, page="angaben")
    assert page.xpath("//*[@id='feld-hinweis']//a/@href") == ["https://example.org"]


def test_dates_and_numbers_are_text_fields(show: Any, full: FormSchema, case: Any) -> None:
    page = show(full, context=case, stored={"tag": "2026-12-31", "zahl": 1234}, page="angaben")
    day, number = page.xpath("//input[@name='tag']")[0], page.xpath("//input[@name='zahl']")[0]
    assert (day.get("type"), day.get("value"), day.get("inputmode")) == (
        "text",
        "31.12.2026",
        "numeric",
    )
    assert (number.get("value"), number.get("inputmode")) == ("1.234", "numeric")


def test_many_organisations_are_suggestions_few_are_a_select(show: Any) -> None:
    schema = form("{id: o, type: organisation, label: O, kinds: [gemeinde]}")

    def places(count: int) -> Any:
        return lambda kinds: [
            {"id": f"g{n}", "name": f"Ort {n}", "ags": f"08{n:06}"} for n in range(count)
        ]

    few = show(schema, organisations=places(3), stored={"o": "g1"})
    assert [o.get("value") for o in few.xpath("//select/option")] == ["", "g0", "g1", "g2"]
    assert few.xpath("//option[@selected]")[0].get("value") == "g1"
    many = show(schema, organisations=places(100), stored={"o": "g1"})
    assert many.xpath("//input[@name='o']")[0].get("value") == "Ort 1 (08000001)"
    assert len(many.xpath("//datalist/option")) == 100


def test_files_can_be_removed_by_a_button(show: Any, full: FormSchema, case: Any) -> None:
    one = {"id": "f1", "name": "plan.pdf", "size": 2000, "kind": "pdf", "sha256": ""}
    page = show(full, context=case, stored={"belege": [one]}, page="angaben")
    control = page.xpath("//input[@type='file']")[0]
    assert (control.get("accept"), control.get("multiple") is not None) == (".pdf", True)
    assert page.xpath("//button[@value='belege:f1']")


def test_speaks_english_where_the_form_does(show: Any, full: FormSchema, case: Any) -> None:
    page = show(full, context=case, page="angaben", locale="en")
    assert page.xpath("//label[@for='feld-ort']")[0].text_content().strip() == "Town"
