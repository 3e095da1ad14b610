"""The steps of the form builder: each leaves a form that can be loaded, with what was asked for."""

import pytest

from pikflow.errors import Invalid
from pikflow.forms.editing import changes
from pikflow.forms.language import load
from pikflow.forms.source import read
from pikflow.forms.types import builtin_types


@pytest.fixture
def begun() -> str:
    return changes.new_form("antrag-neu", "Antrag Neu: Förderung")


def test_a_new_form_can_be_loaded(begun: str) -> None:
    schema = load(begun, "neu.yaml")
    assert schema.title.de == "Antrag Neu: Förderung"
    assert [section.id for section in schema.sections] == ["angaben"]


@pytest.mark.parametrize("kind", builtin_types().names())
def test_a_new_field_of_each_kind_works_at_once(begun: str, kind: str) -> None:
    begun = changes.add_codes(begun, "Niveau").text
    changed = changes.add_field(
        begun, ("sections", 0), kind, "Größe, Umfang", english="Size", lists=("niveau",)
    )
    field = next(load(changed.text, "neu.yaml").fields())
    assert (field.id, field.type) == ("groesse_umfang", kind)
    assert changed.path == ("sections", 0, "fields", 0)


def test_names_are_made_of_words_and_never_taken_twice(begun: str) -> None:
    text = changes.add_field(begun, ("sections", 0), "text", "Ort").text
    text = changes.add_field(text, ("sections", 0), "text", "Ort").text
    text = changes.add_field(text, ("sections", 0), "text", "123 ???").text
    text = changes.add_field(text, ("sections", 0), "text", "Item").text
    assert [field.id for field in load(text, "x.yaml").fields()] == [
        "ort", "ort_2", "feld", "item_feld",
    ]  # fmt: skip


def test_groups_do_not_stand_in_groups(begun: str) -> None:
    group = changes.add_field(begun, ("sections", 0), "group", "Stellen")
    inside = changes.add_field(group.text, group.path, "decimal", "Umfang")
    assert inside.path == (*group.path, "fields", 1)
    with pytest.raises(Invalid) as refused:
        changes.add_field(group.text, group.path, "matrix", "Plan")
    assert refused.value.code == "form-nested"


def test_a_field_at_the_rim_of_its_page_goes_to_the_next(begun: str) -> None:
    text = changes.add_section(begun, "Schluss").text
    text = changes.add_field(text, ("sections", 0), "text", "A").text
    moved = changes.step(text, ("sections", 0, "fields", 0), False)
    assert moved.path == ("sections", 1, "fields", 0)
    back = changes.step(moved.text, moved.path, True)
    assert back.path == ("sections", 0, "fields", 0)
    assert changes.step(back.text, back.path, True).text == back.text


def test_moving_tells_where_the_part_is_now(begun: str) -> None:
    text = begun
    for label in ("A", "B", "C"):
        text = changes.add_field(text, ("sections", 0), "text", label).text
    moved = changes.move(text, ("sections", 0, "fields", 0), ("sections", 0, "fields"), 3)
    assert read(moved.text, "x")["sections"][0]["fields"][2]["id"] == "a"
    assert moved.path == ("sections", 0, "fields", 2)


def test_what_was_removed_gives_its_neighbour(begun: str) -> None:
    text = changes.add_check(begun, "x").text
    gone = changes.remove(text, ("checks", 0))
    assert "checks" not in gone.text and gone.path == ()


def test_a_copy_has_a_name_of_its_own(begun: str) -> None:
    text = changes.add_field(begun, ("sections", 0), "money", "Betrag").text
    copied = changes.copy(text, ("sections", 0, "fields", 0))
    assert [field.id for field in load(copied.text, "x").fields()] == ["betrag", "betrag_2"]
