from pathlib import Path

import pytest
from sketch import sketch

from pikflow.engine.model import Process, read
from pikflow.engine.outline import OutlineItem, outline, plain
from pikflow.engine.spoken import step
from pikflow.engine.xml import parse

ROOT = Path(__file__).parents[3]
FILES = sorted(
    [*(ROOT / "workflows").glob("*.bpmn"), *(ROOT / "tests/data/foreign").glob("*.bpmn")]
)


def process_of(text: str | bytes, key: str = "vorgang") -> Process:
    data = text if isinstance(text, bytes) else sketch(text, process=key)
    return read(parse(data, file="p"), "p").processes[key]


def told(text: str, **options: object) -> list[str]:
    return plain(outline(process_of(text), **options)).splitlines()


def everything(items: tuple[OutlineItem, ...]) -> list[OutlineItem]:
    return [one for item in items for one in (item, *everything(item.children))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_is_told_exactly_once(path: Path) -> None:
    for process in read(parse(path.read_bytes(), file="p"), "p").processes.values():
        items = everything(outline(process))
        steps = [item.element for item in items if item.kind not in ("branch", "jump", "phase")]
        short = [item.element for item in items if item.kind == "branch" and not item.children]
        beside = {n.id for n in process.nodes.values() if n.triggered}  # their start is their lead
        wanted = [
            node.id
            for node in process.nodes.values()
            if step(node) and not (node.kind == "startEvent" and node.parent in beside)
        ]
        assert len(steps) == len(set(steps))
        assert set(wanted) <= {*steps, *short}


def test_follows_the_flow_with_lanes_and_states() -> None:
    text = """
    lane Gemeinde
      start a
      user b "Melden"
    lane Land
      user c "Prüfen"
      end z "Fertig"
    a -> b -> c -> z
    """
    assert told(text, states={"a": "done", "b": "done", "c": "current"}) == [
        "- Beginn [erledigt]",
        "- Melden (Gemeinde) [erledigt]",
        "- Prüfen (Land) [Sie sind hier]",
        "- Ende: Fertig",
    ]


def test_speaks_of_choices_loops_and_ends() -> None:
    text = """
    start a "Eingang"
    user b "Prüfen"
    xor c "Vollständig?"
    user d "Nachreichen"
    xor e "Ergebnis?"
    end y "Abgelehnt"
    user f "Auszahlen"
    end z "Erledigt"
    a -> b -> c
    c -> d "nein" if x
    c -> e "ja" default
    d -> b
    e -> y "abgelehnt" if y
    e -> f "bewilligt" default
    f -> z
    """
    assert told(text) == [
        "- Beginn: Eingang",
        "- Prüfen",
        "- Vollständig?",
        "  - Wenn nein",
        "    - Nachreichen",
        "    - zurück zu „Prüfen“",
        "  - Wenn ja: weiter mit „Ergebnis?“",
        "- Ergebnis?",
        "  - Wenn abgelehnt: Ende: Abgelehnt",
        "  - Wenn bewilligt: weiter mit „Auszahlen“",
        "- Auszahlen",
        "- Ende: Erledigt",
    ]


def test_what_ways_have_in_common_is_told_after_them() -> None:
    text = """
    start a
    xor b "Weg?"
    user c "Links"
    user d "Rechts"
    xor e
    user f "Zusammen"
    end z
    a -> b
    b -> c "links" if x
    b -> d default
    c -> e
    d -> e -> f -> z
    """
    assert told(text) == [
        "- Beginn",
        "- Weg?",
        "  - Wenn links",
        "    - Links",
        "    - Dann weiter mit „Zusammen“",
        "  - Sonst",
        "    - Rechts",
        "    - Dann weiter mit „Zusammen“",
        "- Zusammen",
        "- Ende",
    ]


def test_speaks_of_what_happens_at_the_same_time() -> None:
    text = "start a\nand b\nuser c Links\nuser d Rechts\nand e\nend z\n"
    text += "a -> b\nb -> c -> e\nb -> d -> e -> z"
    assert told(text)[1:] == [
        "- Gleichzeitig",
        "  - Zweig 1: Links",
        "  - Zweig 2: Rechts",
        "- Ende",
    ]


def test_speaks_of_deadlines_and_withdrawals_at_their_step() -> None:
    text = """
    <bpmn:message id="m" name="Rücknahme" />
    start a
    user b "Antrag"
    timer t on b R3/P7D not "Erinnern"
    script s "Erinnerung"
    boundary r on b message=m
    end y "Zurückgezogen"
    end x
    end z
    a -> b -> z
    t -> s -> x
    r -> y
    """
    assert told(text)[1:] == [
        "- Antrag",
        "  - Alle 7 Tage, höchstens 3-mal: Erinnern (die Aufgabe bleibt offen)",
        "    - Automatisch: Erinnerung",
        "    - Ende",
        "  - Jederzeit möglich: Rücknahme",
        "    - Ende: Zurückgezogen",
        "- Ende",
    ]


def test_a_deadline_that_leads_to_the_next_step_says_so() -> None:
    text = (
        "start a\nuser b Warten\ntimer t on b P14D\nuser c Weiter\nend z\na -> b -> c -> z\nt -> c"
    )
    assert "  - Nach 14 Tagen: weiter mit „Weiter“" in told(text)


def test_steps_of_called_processes_and_sub_processes_stand_below() -> None:
    inner = process_of('start a\nuser i "Innen"\nend z\na -> i -> z', "innen")
    text = """
    start a
    call c "Rufen" calledElement=innen
    sub s "Block" {
      start s1
      user s2 "Im Block"
      end s3
      s1 -> s2 -> s3
    }
    end z
    a -> c -> s -> z
    """
    process = process_of(text)
    lines = plain(outline(process, {"c": "current", "i": "current"}, {"innen": inner})).splitlines()
    assert lines == [
        "- Beginn",
        "- Rufen [Sie sind hier]",
        "  - Innen [Sie sind hier]",
        "  - Ende",
        "- Block",
        "  - Beginn",
        "  - Im Block",
        "  - Ende",
        "- Ende",
    ]


def test_a_process_that_calls_itself_is_told_once() -> None:
    process = process_of("start a\ncall c calledElement=vorgang\nend z\na -> c -> z")
    assert len(everything(outline(process, {}, {"vorgang": process}))) == 3


def test_phases_are_headings() -> None:
    text = """
    start a
    user b "Antrag" pik:phase=Antrag
    user c "Prüfen" pik:phase=Prüfung
    end z
    a -> b -> c -> z
    """
    items = outline(process_of(text))
    assert [(item.kind, item.text, item.level) for item in items] == [
        ("phase", "Phase Antrag", 0),
        ("phase", "Phase Prüfung", 0),
    ]
    assert [child.text for child in items[0].children] == ["Beginn", "Antrag"]
    assert {child.level for child in items[1].children} == {1}


def test_rings_and_loose_ends_are_told_too() -> None:
    assert told("user a Eins\nuser b Zwei\na -> b -> a") == [
        "- Eins",
        "- Zwei",
        "- zurück zu „Eins“",
    ]
    text = "start a\nend z\na -> z\nsub n Abbruch triggeredByEvent=true {\n"
    text += "start n1 message=m\nend n2\nn1 -> n2\n}"
    assert told(text)[-2:] == ["- Jederzeit möglich: Nachricht: Abbruch", "  - Ende"]


def test_waiting_for_the_first_of_several_events() -> None:
    text = """
    <bpmn:message id="m" name="Antwort" />
    start a
    events b
    catch c message=m
    catch d timer=P3D
    xor e
    end z
    a -> b
    b -> c -> e
    b -> d -> e -> z
    """
    assert told(text)[1:] == [
        "- Was zuerst eintritt",
        "  - Entweder: Warten auf: Antwort",
        "  - Oder: Warten: Nach 3 Tagen",
        "- Ende",
    ]


def test_what_undoes_a_step_is_told_with_it() -> None:
    text = """
    start a
    user b "Buchen"
    user h "Stornieren" isForCompensation=true
    boundary k on b compensate=1
    k ~ h
    throw w compensate=1 "Alles zurück"
    end z
    a -> b -> w -> z
    """
    assert told(text) == [
        "- Beginn",
        "- Buchen",
        "  - Wenn es rückgängig gemacht wird",
        "    - Stornieren",
        "- Rückgängig machen: Alles zurück",
        "- Ende",
    ]
