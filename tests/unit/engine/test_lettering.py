import pytest

from pikflow.engine.lettering import width_of, wrap


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("Antrag stellen", 200, ["Antrag stellen"]),
        ("Antrag stellen", 60, ["Antrag", "stellen"]),
        ("Bewilligungsbescheid erstellen", 108, ["Bewilligungs-", "bescheid erstellen"]),
        ("Mittel-/Fördertopf", 70, ["Mittel-/", "Fördertopf"]),
        ("", 60, []),
        ("  mehrere\n  Leerzeichen ", 200, ["mehrere Leerzeichen"]),
    ],
)
def test_breaks_where_a_german_reader_would(text: str, width: float, rows: list[str]) -> None:
    assert wrap(text, width) == rows


@pytest.mark.parametrize("width", [20, 40, 60, 90, 108])
def test_no_row_is_wider_than_asked_and_nothing_is_lost(width: float) -> None:
    text = "Donaudampfschifffahrtsgesellschaftskapitän xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx a b"
    rows = wrap(text, width)
    assert all(width_of(row) <= width for row in rows)
    kept = "".join(row.removesuffix("-") for row in rows).replace(" ", "")
    assert kept == text.replace(" ", "")


def test_cuts_what_does_not_fit_into_the_rows() -> None:
    rows = wrap("Sachlich und rechnerisch richtig feststellen und anordnen", 90, lines=2)
    assert len(rows) == 2
    assert rows[-1].endswith("…") and width_of(rows[-1]) <= 90


def test_wide_letters_are_wider_than_narrow_ones() -> None:
    assert width_of("WWW") > width_of("www") > width_of("lll")
