"""The list of terms: which word is right, which abbreviations readers know. Data, never code.

A file beside the catalog whose first line is `pikbegriffe: 1`:

    satzlaenge: 22                                   words of a sentence that is still short
    begriffe:
      Antragsteller: [Bewerber, Antragstellende]     the word, and those not to use for the thing
    abkuerzungen: {VZÄ: Vollzeitäquivalente}         to be explained once on every page
    bekannt: [IBAN, PDF]                             understood by everybody who reads it
    geprueft: [...]                                  sentences, labels and words that stay
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from pikflow.errors import DefinitionInvalid, Finding

SENTENCE = 22
MOST_TERMS = 2_000
_HINT = "Nehmen Sie die mitgelieferte Begriffsliste als Muster."


@dataclass(frozen=True)
class Terms:
    """`instead` maps a word not to use to the right one."""

    sentence: int = SENTENCE
    instead: Mapping[str, str] = field(default_factory=dict)
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    file: str = ""

    @classmethod
    def load(cls, text: str, file: str = "begriffe.yaml") -> "Terms":
        """Read a list; raises DefinitionInvalid with a finding that names what is wrong."""
        try:
            raw = yaml.safe_load(text)
        except (yaml.YAMLError, RecursionError, ValueError) as fault:
            mark = getattr(fault, "problem_mark", None)
            line = mark.line + 1 if mark else 0
            raise _invalid(file, "Die Begriffsliste ist kein gültiges YAML.", line) from fault
        if not isinstance(raw, dict) or raw.get("pikbegriffe") != 1:
            raise _invalid(file, "Die Begriffsliste beginnt nicht mit „pikbegriffe: 1“.", 1)
        length = raw.get("satzlaenge", SENTENCE)
        if not isinstance(length, int) or not 5 <= length <= 100:
            raise _invalid(file, "„satzlaenge“ ist eine Zahl von Wörtern zwischen 5 und 100.")
        terms = _mapping(file, raw, "begriffe")
        return cls(
            sentence=length,
            instead=_turned(file, terms),
            abbreviations={str(k): str(v) for k, v in _mapping(file, raw, "abkuerzungen").items()},
            known=frozenset(_words(file, raw.get("bekannt"), "bekannt")),
            kept=frozenset(_words(file, raw.get("geprueft"), "geprueft")),
            file=file,
        )


def _mapping(file: str, raw: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    found = raw.get(key) or {}
    if not isinstance(found, dict):
        raise _invalid(file, f"Unter „{key}“ steht zu jedem Wort eine Angabe: „Wort: …“.")
    if len(found) > MOST_TERMS:
        raise _invalid(file, f"Unter „{key}“ stehen mehr als {MOST_TERMS} Wörter.")
    return found


def _words(file: str, raw: Any, key: str) -> list[str]:
    found = [] if raw is None else raw
    if not isinstance(found, list) or any(isinstance(one, (dict, list)) for one in found):
        raise _invalid(file, f"Unter „{key}“ steht eine Liste von Wörtern: [eins, zwei].")
    if len(found) > MOST_TERMS:
        raise _invalid(file, f"Unter „{key}“ stehen mehr als {MOST_TERMS} Wörter.")
    return [" ".join(str(one).split()) for one in found]


def _turned(file: str, terms: Mapping[Any, Any]) -> dict[str, str]:
    """Unwanted word -> the right one; a word can't be both, nor stand for two things."""
    found: dict[str, str] = {}
    right = {str(word) for word in terms}
    for word, others in terms.items():
        for other in _words(file, others, str(word)):
            if other in right:
                raise _invalid(file, f"„{other}“ ist ein Begriff und soll doch nicht vorkommen.")
            if other in found:
                raise _invalid(file, f"„{other}“ steht bei „{found[other]}“ und bei „{word}“.")
            found[other] = str(word)
    return found


def _invalid(file: str, message: str, line: int = 0) -> DefinitionInvalid:
    return DefinitionInvalid([Finding(file, line, "", "error", "terms-invalid", message, _HINT)])
