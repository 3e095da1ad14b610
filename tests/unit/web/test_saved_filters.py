"""Saved filters on the pages of tasks and cases, without JavaScript."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SignIn = Callable[[str], FlaskClient]
SET = {"aufgaben": "ansicht=alle&massnahme=spracherwerb", "vorgaenge": "massnahme=spracherwerb"}
pytestmark = pytest.mark.parametrize("path", ["aufgaben", "vorgaenge"])


def post(browser: FlaskClient, address: str, **fields: str) -> TestResponse:
    page = browser.get("/vorgaenge?seite=1").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return browser.post(address, data={"csrf_token": token[1], **fields})


def links(browser: FlaskClient, address: str) -> dict[str, tuple[str, bool]]:
    """name -> (address, whether it is the one that is open)"""
    page = browser.get(address, follow_redirects=True).get_data(as_text=True)
    nav = re.search(r'<nav class="pik-chips".*?</nav>', page, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)"( aria-current="true")?>(.*?)</a>', nav[0]) if nav else []
    plain = [(url, current, re.sub(r"<[^>]+>", "", name)) for url, current, name in found]
    return {unescape(name): (unescape(url), bool(current)) for url, current, name in plain}


@pytest.fixture
def clerk(stage: Flask, sign_in: SignIn, path: str) -> FlaskClient:
    browser = sign_in("landkreis2")
    for _, (url, _) in links(browser, f"/{path}?seite=1").items():
        page = browser.get(url).get_data(as_text=True)
        for address in re.findall(r'action="([^"]+/loeschen[^"]*)"', page):
            assert post(browser, unescape(address)).status_code == 303
    return browser


def test_a_filter_is_kept_opened_and_deleted(clerk: FlaskClient, path: str) -> None:
    answer = post(clerk, f"/{path}/filter?{SET[path]}", name="Deutschkurse")
    assert (answer.status_code, answer.location) == (303, f"/{path}?{SET[path]}")
    assert links(clerk, answer.location) == {"Deutschkurse": (answer.location, True)}
    assert links(clerk, f"/{path}?phase=Bericht") == {"Deutschkurse": (answer.location, False)}
    page = clerk.get(answer.location).get_data(as_text=True)
    assert "Filter „Deutschkurse“ ändern" in page
    gone = unescape(re.search(r'action="([^"]+/loeschen[^"]*)"', page)[1])
    assert post(clerk, gone).location == answer.location
    assert links(clerk, answer.location) == {}


def test_one_opens_first_and_can_be_left(clerk: FlaskClient, path: str) -> None:
    address = f"/{path}?{SET[path]}"
    assert clerk.get(f"/{path}").status_code == 200
    post(clerk, f"/{path}/filter?{SET[path]}", name="Deutschkurse", zuerst="on")
    assert clerk.get(f"/{path}").location == address
    assert clerk.get(f"/{path}?seite=1").status_code == 200


def test_a_shared_one_is_the_colleagues_too_and_nobody_elses(
    clerk: FlaskClient, sign_in: SignIn, path: str
) -> None:
    post(clerk, f"/{path}/filter?{SET[path]}", name="Geheim <1>", geteilt="on")
    for persona in ("landkreis", "gemeinde", "rp", "ministerium"):
        assert "Geheim" not in sign_in(persona).get(f"/{path}?seite=1").get_data(as_text=True)
    assert "Geheim &lt;1&gt;" in clerk.get(f"/{path}?seite=1").get_data(as_text=True)


def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    clerk: FlaskClient, path: str
) -> None:
    post(clerk, f"/{path}/filter?{SET[path]}", name="Deutschkurse")
    other = SET[path].replace("massnahme=spracherwerb", "phase=Bericht")
    answer = post(clerk, f"/{path}/filter?{other}", name="Deutschkurse", geteilt="on")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "Einen Filter „Deutschkurse“ haben Sie schon." in page
    assert '<details class="pik-keep" id="filter-speichern" open>' in page
    assert 'value="Deutschkurse"' in page and 'name="geteilt" checked' in page
    key = re.search(r'<option value="(\d+)">ersetzt „Deutschkurse“', page)[1]
    answer = post(clerk, f"/{path}/filter?{other}", name="Berichte", ersetzt=key)
    assert set(links(clerk, answer.location)) == {"Berichte"}


def test_a_filter_of_what_is_no_more_shows_an_empty_list(clerk: FlaskClient, path: str) -> None:
    answer = post(clerk, f"/{path}/filter?massnahme=gibt-es-nicht&unsinn=1", name="Alt")
    assert answer.status_code == 303 and "unsinn" not in answer.location
    page = clerk.get(answer.location)
    assert page.status_code == 200 and "Mit diesen Filtern gibt es" in page.get_data(as_text=True)
