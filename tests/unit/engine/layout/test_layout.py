import random
import re
from functools import lru_cache
from pathlib import Path

import geometry
import pytest
from lxml import etree
from sketch import sketch

from pikflow.engine.layout import lay_out, place
from pikflow.engine.model import Model, read
from pikflow.engine.xml import parse

ROOT = Path(__file__).parents[4]
OURS = sorted((ROOT / "workflows").glob("*.bpmn"))
FOREIGN = sorted((ROOT / "tests" / "data" / "foreign").glob("*.bpmn"))

GRANT = """
lane Gemeinde
  user melden "Bedarf melden"
  timer erinnern on melden "Alle 7 Tage" R3/P7D not
  end erinnert "Erinnerung verschickt"
lane Landkreis
  start beginn "Förderrunde eröffnet"
  user antrag "Antrag stellen"
  boundary zurueck on antrag message=m1 "Rücknahme"
  user nachliefern "Unterlagen nachreichen"
  timer frist on nachliefern P14D "Frist von 14 Tagen abgelaufen"
  user abruf "Mittel abrufen"
  end zurueckgezogen "Zurückgezogen"
lane Bewilligungsstelle
  user vollstaendig "Vollständigkeit prüfen"
  xor komplett "Unterlagen vollständig?"
  user fachlich "Fachlich und rechnerisch prüfen"
  xor entschieden "Wie ist entschieden?"
  end abgelehnt "Abgelehnt"
  and auf
  script bescheid "Bewilligungsbescheid erstellen"
  user vermerk "Vermerk schreiben"
  and zu
  xor weitere "Weitere Auszahlung?"
  end ende "Abgeschlossen"
<bpmn:message id="m1" name="Rücknahme" />
beginn -> melden -> antrag -> vollstaendig -> komplett
erinnern -> erinnert
zurueck -> zurueckgezogen
komplett -> fachlich "ja" default
komplett -> nachliefern "Unterlagen fehlen" if fehlt
nachliefern -> vollstaendig
frist -> fachlich
fachlich -> entschieden
entschieden -> abgelehnt "abgelehnt" if a
entschieden -> fachlich "zurückgegeben" if b
entschieden -> auf "bewilligt" default
auf -> bescheid -> zu
auf -> vermerk -> zu
zu -> abruf -> weitere
weitere -> abruf "ja" if d
weitere -> ende "nein" default
"""
WORDS = ["Antrag prüfen", "Vollständigkeitsprüfung", "Ja?", "zurückgegeben", "Frist abgelaufen"]
NESTED = """
start a "Beginn"
sub b "Angebote einholen" {
  start b1
  xor b2 "Reicht eines?"
  user b3 "Firma anfragen"
  timer b3t on b3 P7D "Keine Antwort"
  user b4 "Weitere Firmen anfragen"
  end b5 "Angebote liegen vor"
  b1 -> b2
  b2 -> b3 "ja" if x
  b2 -> b4 "nein" default
  b3 -> b5
  b3t -> b4
  b4 -> b5
}
timer bt on b P30D "Zu spät"
user c "Auswählen"
end d "Bestellt"
end e "Abgebrochen"
a -> b -> c -> d
bt -> e
"""


@lru_cache
def drawn(data: bytes) -> Model:
    return read(parse(lay_out(data), file="probe"), "probe")


def faults(model: Model) -> dict[str, list]:
    return {
        "through a shape": geometry.shapes_crossed(model),
        "slanted": geometry.slanted(model),
        "on each other": geometry.overlapping(model),
        "label covered": geometry.labels_covered(model),
        "flows along each other": geometry.lying_on_each_other(model),
        "outside of its lane": geometry.outside_their_lane(model),
    }


CASES = {
    "grant": sketch(GRANT, pool="Förderung"),
    "grant without pool": sketch(GRANT),
    "nested": sketch(NESTED),
    "loop to itself": sketch("start a\nxor b\nuser c\nend d\na -> b -> c -> b\nb -> d"),
    "boundary events": sketch(
        'start a\nuser b "Viel los"\ntimer t1 on b P1D "eins"\ntimer t2 on b P2D "zwei"\n'
        'timer t3 on b P3D "drei"\nend c\nend d\nend e\nend f\n'
        "a -> b -> c\nt1 -> d\nt2 -> e\nt3 -> f"
    ),
    "wide fan": sketch(
        "start s\nand g\nand h\nend z\n"
        + "\n".join(f'user t{i} "Schritt {i}"' for i in range(7))
        + "\ns -> g\n"
        + "\n".join(f'g -> t{i} "Weg {i}"\nt{i} -> h' for i in range(7))
        + "\nh -> z"
    ),
    **{path.stem: path.read_bytes() for path in OURS},
}


