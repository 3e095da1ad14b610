"""Sentences and words of texts as they stand in forms and diagrams."""

from pikflow.proofreading.passages import sentences, words


def test_a_sentence_ends_at_its_mark_and_not_at_an_abbreviation() -> None:
    text = "Die Frist nennt § 28 Abs. 2 Nr. 3 LVwVfG. Sie endet am 1. März, z. B. um 24 Uhr."
    assert list(sentences(text)) == [
        "Die Frist nennt § 28 Abs. 2 Nr. 3 LVwVfG.",
        "Sie endet am 1. März, z. B. um 24 Uhr.",
    ]


def test_paragraphs_and_list_items_are_sentences_of_their_own() -> None:
    text = "**Bitte beachten**\n\n- Namen gehören nicht hierher\n- Belege [hier](https://x.de)"
    assert list(sentences(text)) == [
        "Bitte beachten",
        "Namen gehören nicht hierher",
        "Belege hier",
    ]


def test_a_placeholder_is_one_word_and_a_number_none() -> None:
    assert len(words("Beantragt sind {beantragt_eur} für 12 Monate.")) == 5
