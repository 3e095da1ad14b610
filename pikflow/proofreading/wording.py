"""Remarks on single passages: long sentences, unwanted words, missing translations."""

import re
from collections.abc import Iterable, Iterator

from pikflow.errors import Finding
from pikflow.proofreading.passages import Passage, remark, sentences, shortened, words
from pikflow.proofreading.terms import Terms

_ENDINGS = "(?:e|en|er|ern|em|es|s|n|in|innen)?"
_SPOKEN = re.compile(r"[^\W\d_]+[a-zäöüß][^\W\d_]*")


def long_sentences(passages: Iterable[Passage], terms: Terms) -> Iterator[Finding]:
    """Sentences with more words than the list of terms allows."""
    for passage in passages:
        for sentence in sentences(passage.de):
            count = len(words(sentence))
            if count > terms.sentence and sentence not in terms.kept:
                yield remark(
                    passage, "text-long-sentence",
                    f"Der Satz hat {count} Wörter: „{shortened(sentence)}“",
                    f"Machen Sie zwei Sätze daraus; bis {terms.sentence} Wörter liest es sich gut.",
                )  # fmt: skip


def unwanted_words(passages: Iterable[Passage], terms: Terms) -> Iterator[Finding]:
    """Words the list has another one for: one thing, one word, in every measure."""
    if not terms.instead:
        return
    pattern = _pattern(terms.instead)
    right = {word.casefold(): term for word, term in terms.instead.items()}
    for passage in passages:
        for sentence in sentences(passage.de):
            if sentence in terms.kept:
                continue
            for found in dict.fromkeys(match.group(1) for match in pattern.finditer(sentence)):
                yield remark(
                    passage, "text-two-words",
                    f"„{found}“ heißt sonst „{right[found.casefold()]}“: „{shortened(sentence)}“",
                    "Nehmen Sie das Wort aller Maßnahmen, oder ändern Sie die Begriffsliste.",
                )  # fmt: skip


def _pattern(instead: Iterable[str]) -> re.Pattern[str]:
    """Whole words with an ending or none; the longest first."""
    ordered = sorted(instead, key=len, reverse=True)
    choice = "|".join(re.escape(word) for word in ordered)
    return re.compile(rf"(?<![\w-])({choice}){_ENDINGS}(?![\w-])", re.IGNORECASE)


def untranslated(passages: Iterable[Passage], terms: Terms) -> Iterator[Finding]:
    """German texts without English where their neighbours have both."""
    for passage in passages:
        if passage.en == "" and passage.de not in terms.kept and _is_language(passage.de, terms):
            yield remark(
                passage, "text-untranslated",
                f"Hier fehlt das Englische: „{shortened(passage.de)}“",
                "Schreiben Sie beide Sprachen: {de: …, en: …}.",
            )  # fmt: skip


def _is_language(text: str, terms: Terms) -> bool:
    """Whether a text has a word or an abbreviation that differs from language to language."""
    found = [word for word in words(text) if word not in terms.known]
    return any(_SPOKEN.fullmatch(word) or word in terms.abbreviations for word in found)
