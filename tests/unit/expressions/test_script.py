"""Scripts: lines of name = expression."""

from decimal import Decimal

import pytest

from pikflow.expressions import ExpressionError, ExpressionFault, compile_script

SCRIPT = """
# Höchstbetrag nach VwV
satz = at(params.satz, vorgang.jahr)   # EUR je Stelle
vzae = sum(
    s.vzae                             # Umfang
    for s in antrag.stellen
)

betrag = min(round(vzae * satz, 2), budget)
offen = [s.id for s in antrag.stellen if not s.besetzt]
vzae = round(vzae, 1)
"""
SCOPE = {
    "params": {"satz": {"2023": Decimal(47_000), "2024": Decimal(60_000)}},
    "vorgang": {"jahr": Decimal(2023)},
    "antrag": {
        "stellen": [
            {"id": "S1", "vzae": Decimal(1), "besetzt": True},
            {"id": "S2", "vzae": Decimal("0.44"), "besetzt": False},
        ]
    },
    "budget": Decimal(100_000),
}


def test_each_line_sees_the_lines_before_it() -> None:
    assert compile_script(SCRIPT).run(SCOPE) == {
        "satz": Decimal(47_000),
        "vzae": Decimal("1.4"),
        "betrag": Decimal("67680.00"),
        "offen": ["S2"],
    }


def test_the_scope_stays_as_it_is() -> None:
    scope = {"x": Decimal(1)}
    assert compile_script("x = x + 1\ny = x").run(scope) == {"x": Decimal(2), "y": Decimal(2)}
    assert scope == {"x": Decimal(1)}


def test_knows_what_it_sets_and_reads() -> None:
    script = compile_script(SCRIPT)
    assert script.assigned == ("satz", "vzae", "betrag", "offen")
    assert script.names == {"params.satz", "vorgang.jahr", "antrag.stellen", "budget"}
    assert script.row_names == {
        "antrag.stellen[].vzae",
        "antrag.stellen[].id",
        "antrag.stellen[].besetzt",
    }
    assert [line.line for line in script.assignments] == [3, 4, 9, 10, 11]
    assert script.assignments[2].expression.text == "min(round(vzae * satz, 2), budget)"


def test_a_name_that_is_read_before_it_is_set_comes_from_the_scope() -> None:
    script = compile_script("a = b.x\nb = 1\nc = b.y\nd = [r.v for r in b]")
    assert script.names == {"b.x"}
    assert script.row_names == set()


@pytest.mark.parametrize("text", ["", "\n\n", "# nur ein Kommentar", "   # eingerückt\n"])
def test_a_script_may_be_empty(text: str) -> None:
    script = compile_script(text)
    assert script.assigned == ()
    assert script.run({}) == {}


def test_takes_windows_line_ends_and_indentation() -> None:
    assert compile_script("  a = 1\r\n\tb = a\r\n").run({}) == {"a": Decimal(1), "b": Decimal(1)}


def test_a_hash_in_a_text_is_no_comment() -> None:
    assert compile_script("a = '#1' # eins").run({}) == {"a": "#1"}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a = 1\n\nb = a &&  2", 3, 7, ("&&", "and")),
        ("a = 1\nb", 2, 1, ("setzt keinen Namen", "name = Ausdruck")),
        ("a == 1", 1, 1, ("setzt keinen Namen",)),
        ("a = ", 1, 3, ("fehlt der Ausdruck",)),
        ("= 1", 1, 1, ("genau ein Name",)),
        ("a.b = 1", 1, 1, ("genau ein Name", "neu aufbauen")),
        ("a = b = 1", 1, 7, ("einzelnes", "==")),
        ("sum = 1", 1, 1, ("sum", "Funktion")),
        ("true = 1", 1, 1, ("true",)),
        ("_a = 1", 1, 1, ("Unterstrich",)),
        ("if a: b = 1", 1, 1, ("Verzweigungen", "Diagramm")),
        ("a = 1\n  a += 1", 2, 5, ("+=", "Ausschreiben")),
        ("a = 1; b = 2", 1, 6, ("eigenen Zeile",)),
        ("a = (1\nb = 2", 1, 5, ("geschlossen",)),
        ("# ok\na = $b", 2, 5, ("$",)),
        ("a = " + "1 + " * 600 + "1", 1, 5, ("2000 Zeichen",)),
    ],
)  # fmt: skip
def test_an_error_names_line_and_column(
    text: str, line: int, column: int, words: tuple[str, ...]
) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_script(text)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert error.message.startswith(f"Zeile {line}, Spalte {column}: ")
    assert [word for word in words if word not in f"{error.message} {error.hint}"] == []


def test_a_long_script_is_refused() -> None:
    with pytest.raises(ExpressionError, match="20000"):
        compile_script("a = 1\n" * 4_000)


def test_all_lines_share_one_budget_of_steps() -> None:
    lines = "\n".join(f"x{n} = count(a == b for a in l)" for n in range(20))
    rows = [Decimal(n) for n in range(9_000)]
    with pytest.raises(ExpressionFault) as caught:
        compile_script(lines).run({"l": rows})
    assert caught.value.code == "expression-steps"
