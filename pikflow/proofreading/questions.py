"""Remarks on questions beside each other: asked twice, worded in two ways, helped only once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pikflow.errors import Finding
from pikflow.proofreading.passages import Passage, Question, remark
from pikflow.proofreading.terms import Terms

_STEM = 5
_LETTERS = re.compile(r"[^\W\d_]+")
_ASIDE = re.compile(r"\s*\([^()]*\)")
# Asked again on purpose, and helped in words of their own: what is confirmed, what is told freely.
_OWN_WORDS = frozenset({"confirm", "signature", "file", "textarea"})


def asked_twice(
    questions: Iterable[Question], families: Sequence[Sequence[str]], terms: Terms
) -> Iterator[Finding]:
    """The same question again, to the same people, with nothing offered: in one form, or in two
    forms of one measure. `families` has the ids of the forms of each measure, in their order."""
    by_page: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.typed and question.label not in terms.kept:
            by_page[question.page].append(question)
    for page in by_page.values():
        yield from _in_one_form(page)
    found: dict[tuple[str, int], Finding] = {}
    for family in families:
        for one in _in_one_measure([by_page.get(page, []) for page in family]):
            found.setdefault((one.file, one.line), one)
    yield from found.values()


def _in_one_form(page: Iterable[Question]) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], Question] = {}
    for question in page:
        before = first.setdefault(
            (question.group, question.kind, question.label.casefold()), question
        )
        if before is not question:
            yield _again(question, before, "Unterscheiden Sie die Fragen, oder streichen Sie eine.")


def _in_one_measure(forms: Iterable[Iterable[Question]]) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], Question] = {}
    for form in forms:
        for question in form:
            if not question.required or question.kind in _OWN_WORDS:
                continue
            key = (question.key, question.kind, question.label.casefold())
            before = first.setdefault(key, question)
            again = before.page != question.page and not question.offered
            if again and before.askers & question.askers:
                yield _again(
                    question, before, "Belegen Sie die Antwort mit der früheren vor (prefill)."
                )


def _again(question: Question, before: Question, hint: str) -> Finding:
    where = "" if before.page == question.page else f" (Formular „{before.page}“)"
    place = f"{before.file}:{before.line}"
    message = f"Danach wird schon gefragt: „{question.label}“ in {place}{where}"
    return remark(question, "text-asked-twice", message, hint)


def worded_twice(questions: Iterable[Question], terms: Terms) -> Iterator[Finding]:
    """Fields of one name whose labels say the same in other words."""
    by_name: dict[tuple[str, frozenset[str]], dict[str, list[Question]]] = defaultdict(dict)
    for question in questions:
        stems = _stems(question.label)
        if stems and question.label not in terms.kept:
            labels = by_name[(question.name, stems)]
            wording = _ASIDE.sub("", " ".join(question.label.casefold().split()))
            labels.setdefault(wording, []).append(question)
    for labels in by_name.values():
        usual, *others = sorted(labels.values(), key=len, reverse=True)
        for other in (one for group in others for one in _each_place(group)):
            message = f"„{other.label}“ heißt an anderer Stelle „{usual[0].label}“"
            place = f"Dort: {usual[0].file}:{usual[0].line}. Nehmen Sie überall dieselben Worte."
            yield remark(other, "text-two-words", message, place)


def _stems(label: str) -> frozenset[str]:
    """The beginnings of its longer words, so that endings and order do not matter."""
    return frozenset(word[:_STEM] for word in _LETTERS.findall(label.casefold()) if len(word) > 4)


def translated_twice(passages: Iterable[Passage], terms: Terms) -> Iterator[Finding]:
    """The same German label or option of fields of one name with two English ones."""
    by_text: dict[tuple[str, str], dict[str, list[Passage]]] = defaultdict(dict)
    for one in passages:
        if one.en and one.part in ("label", "option", "title") and one.de not in terms.kept:
            name = one.element.rpartition(".")[2]
            by_text[(name, one.de)].setdefault(one.en.casefold(), []).append(one)
    for versions in by_text.values():
        usual, *others = sorted(versions.values(), key=len, reverse=True)
        for other in (one for group in others for one in group):
            message = f"„{other.de}“ heißt hier „{other.en}“, sonst „{usual[0].en}“"
            place = f"Zum Beispiel in {usual[0].file}:{usual[0].line}. Übersetzen Sie beide gleich."
            yield remark(other, "text-two-words", message, place)


def without_hint(questions: Iterable[Question], terms: Terms) -> Iterator[Finding]:
    """Questions without help where most of the same kind have it."""
    alike: dict[tuple[str, str, str], list[Question]] = defaultdict(list)
    for question in questions:
        helpful = question.typed and not question.offered and question.kind not in _OWN_WORDS
        if helpful and question.label not in terms.kept:
            alike[(question.name, question.kind, question.label)].append(question)
    for group in alike.values():
        places = list(_each_place(group))
        helped = [one for one in places if one.hint]
        bare = [one for one in places if not one.hint]
        for one in bare if len(helped) >= len(bare) else ():
            message = f"Bei „{one.label}“ fehlt der Hinweis, den die Frage sonst hat"
            other = helped[0]
            place = f"In {other.file}:{other.line} steht: „{other.hint}“"
            yield remark(one, "text-no-hint", message, place)


def _each_place(questions: Iterable[Question]) -> Iterator[Question]:
    """One question per place it is written at; a building block is written once."""
    yield from {(one.file, one.line, one.key): one for one in questions}.values()
