"""Dated values in the text of a parameter file: one more beside the old ones, else nothing."""

import difflib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pikflow.errors import Invalid
from pikflow.services import parameters, sources
from pikflow.services.parameters import Entry
from pikflow.services.studio import rate_texts

TEXT = sources.bundled()["workflows/parameter.yaml"].decode()
ENTRY = Entry("2026-11-30", "A. Beispiel, Referat 45", "VwV: neuer Satz", "sourced")
YEAR = date(2027, 1, 1)


def changed(after: str, before: str = TEXT) -> list[str]:
    """The lines that differ, with - and +."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[0] in "+-" and not line.startswith(("+++", "---"))]


def test_a_new_value_changes_its_line_and_adds_who_and_why() -> None:
    after = rate_texts.add(
        TEXT, "integrationsmanagement", "satz_vzae_eur", YEAR, Decimal(62000), ENTRY
    )
    assert changed(after) == [
        '-      werte: {"2023": 47000, "2024": 60000}',
        '+      werte: {"2023": 47000, "2024": 60000, "2027": 62000}',
        "+      eingetragen:",
        '+        "2027": {am: 2026-11-30, von: "A. Beispiel, Referat 45", '
        'grund: "VwV: neuer Satz", mark: sourced}',
    ]
    read = parameters.load(after)
    assert read.resolve("integrationsmanagement", 2026)["satz_vzae_eur"] == 60000
    assert read.resolve("integrationsmanagement", 2027)["satz_vzae_eur"] == 62000
    found = read.measures["integrationsmanagement"]["satz_vzae_eur"]
    assert found.entered == {YEAR: ENTRY}


def test_a_value_in_the_middle_of_a_year_stands_in_its_order() -> None:
    after = rate_texts.add(TEXT, "alle", "bekanntgabe_tage", date(2024, 7, 1), Decimal(5), ENTRY)
    assert '+    werte: {"2023": 3, "2024-07-01": 5, "2025": 4}' in changed(after)


def test_a_table_gets_a_row() -> None:
    after = rate_texts.add(TEXT, "alle", "basiszinssatz", date(2026, 1, 1), Decimal("1.77"), ENTRY)
    assert changed(after)[0] == '+      "2026-01-01": 1.77'
    rows = parameters.load(after).resolve("inturo", 2027)["basiszinssatz"]
    assert rows[-1] == {"ab": date(2026, 1, 1), "wert": Decimal("1.77")}


def test_rows_newest_first_stay_newest_first() -> None:
    rows = "[{ab: 2024-07-01, wert: 3}, {ab: 2023-07-01, wert: 1}]"
    text = f"pikparameter: 1\nalle:\n  z: {{tabelle: {rows}}}\n"
    after = rate_texts.add(text, "alle", "z", date(2024, 1, 1), Decimal(2), Entry(reason="x"))
    assert "{ab: 2024-07-01, wert: 3}, {ab: 2024-01-01, wert: 2}, {ab: 2023" in after


def test_a_measure_gets_a_value_of_its_own_for_what_holds_for_all() -> None:
    after = rate_texts.add(TEXT, "inturo", "stichprobe_prozent", YEAR, Decimal(20), ENTRY)
    assert all(line.startswith("+") for line in changed(after))
    read = parameters.load(after)
    assert read.resolve("inturo", 2027)["stichprobe_prozent"] == 20
    assert read.resolve("inturo", 2026)["stichprobe_prozent"] == 10
    assert read.resolve("bw_schuetzt", 2027)["stichprobe_prozent"] == 10
    assert read.measures["inturo"]["stichprobe_prozent"].unit == "Prozent"


def test_a_constant_keeps_its_value_until_the_new_one_begins() -> None:
    text = "pikparameter: 1\nalle:\n  frist: {wert: 14, mark: config}\n  kurz: 7\n"
    for name, before in (("frist", 14), ("kurz", 7)):
        read = parameters.load(rate_texts.add(text, "alle", name, YEAR, Decimal(21), ENTRY))
        assert read.resolve("x", 2026)[name] == before
        assert read.resolve("x", 2027)[name] == 21


def test_what_holds_on_a_day_is_not_overwritten() -> None:
    with pytest.raises(Invalid) as caught:
        rate_texts.add(TEXT, "alle", "bekanntgabe_tage", date(2025, 1, 1), Decimal(5), ENTRY)
    assert caught.value.code == "rate-dated"
    assert "01.01.2025" in caught.value.message


@pytest.mark.parametrize(
    ("owner", "name"), [("alle", "gibt_es_nicht"), ("inturo", "gibt_es_nicht"), ("x", "y")]
)
def test_an_unknown_value_is_refused(owner: str, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        rate_texts.add(TEXT, owner, name, YEAR, Decimal(5), ENTRY)
    assert caught.value.code == "rate-unknown"


VALUES: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("integrationsmanagement", "satz_vzae_eur"): st.decimals(0, 10**9, places=2),
    ("alle", "rechtsbehelf_text"): st.text(
        st.characters(categories=("L", "N", "P", "Zs", "S")) | st.just("\n"), min_size=1
    ).map(str.strip).filter(bool),
    ("alle", "basiszinssatz"): st.decimals(-5, 20, places=2),
    ("massnahme_6", "anhoerung_frist_tage"): st.integers(0, 999).map(Decimal),
}  # fmt: skip


@settings(deadline=None, max_examples=20)
@given(
    place=st.sampled_from(sorted(VALUES)),
    day=st.dates(date(2027, 1, 2), date(2090, 1, 1)),
    data=st.data(),
)
def test_adding_and_taking_back_leaves_every_character(
    place: tuple[str, str], day: date, data: st.DataObject
) -> None:
    value = data.draw(VALUES[place])
    after = rate_texts.add(TEXT, *place, day, value, ENTRY)
    found = rate_texts.find(parameters.load(after), *place)
    assert found is not None
    assert rate_texts.same(found.on(day)[-1]["wert"] if found.table else found.on(day), value)
    assert rate_texts.remove(after, *place, day) == TEXT