@pytest.mark.parametrize("name", CASES)
def test_ways_run_straight_between_the_shapes_and_names_stay_free(name: str) -> None:
    assert {what: found for what, found in faults(drawn(CASES[name])).items() if found} == {}


@pytest.mark.parametrize("seed", range(16))
def test_wild_graphs_are_drawn_as_neatly(seed: int) -> None:
    assert {what: found for what, found in faults(drawn(wild(seed))).items() if found} == {}


def wild(seed: int) -> bytes:
    """A process of random steps, jumps forth and back, lanes and deadlines."""
    chance = random.Random(seed)  # noqa: S311 - the same graphs every time
    kinds = ["user"] * 3 + ["script", "call", "xor", "and"]
    names = [f"n{i}" for i in range(chance.randint(4, 14))]
    lanes: list[list[str]] = [[] for _ in range(chance.randint(1, 4))]
    lanes[0].append('start s "Beginn"')
    lanes[-1].append('end z "Ende"')
    flows = [f"s -> {' -> '.join(names)} -> z"]
    for name in names:
        kind = chance.choice(kinds)
        lane = chance.choice(lanes)
        lane.append(f'{kind} {name} "{chance.choice(WORDS)}"')
        if kind in ("xor", "and"):
            flows.append(f'{name} -> {chance.choice([*names, "z"])} "{chance.choice(WORDS)}"')
        elif kind == "user" and chance.random() < 0.4:
            lane.append(f'timer t{name} on {name} P1D "{chance.choice(WORDS)}"')
            flows.append(f"t{name} -> {chance.choice([*names, 'z'])}")
    text = "".join(f"lane L{i}\n" + "\n".join(lane) + "\n" for i, lane in enumerate(lanes))
    return sketch(text + "\n".join(flows), pool="Amt" if seed % 2 else "")


def test_a_large_process_is_drawn_in_reasonable_time() -> None:
    steps = [f"u{i}" for i in range(150)]
    text = "start a\nend z\n" + "".join(f"user {step} Schritt\n" for step in steps)
    model = drawn(sketch(f"{text}a -> {' -> '.join(steps)} -> z"))
    assert len(model.edges) == 151


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_crossings_are_few_in_our_own_diagrams(path: Path) -> None:
    model = drawn(path.read_bytes())
    flows = sum(len(process.flows) for process in model.processes.values())
    assert geometry.crossings(model) <= flows / 4


@pytest.mark.parametrize("name", CASES)
def test_the_same_file_gives_the_same_drawing_and_a_second_run_changes_nothing(name: str) -> None:
    first = lay_out(CASES[name])
    assert lay_out(CASES[name]) == first
    assert lay_out(first) == first


@pytest.mark.parametrize("path", [*OURS, *FOREIGN], ids=lambda path: path.stem)
def test_everything_but_the_drawing_stays_as_it_was(path: Path) -> None:
    def bare(data: bytes) -> bytes:
        root = etree.fromstring(data)
        for diagram in root.findall("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"):
            root.remove(diagram)
        return re.sub(rb"\s+(?=</[^<]*$)", b"", etree.tostring(root).strip())

    data = path.read_bytes()
    assert bare(lay_out(data)) == bare(data)


def test_leaves_quotes_comments_and_line_ends_of_the_semantic_part_alone() -> None:
    data = (
        b"<?xml version='1.0'  encoding='ISO-8859-1'?>\r\n<!-- von Hand -->\r\n"
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'   id='d'>\r\n"
        b"  <process id='p'><!-- \xe4 --><startEvent id='a' name='&#228;&amp;'/></process>\r\n"
        b"</definitions>\r\n<!-- Ende -->"
    )
    result = lay_out(data)
    head, tail = data.split(b"\r\n</definitions>")
    assert result.startswith(head) and result.endswith(b"\r\n</definitions>" + tail)
    added = result[len(head) : -len(tail) - 16]
    assert b'bpmnElement="a"' in added and b"\n" not in added.replace(b"\r\n", b"")


def test_every_shape_and_flow_is_drawn_once() -> None:
    model = drawn(CASES["grant"])
    process = model.processes["vorgang"]
    wanted = {*process.nodes, *(lane.id for lane in process.lanes), "Pool_1"}
    assert set(model.shapes) == wanted
    assert set(model.edges) == set(process.flows)
    ids = re.findall(rb' id="([^"]+)"', lay_out(CASES["grant"]))
    assert len(ids) == len(set(ids))


