"""All rules over all texts."""

from collections.abc import Collection, Sequence

from pikflow.errors import Finding
from pikflow.proofreading import abbreviations, questions, wording
from pikflow.proofreading.abbreviations import Pages
from pikflow.proofreading.passages import Passage, Question
from pikflow.proofreading.terms import Terms


def proofread(
    passages: Collection[Passage],
    asked: Collection[Question],
    terms: Terms,
    *,
    pages: Pages,
    families: Sequence[Sequence[str]] = (),
) -> list[Finding]:
    """Every remark, by file and line."""
    found = [
        *wording.long_sentences(passages, terms),
        *wording.unwanted_words(passages, terms),
        *wording.untranslated(passages, terms),
        *abbreviations.unexplained(passages, pages, terms),
        *questions.asked_twice(asked, families, terms),
        *questions.worded_twice(asked, terms),
        *questions.translated_twice(passages, terms),
        *questions.without_hint(asked, terms),
    ]
    return sorted(dict.fromkeys(found), key=lambda f: (f.file, f.line, f.element, f.code))
