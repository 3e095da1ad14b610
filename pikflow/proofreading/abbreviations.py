"""Abbreviations that are explained nowhere on the page they stand on."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from pikflow.errors import Finding
from pikflow.proofreading.passages import Passage, remark, sentences, shortened
from pikflow.proofreading.terms import Terms

# Two capitals at least: VZÄ, TVöD, ANBest-K, UE. A law cited by its paragraph needs no telling.
_ABBREVIATION = re.compile(r"(?<![\w{.])[A-ZÄÖÜ][a-zäöü]{0,5}[A-ZÄÖÜ][A-Za-zÄÖÜäöü]{0,8}(?![\w}])")
_CITED = re.compile(
    r"§§?\s*\d+[a-z]?(?:\s+(?:Abs\.|Nr\.|Satz|S\.|und|bis)\s*\d*[a-z]?)*\s+[A-ZÄÖÜ][\w-]*"
)
_SHORT_LAST = re.compile(r"((?:[\w-]+\s+){1,5})\(([A-ZÄÖÜ][^()\s]{1,11})\)")
_SHORT_FIRST = re.compile(r"\b([A-ZÄÖÜ][\w]{1,11})\s+\([A-ZÄÖÜa-zäöü][a-zäöüß]{3,}")

Pages = Mapping[str, Collection[Collection[str]]]


def unexplained(passages: Iterable[Passage], pages: Pages, terms: Terms) -> Iterator[Finding]:
    """The first place of each abbreviation in a file, unless every page that shows the file
    explains it. `pages` has for a file the sets of files it is shown with."""
    by_file: dict[str, list[Passage]] = {}
    for passage in passages:
        by_file.setdefault(passage.file, []).append(passage)
    told = {file: _explained(found, terms) for file, found in by_file.items()}
    for file, found in by_file.items():
        shown = pages.get(file) or [{file}]
        clear = set.intersection(*(set().union(*(told.get(f, set()) for f in s)) for s in shown))
        first = _used(found, terms)
        for short in first.keys() - terms.known - clear:
            yield _remark(*first[short], short, terms)


def _used(passages: Iterable[Passage], terms: Terms) -> dict[str, tuple[Passage, str]]:
    """abbreviation -> the first passage and sentence it is used in."""
    found: dict[str, tuple[Passage, str]] = {}
    for passage in passages:
        for sentence in sentences(passage.de):
            if sentence not in terms.kept:
                for match in _ABBREVIATION.finditer(_CITED.sub("", sentence)):
                    found.setdefault(match.group(), (passage, sentence))
    return found


def _explained(passages: Iterable[Passage], terms: Terms) -> set[str]:
    """The abbreviations whose meaning some passage says."""
    text = "\n".join(passage.de for passage in passages)
    lower = text.casefold()
    said = {short for short, long in terms.abbreviations.items() if long.casefold() in lower}
    return said | set(_SHORT_FIRST.findall(text)) | _spelled(text)


def _spelled(text: str) -> set[str]:
    """Abbreviations in brackets behind words, one of which begins with the same letter."""
    return {
        short
        for before, short in _SHORT_LAST.findall(text)
        if any(word[0].casefold() == short[0].casefold() for word in before.split())
    }


def _remark(passage: Passage, sentence: str, short: str, terms: Terms) -> Finding:
    long = terms.abbreviations.get(short)
    hint = (
        f"Schreiben Sie beim ersten Mal „{long} ({short})“."
        if long
        else "Schreiben Sie sie einmal aus oder nehmen Sie sie in die Begriffsliste auf."
    )
    message = f"Die Abkürzung „{short}“ wird nicht erklärt: „{shortened(sentence)}“"
    return remark(passage, "text-abbreviation", message, hint)