def test_lanes_lie_below_each_other_and_fill_the_pool() -> None:
    model = drawn(CASES["grant"])
    pool = model.shapes["Pool_1"].bounds
    lanes = [model.shapes[lane.id].bounds for lane in model.processes["vorgang"].lanes]
    assert lanes[0].y == pool.y
    assert lanes[-1].y + lanes[-1].height == pool.y + pool.height
    for upper, lower in zip(lanes, lanes[1:], strict=False):
        assert upper.y + upper.height == lower.y
    assert {lane.x + lane.width for lane in lanes} == {pool.x + pool.width}


def test_without_a_collaboration_lanes_are_drawn_without_inventing_a_pool() -> None:
    data = lay_out(CASES["grant without pool"])
    assert b"participant" not in data
    assert b'<bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="vorgang">' in data
    assert len(drawn(CASES["grant without pool"]).shapes) == 21 + 3


def test_flows_lead_from_left_to_right_except_those_that_lead_back() -> None:
    model = drawn(CASES["grant"])
    process = model.processes["vorgang"]
    back = {
        flow.id
        for flow in process.flows.values()
        if model.shapes[flow.target].bounds.x <= model.shapes[flow.source].bounds.x
    }
    ends = {(process.flows[key].source, process.flows[key].target) for key in back}
    assert ends == {
        ("nachliefern", "vollstaendig"),
        ("entschieden", "fachlich"),
        ("weitere", "abruf"),
    }


def test_boundary_events_sit_on_the_bottom_edge_of_their_host() -> None:
    model = drawn(CASES["boundary events"])
    host = model.shapes["b"].bounds
    middles = [model.shapes[key].bounds for key in ("t1", "t2", "t3")]
    assert {bounds.y + bounds.height / 2 for bounds in middles} == {host.y + host.height}
    assert all(host.x <= b.x and b.x + b.width <= host.x + host.width for b in middles)


def test_what_is_inside_a_sub_process_is_drawn_inside_it() -> None:
    model = drawn(CASES["nested"])
    outer = model.shapes["b"].bounds
    for node in model.processes["vorgang"].inside("b"):
        inner = model.shapes[node.id].bounds
        assert outer.x < inner.x and inner.x + inner.width < outer.x + outer.width
        assert outer.y < inner.y and inner.y + inner.height < outer.y + outer.height
    assert model.shapes["b"].expanded is True


def test_several_pools_stand_below_each_other_and_messages_connect_them() -> None:
    model = drawn((ROOT / "tests/data/foreign/signavio.bpmn").read_bytes())
    first, second = model.shapes["sid-1001"].bounds, model.shapes["sid-1003"].bounds
    assert first.y + first.height < second.y
    assert first.width == second.width
    assert model.edges["sid-1004"].points[-1][1] >= model.shapes["sid-2001"].bounds.y
    outer, inner = model.shapes["sid-1011"].bounds, model.shapes["sid-1013"].bounds
    assert outer.x < inner.x and outer.y == inner.y


def test_notes_stand_beside_what_they_explain() -> None:
    model = drawn((ROOT / "tests/data/foreign/signavio.bpmn").read_bytes())
    note, task = model.shapes["sid-5003"].bounds, model.shapes["sid-2003"].bounds
    assert abs(note.x + note.width / 2 - task.x - task.width / 2) < 1
    assert "sid-5004" in model.edges


def test_a_flow_over_the_border_of_a_sub_process_is_drawn_as_a_line() -> None:
    data = sketch("start a\nsub b {\nuser c\n}\nuser d\na -> b -> d\nd -> c")
    model = drawn(data)
    assert len(model.edges["f3"].points) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>",
        sketch(""),
        sketch("start a\na -> weg"),
        sketch("user a\nuser b\na -> b\nb -> a"),
        sketch("user a\na -> a"),
        sketch("lane leer\nlane voll\n  start a"),
        sketch("boundary a on weg message=x"),
        b"<html/>",
    ],
)
def test_odd_files_are_drawn_as_far_as_possible(data: bytes) -> None:
    result = lay_out(data)
    assert lay_out(result) == result


def test_placing_a_model_leaves_its_file_alone() -> None:
    model = read(parse(CASES["grant"], file="p"), "p")
    placed = place(model)
    assert model.shapes == {} and len(placed.shapes) == 21 + 3 + 1
    assert placed.processes is model.processes
