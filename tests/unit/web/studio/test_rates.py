"""Rates and the catalog in a design, and open rounds, on pages without script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.host import demo
from pikflow.services import Services

SignIn = Callable[[str], FlaskClient]
ADMIN = demo.load().actors["admin"]
MEASURE = "integrationsmanagement"


@pytest.fixture
def services(app: Flask) -> Services:
    return app.extensions["pikflow"].services


@pytest.fixture
def design(services: Services) -> int:
    return services.designs.start(ADMIN, "Sätze 2027")


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


def token(browser: FlaskClient, path: str) -> str:
    page = browser.get(path).get_data(as_text=True)
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def post(browser: FlaskClient, path: str, **data: Any) -> Any:
    start = "/werkstatt" if path.startswith("/werkstatt") else path
    values = {"csrf_token": token(browser, start), **data}
    return browser.post(path, data=values, follow_redirects=True)


def text_of(page: Any) -> str:
    return page.get_data(as_text=True)


def test_a_value_is_shown_proposed_and_saved(admin: FlaskClient, design: int) -> None:
    here = f"/werkstatt/{design}/saetze"
    assert "Festbetrag je Vollzeitstelle" in text_of(admin.get(f"{here}?massnahme={MEASURE}"))
    one = f"{here}/{MEASURE}/satz_vzae_eur"
    typed = {"ab": "2027", "wert": "62.000", "grund": "VwV 2027", "beleg": "sourced"}
    shown = text_of(post(admin, one, aktion="zeigen", **typed))
    assert "Förderjahre ab 2027" in shown and "62.000,00" in shown
    sign = re.search(r'name="gezeigt" value="(\w+)"', shown)[1]
    other = text_of(post(admin, one, aktion="speichern", gezeigt=sign, **{**typed, "wert": "1"}))
    assert "In den Entwurf übernehmen" in other  # what was not shown is not saved
    saved = text_of(post(admin, one, aktion="speichern", gezeigt=sign, **typed))
    assert "steht im Entwurf" in saved and "VwV 2027" in saved
    assert "aus dem Entwurf genommen" in text_of(
        post(admin, f"{one}/zuruecknehmen", ab="2027-01-01")
    )


def test_errors_stand_at_their_fields_and_keep_what_was_typed(
    admin: FlaskClient, design: int
) -> None:
    page = post(
        admin, f"/werkstatt/{design}/saetze/{MEASURE}/satz_vzae_eur",
        aktion="zeigen", ab="bald", wert="viel", grund="",
    )  # fmt: skip
    text = text_of(page)
    assert page.status_code == 400
    assert all(f'id="{name}-fehler"' in text for name in ("ab", "wert", "grund"))
    assert 'value="viel"' in text and 'value="bald"' in text


def test_a_measure_is_edited_and_copied(
    admin: FlaskClient, services: Services, design: int
) -> None:
    here = f"/werkstatt/{design}/katalog"
    one = f"{here}/massnahmen/inturo"
    page = text_of(admin.get(one)).partition('name="version"')[2].partition("<footer")[0]
    hints = re.findall(r'<(?:input|select|textarea) id="(\w[\w-]*)"', page)
    assert len(hints) > 12 and all(f'id="{name}-hinweis"' in page for name in hints)
    bad = post(admin, one, version="0", name_de="", short="IM", process="inturo")
    assert bad.status_code == 400 and 'id="name_de-fehler"' in text_of(bad)
    made = post(
        admin, f"{here}/massnahmen/inturo/kopieren",
        name_de="Siebte", name_en="Seventh", short="SI", slug="siebte",
    )  # fmt: skip
    assert made.request.path == f"{here}/massnahmen/siebte"
    assert services.designs.check(ADMIN, design) == ()
    assert "neu in diesem Entwurf" in text_of(admin.get(here))
    blank = post(admin, f"{here}/massnahmen", name_de="Achte", slug="achte")
    assert blank.status_code == 400 and 'id="neu-process-fehler"' in text_of(blank)
    assert 'value="Achte"' in text_of(blank)
    made = post(
        admin, f"{here}/massnahmen", name_de="Achte", name_en="Eighth", short="AC", slug="achte",
        process="inturo", authority="ministerium", applicants="gemeinde",
    )  # fmt: skip
    assert made.request.path == f"{here}/massnahmen/achte"


def test_texts_are_read_with_the_check(admin: FlaskClient, services: Services, design: int) -> None:
    path = "forms/inturo/antrag.yaml"
    data = services.designs.read(ADMIN, design, path).data
    services.designs.save(
        ADMIN, design, path, data.replace(b"title: {de: Vorhaben", b"title: {de: Projekt"), 0
    )
    assert "heißt sonst „Vorhaben“" in text_of(admin.get(f"/werkstatt/{design}?geprueft=1"))


def test_a_round_is_changed_after_its_effect_was_shown(
    sign_in: SignIn, stage: Flask, services: Services
) -> None:
    ministry = sign_in("ministerium")
    entry = services.overview.measure(demo.load().actors["ministerium"], MEASURE).rounds[0]
    here = f"/massnahmen/{MEASURE}/runden/{entry.id}"
    assert sign_in("rp").get(here).status_code == 403
    bad = post(ministry, here, aktion="zeigen", antragsfrist="1.1.2020", budget="x", grund="")
    assert bad.status_code == 400 and 'id="budget-fehler"' in text_of(bad)
    later = entry.deadline.replace(year=entry.deadline.year + 1).strftime("%d.%m.%Y")
    typed = {"antragsfrist": later, "budget": "", "grund": "Landtagsbeschluss"}
    shown = text_of(post(ministry, here, aktion="zeigen", **typed))
    hidden = dict(re.findall(r'name="(stand|gezeigt)" value="([^"]*)"', shown))
    hidden["gezeigt"] = hidden["gezeigt"].replace("&#39;", "'").replace("&#34;", '"')
    done = text_of(post(ministry, here, aktion="aendern", **typed, **hidden))
    assert "Die Runde ist geändert" in done and "Landtagsbeschluss" in done
    assert "Landtagsbeschluss" in text_of(sign_in("landkreis").get(f"/massnahmen/{MEASURE}"))
