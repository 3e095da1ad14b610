"""English is complete: every text that is shown, with the same place holders, compiled."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

PACKAGE = Path(__file__).parents[3] / "pikflow"
FOLDER = PACKAGE / "web" / "translations" / "en" / "LC_MESSAGES"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "translate": None,
    "translate_many": (1, 2),
    "later": None,
    "say": None,
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
REFUSALS = {"Refused", "NotFound", "Conflict", "Invalid", "SignInNeeded", "Permitted"}
ROOMS = ("services", "web", "host")  # where a refusal is meant for the person at the page
# Files whose refusals meet who writes processes or runs commands: German only.
FOR_AUTHORS = {
    *("organisations.py", "rounds.py", "sources.py", "journey_steps.py"),
    *("archive.py", "backup.py", "deliveries.py"),  # operators and incidents read German
    *("rehearsal.py", "run_stores.py", "runs.py"),
}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (FOLDER / "pikflow.po").open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def marked() -> set[str]:
    """Every text the source marks for translation; of one and many, the one."""
    found = extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS)
    return {_one(message) for _, _, message, _, _ in found if _one(message)}


def test_every_text_has_an_english_one(english: Catalog, marked: set[str]) -> None:
    complete = {_one(entry.id) for entry in english if all(_all(entry.string))}
    assert sorted(marked - complete) == []


def test_no_translation_is_left_over_or_unsure(english: Catalog, marked: set[str]) -> None:
    assert sorted({_one(entry.id) for entry in english if entry.id} - marked) == []
    assert [entry.id for entry in english if entry.id and entry.fuzzy] == []


def test_place_holders_are_the_same_in_both_languages(english: Catalog) -> None:
    holder = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for entry in english:
        if entry.id:
            wanted = {name for text in _all(entry.id) for name in holder.findall(text)}
            assert {n for text in _all(entry.string) for n in holder.findall(text)} == wanted


def test_sentences_end_alike_in_both_languages(english: Catalog) -> None:
    for entry in english:
        for german, text in zip(_all(entry.id), _all(entry.string), strict=True):
            if german:
                assert (german[-1] in ".?:") == (text[-1] in ".?:"), german
                assert text == text.strip() and "can't" not in text and "„" not in text, german


def test_the_compiled_catalogue_is_that_of_the_source(english: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, english)
    fresh.seek(0)
    with (FOLDER / "pikflow.mo").open("rb") as file:
        compiled = read_mo(file)
    assert [(m.id, m.string) for m in compiled] == [(m.id, m.string) for m in read_mo(fresh)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_text_that_is_not_marked(path: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(
        path.read_text(encoding="utf-8")
    )
    written = "".join(part.data for part in tree.find_all(nodes.TemplateData))
    visible = re.sub(r"<[^<>]*>|<[^<>]*$|&\w+;", " ", re.sub(r'"[^"]*"', '""', written))
    shown = set(re.findall(r"[A-ZÄÖÜ][a-zäöüß]{2,}(?: [\wäöüß]+)*", visible))
    assert shown == set()


def test_refusals_shown_to_people_are_marked() -> None:
    bare = [
        f"{path.name}:{text.lineno}"
        for room in ROOMS
        for path in sorted((PACKAGE / room).rglob("*.py"))
        if path.name not in FOR_AUTHORS
        for text in _bare_texts(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert bare == []


def _bare_texts(tree: ast.AST) -> Iterator[ast.expr]:
    """Sentences given to a refusal as they are: constants and f-strings after its code."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in REFUSALS:
            for given in call.args[1:]:
                for text in (
                    (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,)
                ):
                    constant = isinstance(text, ast.Constant) and isinstance(text.value, str)
                    if isinstance(text, ast.JoinedStr) or (constant and text.value):
                        yield text


def _all(message: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def _one(message: str | tuple[str, ...] | list[str]) -> str:
    return _all(message)[0]
