"""What an expression reads."""

import pytest

from pikflow.expressions import compile_expression


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1 + 2", set()),
        ("a + a", {"a"}),
        ("antrag.betrag <= hoechstbetrag", {"antrag.betrag", "hoechstbetrag"}),
        ("a.b.c", {"a.b.c"}),
        ("sum(s.vzae for s in stellen)", {"stellen"}),
        ("sum(s.v * satz for s in a.stellen if s.ab > von)", {"a.stellen", "satz", "von"}),
        ("[s for s in s]", {"s"}),
        ("[[b + a for b in a.liste] for a in x] + a", {"x", "a"}),
        ("find(liste, 'id', a).wert", {"liste", "a"}),
        ("sum", {"sum"}),
        ("sum([1])", set()),
        ("today()", set()),
        ("{'a': b, 'c': d.e}", {"b", "d.e"}),
        ("a if b else c", {"a", "b", "c"}),
        ("not -a < b in c", {"a", "b", "c"}),
        ("true and null == x", {"x"}),
    ],
)  # fmt: skip
def test_names_are_the_free_references(text: str, names: set[str]) -> None:
    assert compile_expression(text).names == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sum(s.vzae for s in stellen if s.besetzt)", {"stellen[].vzae", "stellen[].besetzt"}),
        ("sum(sum(k.ue for k in g.k) for g in a.g)", {"a.g[].k", "a.g[].k[].ue"}),
        ("[a.b for a in [1]]", set()),
        ("[a for a in liste]", set()),
        ("[s.a.b for s in l]", {"l[].a.b"}),
        ("[[s.x for s in s.y] for s in l]", {"l[].y", "l[].y[].x"}),
    ],
)  # fmt: skip
def test_row_names_are_what_loops_read_from_rows(text: str, names: set[str]) -> None:
    assert compile_expression(text).row_names == names
