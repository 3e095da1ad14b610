"""Names are found by the parser: loops are followed, texts are no names."""

from pathlib import Path

import pytest

from pikflow.expressions.mentions import (
    assigned,
    hands_on,
    matches,
    mentions,
    renamed,
    script_mentions,
)
from pikflow.forms.library import FormLibrary
from pikflow.forms.names import uses

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("betrag + betrag_max", ("betrag",), "neu + betrag_max"),
        ("antrag.betrag + betrag", ("betrag",), "antrag.betrag + neu"),
        ("antrag.betrag + betrag", ("antrag", "betrag"), "antrag.neu + betrag"),
        ("sum(s.vzae for s in stellen)", ("stellen", "vzae"), "sum(s.neu for s in stellen)"),
        ("sum(s.x for s in a) + s.x", ("s", "x"), "sum(s.x for s in a) + s.neu"),
        ("'betrag' + betrag", ("betrag",), "'betrag' + neu"),
        ('find(a.b, "id", x.id).id', ("a", "b", "id"), 'find(a.b, "neu", x.id).neu'),
        ('group_sum(a, "g", "v")', ("a", "v"), 'group_sum(a, "g", "neu")'),
        ("[m.x for m in [k for k in a.b]]", ("a", "b", "x"), "[m.neu for m in [k for k in a.b]]"),
        ("sum(s.v for s in flat([m.b for m in a]))", ("a", "b", "v"),
         "sum(s.neu for s in flat([m.b for m in a]))"),
        ("größe > 1", ("größe",), "neu > 1"),
        ("a <", ("a",), "a <"),
    ],
)  # fmt: skip
def test_only_the_name_that_is_meant_is_changed(
    text: str, path: tuple[str, ...], after: str
) -> None:
    assert renamed(text, path, "neu") == after


def test_a_list_gone_through_is_not_handed_on() -> None:
    found = mentions("[s.a for s in stellen]")
    assert any(matches(one, ("stellen", "a")) for one in found)
    assert not any(hands_on(one, ("stellen", "b")) for one in found)
    assert any(hands_on(one, ("stellen", "b")) for one in mentions("[s for s in stellen]"))


def test_a_script_reads_and_sets() -> None:
    text = "a = b.c  # Bemerkung\nd = [x.y\n  for x in z]\n"
    assert {one.path for one in script_mentions(text)} == {("b", "c"), ("z",), ("z[]", "y")}
    assert assigned(text) == {"a", "d"}
    for one in script_mentions(text):
        start, end = one.spans[-1]
        assert text[start:end] == one.path[-1]


def test_every_name_of_our_forms_is_found_where_it_stands() -> None:
    count = 0
    for schema in FormLibrary.read(ROOT / "forms").forms.values():
        for use in uses(schema):
            expression = use.formula.expression
            found = mentions(use.formula.text)
            assert expression.names | expression.row_names <= {".".join(one.path) for one in found}
            for one in found:
                for step, span in zip(one.path, one.spans, strict=True):
                    if span is not None:
                        assert use.formula.text[slice(*span)] == step.removesuffix("[]")
                        count += 1
    assert count > 1000
