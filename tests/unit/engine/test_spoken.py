import pytest
from sketch import sketch

from pikflow.engine.model import read
from pikflow.engine.spoken import happening, step, timing
from pikflow.engine.xml import parse


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("P14D", "Nach 14 Tagen"),
        ("P1D", "Nach einem Tag"),
        ("P1M", "Nach einem Monat"),
        ("P1Y6M", "Nach einem Jahr und 6 Monaten"),
        ("PT1H", "Nach einer Stunde"),
        ("PT90M", "Nach einer Stunde und 30 Minuten"),
        ("R3/P7D", "Alle 7 Tage, höchstens 3-mal"),
        ("R/P1D", "Jeden Tag"),
        ("R/P1M", "Jeden Monat"),
        ("R/PT2H", "Alle 2 Stunden"),
        ("R2/P3M", "Alle 3 Monate, höchstens 2-mal"),
        ("2026-12-31", "Am 31.12.2026"),
        ('"P14D"', "Nach 14 Tagen"),
        ("add_days(heute, 3)", ""),
        ("P99", ""),
        ("", ""),
    ],
)
def test_says_timers_in_german(text: str, said: str) -> None:
    assert timing(text) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('user n "Prüfen"', "Prüfen (Amt)"),
        ("user n", "n (Amt)"),
        ('script n "Rechnen"', "Automatisch: Rechnen"),
        ('service n "Senden"', "Automatisch: Senden"),
        ('call n "Auszahlen" calledElement=x', "Auszahlen"),
        ('call n "Melden" pik:cases=l', "Melden: je Organisation ein eigener Vorgang (Amt)"),
        ('start n "Antrag da"', "Beginn: Antrag da"),
        ("start n", "Beginn"),
        ('end n "Fertig"', "Ende: Fertig"),
        ("end n", "Ende"),
        ("catch n timer=P3D", "Warten: Nach 3 Tagen"),
        ('catch n timer=P3D "Ruhe"', "Warten: Ruhe (Nach 3 Tagen)"),
        ("catch n message=m", "Warten auf: Eingang"),
        ('throw n "Bescheid gegeben"', "Mitteilung: Bescheid gegeben"),
        ("throw n", ""),
        ("xor n", ""),
        ("and n", ""),
    ],
)  # fmt: skip
def test_says_steps_in_german(line: str, said: str) -> None:
    assert step(_node(line)) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("timer n on b P14D", "Nach 14 Tagen"),
        ('timer n on b P14D "Frist um"', "Nach 14 Tagen: Frist um"),
        ('boundary n on b timer=frist "Frist um"', "Frist um"),
        ("boundary n on b timer=frist", "Zum festgelegten Zeitpunkt"),
        ('boundary n on b message=m "Rücknahme"', "Jederzeit möglich: Rücknahme"),
        ("boundary n on b message=m", "Jederzeit möglich: Eingang"),
        ('boundary n on b error=e "Konto falsch"', "Bei einem Fehler: Konto falsch"),
        ("boundary n on b conditional=1", "Sobald die Bedingung zutrifft"),
        ("boundary n on b", "Jederzeit"),
    ],
)
def test_says_what_may_happen_meanwhile(line: str, said: str) -> None:
    assert happening(_node(line)) == said


def _node(line: str) -> object:
    text = f'<bpmn:message id="m" name="Eingang" />\nlane Amt\n  user b\n  {line}'
    return read(parse(sketch(text), file="p"), "p").node("n")
