"""Trees, and what people are told when a text is no expression."""

import pytest

from pikflow.expressions import ExpressionError, compile_expression
from pikflow.expressions.syntax import parse

ONE = ["value", {"$decimal": "1"}]
EACH = ["each", "s", ["name", "l"], ["get", ["name", "s"], "b"], ["name", "s"]]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1.50", ["value", {"$decimal": "1.50"}]),
        ("'a'", ["value", "a"]),
        ("true", ["value", True]),
        ("null", ["value", None]),
        ("a", ["name", "a"]),
        ("a.b.c", ["get", ["name", "a"], "b", "c"]),
        ("größe.maß", ["get", ["name", "größe"], "maß"]),
        ("a - b + 1", ["arith", ["name", "a"], ["-", ["name", "b"]], ["+", ONE]]),
        ("a < b <= 1", ["compare", ["name", "a"], ["<", ["name", "b"]], ["<=", ONE]]),
        ("a not in b", ["compare", ["name", "a"], ["not in", ["name", "b"]]]),
        ("not -a", ["not", ["neg", ["name", "a"]]]),
        ("a or b or c", ["or", ["name", "a"], ["name", "b"], ["name", "c"]]),
        ("1 if a else b", ["if", ["name", "a"], ONE, ["name", "b"]]),
        ("{'x': [a]}", ["dict", ["x", ["list", ["name", "a"]]]]),
        ("sum(s for s in l if s.b)", ["call", "sum", EACH]),
        ("[s for s in l]", ["each", "s", ["name", "l"], None, ["name", "s"]]),
        ("today()", ["call", "today"]),
        ("(\n a +\n 1\n)", ["arith", ["name", "a"], ["+", ONE]]),
        ("a\u00a0+ 1", ["arith", ["name", "a"], ["+", ONE]]),
    ],
)  # fmt: skip
def test_text_becomes_a_tree(text: str, tree: list[object]) -> None:
    assert parse(text) == tree


def test_a_long_sum_is_flat_however_many_terms_it_has() -> None:
    tree = parse("+".join("a" for _ in range(900)))
    assert len(tree) == 901
    assert tree[1] == ["name", "a"]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("=a > 5", 1, ("FEEL", "führendes =")),
        ("  =a", 3, ("FEEL",)),
        ("${a > 5}", 1, ("Camunda", "ohne ${ und }")),
        ("#{a}", 1, ("Camunda",)),
        ("{{ a }}", 1, ("Klammern",)),
        ("a && b", 3, ("&&", "and")),
        ("a || b", 3, ("||", "or")),
        ("!a", 1, ("„!“", "not")),
        ("a = 5", 3, ("einzelnes", "==")),
        ("a != b = c", 8, ("einzelnes",)),
        ("round(a, n=2)", 11, ("benannt", "round(x, 2)")),
        ("a <> 5", 3, ("<>", "!=")),
        ("a ^ 2", 3, ("^", "*")),
        ("a ** 2", 3, ("Potenzen",)),
        ("a ? 1 : 2", 3, ("if bedingung else",)),
        ("a ≤ 5", 3, ("≤", "<=")),
        ("a – 5", 3, ("–", "Bindestrich")),
        ("a == „ja“", 6, ("„", '"ja"')),
        ("a und b", 3, ("und", "and.")),
        ("a AND b", 3, ("AND", "Kleinbuchstaben: and")),
        ("if a then 1 else 2", 6, ("then", "if bedingung else")),
        ("a is None", 3, ("is", "==")),
        ("a.class", 3, ("class", "reserviert")),
        ("a.in", 3, ("Feldname", "umbenennen")),
        ("a.", 3, ("fehlt",)),
        ("liste[0]", 6, ("eckigen Klammern", "find")),
        ("name.lower()", 1, ("aufrufen", "lower(name)")),
        ("08111 == ags", 1, ("Null", '"08111"')),
        ("1,5 + 2", 1, ("Komma", "1.5")),
        ("1.234.567", 1, ("Punkt",)),
        ("5€", 2, ("€", "Währungszeichen")),
        ("(a + b", 1, ("geschlossen", "„)“")),
        ("a + b)", 6, ("geöffnet",)),
        ("(a]", 3, ("geöffnet",)),
        ("'offen", 1, ("geschlossen",)),
        ("'a\\d'", 3, ("\\d",)),
        ("a +", 4, ("Nach „+“", "zu früh")),
        ("a + * b", 5, ("„*“", "passt")),
        ("a, , b", 4, ("passt",)),
        ("1 if a", 1, ("else",)),
        ("(a for a in b)", 1, ("sum(",)),
        ("[a for a in b for c in d]", 1, ("genau eine Liste",)),
        ("{a: 1}", 2, ("Schlüssel", "Texte")),
        ("{'a': 1, 'a': 2}", 10, ("doppelt",)),
        ("date('2026-02-30')", 6, ("Datum", "Jahr-Monat-Tag")),
        ("date(2026)", 6, ("Datum",)),
        ("sume(l)", 1, ("sume", "sum(")),
        ("1 + summe(l)", 5, ("summe", "sum(")),
        ("startswith(a, 'b')", 1, ("starts_with(",)),
        ("xyzzy(a)", 1, ("Es gibt:", "abs", "year")),
        ("round()", 1, ("1 bis 2 Angaben", "sind es 0")),
        ("len(a, b)", 1, ("genau eine Angabe", "len(liste)")),
        ("today(1)", 1, ("keine Angabe",)),
        ("sum()", 1, ("mindestens 1 Angabe",)),
        ("_a", 1, ("Unterstrich",)),
        ("a.__class__", 3, ("Unterstrich",)),
        ("f'a'", 1, ("„f“", "Anführungszeichen")),
        ("ａ", 1, ("U+FF41", "deutschen Alphabets")),
        ("a\u200b", 2, ("U+200B",)),
        ("\x00", 1, ("U+0000",)),
        ("", 1, ("leer",)),
        (" \n ", 1, ("leer",)),
        ("a" * 2_001, 2_001, ("2001 Zeichen", "2000")),
        ("(" * 41 + ")" * 41, 41, ("40 Ebenen",)),
        ("not " * 41 + "a", 161, ("40 Ebenen",)),
    ],
)  # fmt: skip
def test_an_error_says_where_what_and_how(text: str, column: int, words: tuple[str, ...]) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    error = caught.value
    told = f"{error.message} {error.hint}"
    assert error.column == column
    assert [word for word in words if word not in told] == []
    assert error.message == f"Spalte {column}: {error.reason}"


@pytest.mark.parametrize("value", [None, True, 5, ["a"], {"a": 1}, b"a"])
def test_only_text_is_an_expression(value: object) -> None:
    with pytest.raises(ExpressionError, match="Ein Ausdruck ist Text"):
        compile_expression(value)  # type: ignore[arg-type]
