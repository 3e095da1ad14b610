"""Regular expressions in forms: what people need passes, what could run for hours does not."""

import re
import time

import pytest

from pikflow.errors import DefinitionInvalid
from pikflow.forms.language import load
from pikflow.forms.patterns import complaint

from .samples import text_of

GOOD = [
    r"\d{5}", r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{1,4}[EH]?", r"(\d{4}){4}", r"(ja|nein|weiß nicht)",
    r"[0-9]+-[0-9]+", r"[^@ ]+@[^@ ]+", r"\d{1,3}(\.\d{3})*", r"(?i)az [a-z0-9./-]{1,60}", r"^\d+$",
]  # fmt: skip
BAD = [
    r"(a+)+$", r"(.*a){25}", r"(x+x+)+y", r"([1-9]+[0-9]*)*A", r"(a|aa)+b", r"(a?){50}a{50}",
    r"(a|b|ab){30}c", r".*.*.*=.*", r"(?=.*x)y", r"(a)\1+", r"a?" * 40 + "b", r"(?:(?:a*)*)*",
    r"(\d{4} ?){5,}", "a" * 400, "(" * 60 + "a" + ")*" * 60, "(", "a{1,99999999999999}",
]  # fmt: skip


@pytest.mark.parametrize("pattern", GOOD)
def test_takes_what_forms_need(pattern: str) -> None:
    assert complaint(pattern, 500) == ""
    for letter in "a1x9.- ":
        begin = time.process_time()
        re.fullmatch(pattern, letter * 499 + "!")
        assert time.process_time() - begin < 0.5


@pytest.mark.parametrize("pattern", BAD)
def test_refuses_what_could_run_for_hours(pattern: str) -> None:
    assert complaint(pattern, 500).startswith("Das Muster in „pattern“")


def test_a_long_text_has_fewer_ways_to_spare() -> None:
    assert complaint("[a-z]+ [a-z]+", 500) == ""
    assert complaint("[a-z]+ [a-z]+", 20_000) != ""


def test_the_file_is_refused_with_the_line() -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        load(text_of('{id: a, type: text, label: A, pattern: "(a+)+"}'), "forms/x.yaml")
    assert [(f.code, f.line) for f in caught.value.findings] == [("form-pattern", 9)]
