"""English is complete: every text of pages and forms, with the same place holders, compiled."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[3] / "pikflow"
FOLDER = PACKAGE / "web" / "translations" / "en" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "N_": None,
    "later": None,
    "translate": None,
    "ngettext": (1, 2),
    "translate_many": (1, 2),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (FOLDER / "pikflow.po").open("rb") as file:
        return read_po(file, locale="en")


def marked() -> Iterator[str]:
    """Every text the source marks for translation; of one and many, the one."""
    for room in ("web", "host", "forms"):
        found = extract_from_dir(PACKAGE / room, METHODS, keywords=KEYWORDS)
        for _, _, message, _, _ in found:
            yield message if isinstance(message, str) else message[0]


def test_every_text_has_an_english_one(english: Catalog) -> None:
    wanted = {message for message in marked() if message}
    assert sorted(wanted - {_one(entry.id) for entry in english if entry.string}) == []


def test_no_translation_is_left_over(english: Catalog) -> None:
    wanted = set(marked())
    known = {_one(entry.id) for entry in english if entry.id}
    assert sorted(known - wanted) == []


def test_place_holders_are_the_same_in_both_languages(english: Catalog) -> None:
    holder = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for entry in english:
        german = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        if entry.id:
            wanted = {name for text in german for name in holder.findall(text)}
            assert {name for text in texts for name in holder.findall(text)} == wanted, entry.id


def test_the_compiled_catalogue_is_that_of_the_source(english: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, english)
    fresh.seek(0)
    with (FOLDER / "pikflow.mo").open("rb") as file:
        compiled = read_mo(file)
    assert [(m.id, m.string) for m in compiled] == [(m.id, m.string) for m in read_mo(fresh)]


def _one(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]
