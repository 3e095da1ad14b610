"""The list of terms: read, and refused with a reason."""

import pytest

from pikflow.errors import DefinitionInvalid
from pikflow.proofreading.terms import Terms

HEAD = "pikbegriffe: 1\n"


def test_a_list_maps_every_unwanted_word_to_the_right_one() -> None:
    terms = Terms.load(HEAD + "satzlaenge: 18\nbegriffe:\n  Bescheid: [Verfügung, Brief]\n")
    assert terms.sentence == 18
    assert terms.instead == {"Verfügung": "Bescheid", "Brief": "Bescheid"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("satzlaenge: 20\n", "pikbegriffe: 1"),
        (HEAD + "begriffe: [a\n", "kein gültiges YAML"),
        (HEAD + "begriffe: [a, b]\n", "Unter „begriffe“"),
        (HEAD + "bekannt: EUR\n", "Unter „bekannt“"),
        (HEAD + "satzlaenge: viele\n", "satzlaenge"),
        (HEAD + "begriffe: {A: [B], B: [C]}\n", "„B“ ist ein Begriff"),
        (HEAD + "begriffe: {A: [C], B: [C]}\n", "„C“ steht bei „A“ und bei „B“"),
        (HEAD + "bekannt: [" + "x, " * 3000 + "]\n", "mehr als"),
    ],
)
def test_what_is_wrong_with_a_list_is_named(text: str, part: str) -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        Terms.load(text, "begriffe.yaml")
    (finding,) = caught.value.findings
    assert finding.code == "terms-invalid" and finding.file == "begriffe.yaml"
    assert part in finding.message
