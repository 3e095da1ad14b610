"""What a file calls itself, also when it has mistakes."""

import pytest

from pikflow.services import sources
from pikflow.services.deployments import kind_of
from pikflow.services.studio.titles import title_of


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: {de: Antrag, en: Application}", "Antrag"),
        ('title: {en: Application, de: "Antrag, neu"}', "Antrag, neu"),
        ("title:\n  de: Antrag\n  en: Application", "Antrag"),
        ("title: Antrag", "Antrag"),
        ("title: {de: 'Antrag'", "Antrag"),
        ("", "a"),
    ],
)
def test_the_german_title_of_a_form(line: str, title: str) -> None:
    assert title_of("forms/x.yaml", f"pikform: 1\nid: a\n{line}\n".encode()) == title


def test_what_can_not_be_read_is_called_by_its_file() -> None:
    assert title_of("workflows/x.bpmn", b"<broken") == "x.bpmn"
    assert title_of("workflows/catalog.yaml", b"pikcatalog: 1\n") == "catalog.yaml"


def test_every_bundled_process_and_form_has_a_title() -> None:
    for path, data in sources.bundled().items():
        if kind_of(path, data) in ("bpmn", "form") and "/bausteine/" not in path:
            title = title_of(path, data)
            assert title and (title != path.rpartition("/")[2]), path
