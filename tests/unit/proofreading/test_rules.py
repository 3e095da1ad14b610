"""Each rule: what it remarks, with the sentence and the place, and what it lets pass."""

from collections.abc import Sequence

from pikflow.errors import Finding
from pikflow.proofreading.passages import Passage, Question
from pikflow.proofreading.reading import proofread
from pikflow.proofreading.terms import Terms


def said(*texts: str, part: str = "hint", en: str | None = None) -> list[Passage]:
    return [Passage("a.yaml", n, "feld", part, text, en) for n, text in enumerate(texts, 1)]


def remarks(
    passages: Sequence[Passage] = (),
    questions: Sequence[Question] = (),
    terms: Terms | None = None,
    families: Sequence[Sequence[str]] = (),
) -> list[Finding]:
    found = proofread(passages, questions, terms or Terms(), pages={}, families=families)
    assert all(one.severity == "information" for one in found)
    return found


def question(page: str, key: str, label: str, **more: object) -> Question:
    place = {"file": f"{page}.yaml", "line": 3, "kind": "money", **more}
    return Question(page=page, key=key, label=label, **place)  # type: ignore[arg-type]


def test_a_long_sentence_is_quoted_with_its_number_of_words() -> None:
    (found,) = remarks(said("Kurz.", "Ein Satz mit sehr vielen Wörtern darin."), terms=Terms(6))
    assert (found.file, found.line, found.code) == ("a.yaml", 2, "text-long-sentence")
    assert "7 Wörter" in found.message and "Ein Satz mit sehr vielen" in found.message


def test_a_sentence_that_was_looked_at_may_stay_long() -> None:
    text = "Ein Satz mit sehr vielen Wörtern darin."
    assert remarks(said(text), terms=Terms(6, kept=frozenset({text}))) == []


def test_an_unwanted_word_is_found_with_its_ending_but_not_inside_another() -> None:
    terms = Terms(instead={"Zuschuss": "Zuwendung", "Projekt": "Vorhaben"})
    found = remarks(said("Die Projekte?", "Projektförderung", "Kein Zuschuss."), terms=terms)
    assert [(one.line, one.message) for one in found] == [
        (1, "„Projekt“ heißt sonst „Vorhaben“: „Die Projekte?“"),
        (3, "„Zuschuss“ heißt sonst „Zuwendung“: „Kein Zuschuss.“"),
    ]


def test_an_abbreviation_is_remarked_once_and_not_when_it_is_explained() -> None:
    terms = Terms(abbreviations={"VZÄ": "Vollzeitäquivalent"}, known=frozenset({"EUR"}))
    (found,) = remarks(said("2 VZÄ zu 10 EUR", "Noch eine VZÄ"), terms=terms)
    assert found.line == 1 and "„VZÄ“" in found.message
    assert "Vollzeitäquivalent (VZÄ)" in found.hint
    assert remarks(said("2 VZÄ", "In Vollzeitäquivalenten"), terms=terms) == []


def test_brackets_explain_an_abbreviation_only_with_its_first_letter() -> None:
    assert remarks(said("Amtlicher Gemeindeschlüssel (AGS)", "Der AGS")) == []
    (found,) = remarks(said("Gemeinde (AGS)"))
    assert "AGS" in found.message


def test_a_law_that_is_cited_needs_no_explanation() -> None:
    assert remarks(said("Nach § 49a Abs. 3 LVwVfG wird verzinst.")) == []


def test_an_abbreviation_of_a_block_is_explained_by_each_page_around_it() -> None:
    block = [Passage("block.yaml", 1, "x", "unit", "VZÄ")]
    form = [Passage("form.yaml", 1, "y", "hint", "Vollzeitäquivalente (VZÄ) heißt: eine Stelle.")]
    pages = {"block.yaml": [{"block.yaml", "form.yaml"}]}
    assert proofread([*block, *form], [], Terms(), pages=pages) == []
    pages["block.yaml"].append({"block.yaml", "other.yaml"})
    assert len(proofread([*block, *form], [], Terms(), pages=pages)) == 1


def test_a_missing_translation_is_named_unless_nothing_would_change() -> None:
    (found,) = remarks(said("Ohne Ausgaben tragen Sie 0 ein.", "A1", en=""))
    assert found.code == "text-untranslated" and found.line == 1
    assert remarks(said("Ohne Ausgaben tragen Sie 0 ein.", en="Without expenses, enter 0.")) == []


def test_one_german_label_has_one_english() -> None:
    texts = [
        *said("Kennung", part="label", en="Identifier") * 2,
        Passage("b.yaml", 9, "x.feld", "label", "Kennung", "Key"),
    ]
    (found,) = remarks(texts)
    assert (found.file, found.line) == ("b.yaml", 9)
    assert "„Key“" in found.message and "„Identifier“" in found.message


def test_labels_that_say_the_same_in_another_order_are_found() -> None:
    (found,) = remarks(
        questions=[
            question("a", "kurse.tn", "Geplante Teilnehmende"),
            question("b", "tn", "Geplante Teilnehmende"),
            question("c", "tn", "Teilnehmende geplant"),
            question("d", "tn", "Geplante Teilnehmende (Schätzung)"),
        ]
    )
    assert found.file == "c.yaml" and "„Geplante Teilnehmende“" in found.message


def test_one_form_does_not_ask_the_same_twice() -> None:
    (found,) = remarks(questions=[question("a", "x", "Betrag"), question("a", "y", "Betrag")])
    assert found.element == "y" and found.code == "text-asked-twice"
    assert remarks(questions=[question("a", "x", "Betrag"), question("a", "g.y", "Betrag")]) == []


def test_one_measure_does_not_ask_the_same_people_again_unless_it_offers_the_answer() -> None:
    def asked(lane: str, **more: object) -> list[Question]:
        lanes = {"askers": frozenset({"Kreis"}), "required": True}
        again = {**lanes, "askers": frozenset({lane}), **more}
        return [question("a", "x", "Miete", **lanes), question("b", "x", "Miete", **again)]

    family = [["a", "b"]]
    (found,) = remarks(questions=asked("Kreis"), families=family)
    assert found.file == "b.yaml" and "a.yaml:3" in found.message
    assert remarks(questions=asked("Gemeinde"), families=family) == []
    assert remarks(questions=asked("Kreis", offered=True), families=family) == []
    assert remarks(questions=asked("Kreis")) == []


def test_a_question_without_the_hint_its_twins_have_is_found() -> None:
    twins = [question(page, "miete", "Miete", hint="Kaltmiete.") for page in "ab"]
    (found,) = remarks(questions=[*twins, question("c", "miete", "Miete")])
    assert (found.file, found.code) == ("c.yaml", "text-no-hint")
    assert "Kaltmiete." in found.hint
    free = [question("c", "miete", "Miete", kind="textarea")]
    assert remarks(questions=[*twins, *free]) == []
