# ruff: noqa: E501 - lines of form files stay in one piece
"""No input makes a form raise: random text, random structures, random files."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from pikflow import values
from pikflow.forms.language import load
from pikflow.forms.library import FormLibrary
from pikflow.forms.submission import bind, validate
from pikflow.forms.summary import summary

from .samples import CONTEXT, FULL

SCHEMA = load(FULL, "forms/alles.yaml")
IDS = [field.id for field in SCHEMA.fields()]
LEAVES = [
    *IDS, "zeit-von", "sitz-plz", "kontakt-email", "stellen-0-vzae", "stellen-1-seit",
    "stellen-9999-kennung", "stellen-_rows", "plan-sach-jahr1", "zeichnung-bestaetigt",
    "_add", "_remove", "stellen", "belege:x", "stellen-0",
]  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(["", "1.234,50", "31.12.2026", "true", "a1", "g1", "NaN", "9" * 400, "stellen", "stellen-0"]),
    st.text(max_size=30),
)  # fmt: skip
PLAIN = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10), st.dates()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["von", "plz", "id", "vzae", "sach", "jahr1", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.one_of(st.sampled_from(LEAVES), st.text(max_size=12)), WORDS), max_size=25
    )
)
def test_posted_text_never_raises_and_stays_what_it_was(pairs: list[tuple[str, str]]) -> None:
    bound = bind(SCHEMA, context=CONTEXT, raw=MultiDict(pairs))
    assert set(bound.values) <= set(IDS)
    assert set(bound.draft) <= set(IDS)
    assert all(line.message for line in bound.error_summary)
    assert bound.controls is not None
    assert values.load(values.dump(bound.draft)) == values.normalise(bound.draft)
    again = bind(SCHEMA, context=CONTEXT, stored=bound.draft)
    assert again.draft == bound.draft


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*IDS, "fremd"]), PLAIN, max_size=8),
    st.dictionaries(st.sampled_from(["vorgang", "params", "heute"]), PLAIN),
)
def test_plain_answers_and_contexts_never_raise(
    answers: dict[str, Any], case: dict[str, Any]
) -> None:
    checked = validate(SCHEMA, answers, case)
    assert set(checked.values) <= set(IDS)
    values.dump(dict(checked.values))
    assert summary(SCHEMA, checked.values, case)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(FULL)), st.integers(0, 40), st.text(max_size=8))
def test_damaged_files_give_findings_and_never_raise(at: int, length: int, text: str) -> None:
    library = FormLibrary.load({"x.yaml": FULL[:at] + text + FULL[at + length :]})
    assert library.findings or library.forms
