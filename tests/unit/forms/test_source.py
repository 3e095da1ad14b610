"""YAML that keeps its line numbers."""

from decimal import Decimal

import pytest

from pikflow.errors import DefinitionInvalid
from pikflow.forms.source import MAX_CHARACTERS, read


def refusal(text: str) -> tuple[str, int]:
    with pytest.raises(DefinitionInvalid) as caught:
        read(text, "x.yaml")
    finding = caught.value.findings[0]
    assert finding.file == "x.yaml"
    return finding.code, finding.line


def test_keeps_the_line_of_every_key_and_item() -> None:
    block = read("a: 1\nb:\n  - x\n  - c: 2\n", "x.yaml")
    assert block.at("b") == 2
    assert block["b"].lines == [3, 4]
    assert block["b"][1].at("c") == 4


def test_reads_numbers_as_decimal_and_leaves_other_words_as_text() -> None:
    block = read("a: 1.50\nb: no\nc: 2026-01-31\nd: '1'\ne: true\nf: 08111\ng:\n", "x.yaml")
    assert block == {
        "a": Decimal("1.50"), "b": "no", "c": "2026-01-31", "d": "1", "e": True,
        "f": "08111", "g": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 2", ("yaml-malformed", 2)),
        ("a: 1\na: 2\n", ("yaml-duplicate", 2)),
        ("- 1\n- 2\n", ("yaml-no-mapping", 1)),
        ("", ("yaml-no-mapping", 1)),
        ("a: &x 1\nb: *x\n", ("yaml-anchor", 1)),
        ("? [1, 2]\n: 3\n", ("yaml-key", 1)),
        ("a: " + "[" * 100 + "]" * 100, ("yaml-too-deep", 1)),
        ("a" * (MAX_CHARACTERS + 1), ("yaml-too-large", 0)),
        ("a: \x00", ("yaml-malformed", 0)),
    ],
)
def test_refuses_what_is_no_form_file(text: str, expected: tuple[str, int]) -> None:
    code, line = refusal(text)
    assert code == expected[0]
    assert line == expected[1] or expected[0] == "yaml-malformed"
