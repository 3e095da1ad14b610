"""Pages in English: nothing of ours is German; what processes and people say stays as it is."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html

from pikflow.bundle import workflows_path
from pikflow.host import demo
from pikflow.web.i18n import LANGUAGE_COOKIE

SignIn = Callable[[str], FlaskClient]
GERMAN = re.compile(
    r"\b(?:der|die|das|den|dem|ein|eine|und|oder|nicht|kein|keine|Sie|Ihre|ist|sind|wird|werden|"
    r"wurde|für|von|mit|auf|noch|zu|zum|zur|im|am)\b"
)
LISTS = ("/aufgaben?ansicht=alle", "/vorgaenge", "/vorgaenge/neu", "/massnahmen", "/suche?q=Ulm")
REFUSED = ("/gibt-es-nicht", "/vorgaenge/XX-2000-0", "/aufgaben/keine", "/betrieb")


@pytest.fixture(scope="module")
def data(app: Flask) -> list[str]:
    """What is German in both languages: texts of processes, names, offices, answers; long first."""
    people = demo.load()
    texts = {actor.office for actor in people.actors.values()} | {app.config["PIKFLOW_SUBTITLE"]}
    texts |= {actor.name for actor in people.actors.values()}
    texts |= {organisation.name for organisation in people.organisations.values()}
    for path in workflows_path().glob("*.bpmn"):
        for element in etree.parse(path).iter("{*}*"):
            texts |= {*element.attrib.values(), element.text or ""}
    texts |= set(said((demo.DATA / "vorgaenge.yaml").read_text(encoding="utf-8")))
    lines = (" ".join(text.split()) for text in texts)
    return sorted((line for line in lines if GERMAN.search(line)), key=len, reverse=True)


def said(text: str) -> Iterator[str]:
    """Everything written in a YAML file."""
    for token in yaml.scan(text):
        if isinstance(token, yaml.ScalarToken):
            yield token.value


def english(browser: FlaskClient, path: str, data: list[str]) -> str:
    """What a person reads on a page, without what is marked as German and without data."""
    browser.set_cookie(LANGUAGE_COOKIE, "en")
    page = html.fromstring(browser.get(path).get_data(as_text=True))
    assert page.get("lang") == "en"
    for part in page.xpath("//*[@lang='de']|//script|//svg"):
        part.getparent().remove(part)
    spoken = page.xpath("//@aria-label|//@placeholder|//@title")
    text = " ".join(unescape(" ".join([*page.itertext(), *spoken])).split())
    for known in data:
        text = text.replace(known, "")
    return text


def german(text: str) -> list[str]:
    """The places of a page where German is left, with what stands around."""
    return [text[max(0, m.start() - 40) : m.end() + 40] for m in GERMAN.finditer(text)]


def links(browser: FlaskClient, path: str, start: str) -> list[str]:
    """The addresses on a page that begin like this."""
    page = html.fromstring(browser.get(path).get_data(as_text=True))
    return sorted({url for url in page.xpath("//main//a/@href") if url.startswith(start)})


def visits(browser: FlaskClient) -> Iterator[str]:
    """The lists, what is refused, and the first few tasks, cases and measures."""
    yield from (*LISTS, *REFUSED)
    tasks = links(browser, LISTS[0], "/aufgaben/")[:8]
    yield from (*tasks, *(f"{url}?seite=pruefen" for url in tasks))
    yield from links(browser, "/vorgaenge", "/vorgaenge/")[:8]
    yield from links(browser, "/massnahmen", "/massnahmen/")[:2]


@pytest.mark.parametrize("persona", ["gemeinde", "landkreis", "rp", "ministerium", "traeger"])
def test_pages_are_english(stage: Flask, sign_in: SignIn, data: list[str], persona: str) -> None:
    browser = sign_in(persona)
    read = {path: english(browser, path, data) for path in visits(browser)}
    assert len(read) > len(LISTS) + len(REFUSED)
    assert {path: found for path, text in read.items() if (found := german(text))} == {}


def test_the_portal_is_english(app: Flask, data: list[str]) -> None:
    text = english(app.test_client(), "/anmelden", data)
    assert "Reports the need of her town" in text
    assert german(text) == []


def test_refusals_with_values_are_english(stage: Flask, sign_in: SignIn, data: list[str]) -> None:
    """Who may look at a task but not work on it is told in English who does."""
    tasks = links(sign_in("landkreis"), "/aufgaben?ansicht=alle", "/aufgaben/")
    pages = [english(sign_in("revision"), path, data) for path in tasks]
    assert pages and all("is worked on by" in page for page in pages)
