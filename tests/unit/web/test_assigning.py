"""Several tasks go to one person; what can't go stays, and is named."""

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

SignIn = Callable[[str], FlaskClient]


def tasks(browser: FlaskClient) -> list[str]:
    page = browser.get("/aufgaben?ansicht=alle").get_data(as_text=True)
    return re.findall(r'name="aufgabe" value="([0-9a-f]+)"', page)


def send(browser: FlaskClient, chosen: list[str], person: str) -> str:
    page = browser.get("/massnahmen").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"csrf_token": token, "aufgabe": chosen, "person": person}
    answer = browser.post("/aufgaben/zuweisen", data=data, follow_redirects=True)
    return answer.get_data(as_text=True)


def test_chosen_tasks_go_to_a_colleague(stage: Flask, sign_in: SignIn) -> None:
    browser, colleague = sign_in("ministerium"), sign_in("ministerium2")
    chosen = tasks(browser)[:2]
    assert len(chosen) == 2
    page = browser.get("/aufgaben/zuweisen", query_string={"aufgabe": chosen})
    text = page.get_data(as_text=True)
    assert re.findall(r'name="aufgabe" value="([0-9a-f]+)"', text) == chosen
    assert 'value="ministerium2"' in text and 'value="rp"' not in text
    assert "2 Aufgaben zugewiesen." in send(browser, chosen, "ministerium2")
    mine = colleague.get("/aufgaben?ansicht=meine").get_data(as_text=True)
    assert all(f"/aufgaben/{task}" in mine for task in chosen)


def test_foreign_tasks_are_not_there(stage: Flask, sign_in: SignIn) -> None:
    foreign = tasks(sign_in("rp"))
    assert foreign
    browser = sign_in("landkreis")
    own = tasks(browser)[0]
    page = browser.get("/aufgaben/zuweisen", query_string={"aufgabe": [own, *foreign, "x"]})
    assert re.findall(r'name="aufgabe" value="([0-9a-f]+)"', page.get_data(as_text=True)) == [own]
    assert "0 Aufgaben zugewiesen." in send(browser, foreign, "landkreis")


def test_a_task_that_can_not_go_stays_and_is_named(stage: Flask, sign_in: SignIn) -> None:
    browser = sign_in("landkreis")
    page = send(browser, tasks(browser)[:1], "rp")
    assert "0 Aufgaben zugewiesen." in page
    assert "bleibt, wie es ist. Diese Person gehört nicht zu Ihrer Stelle" in page


def test_without_a_choice_the_list_says_what_to_do(stage: Flask, sign_in: SignIn) -> None:
    answer = sign_in("rp").get("/aufgaben/zuweisen", follow_redirects=True)
    assert "Kreuzen Sie zuerst an" in answer.get_data(as_text=True)
