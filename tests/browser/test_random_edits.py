# ruff: noqa: E501 - the script stays readable
"""Changes by the table of steps and by the diagram editor in turn, in any order: the file stays
valid BPMN, and what was not touched stays as it was, to its bytes and its place in the drawing.

The steps are changed by the real commands, the diagram by bpmn-js in Chromium and the real saving.
PIKFLOW_EDITS=50 makes more rounds than the few of a normal run.
"""

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Visit
from live_portal import Portal, serve
from lxml import etree
from playwright.sync_api import Page, expect
from test_diagram_editor import ADMIN, EDITOR, WORKFLOWS

from pikflow.errors import PikFlowError

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "engine"))
from editing.edits import Hand, model_of  # noqa: E402
from editing.test_random_edits import schema, untouched  # noqa: E402

pytestmark = pytest.mark.browser
FOREIGN = Path(__file__).parents[1] / "data" / "foreign"
FILES = [
    WORKFLOWS / "aenderung.bpmn",
    WORKFLOWS / "weitergabe.bpmn",
    FOREIGN / "camunda7.bpmn",
    FOREIGN / "signavio.bpmn",
    FOREIGN / "bizagi.bpmn",
]
ROUNDS = int(os.environ.get("PIKFLOW_EDITS", "2"))
PATH = "workflows/probe.bpmn"
# Some changes by a seed, each as a person could make it; gives what was done and the ids of all
# elements that bpmn-js changed on the way (a moved step takes its flows along).
DRAW = f"""([seed, count]) => {{
    const modeler = {EDITOR}.modeler, get = name => modeler.get(name);
    const modeling = get('modeling'), rules = get('rules'), registry = get('elementRegistry');
    let state = seed;
    const dice = n => {{ state = (state * 1103515245 + 12345) % 2147483648;
        return Math.floor(state / 2147483648 * n); }};
    const pick = list => list[dice(list.length)];
    const touched = new Set(), done = [];
    const note = e => {{ touched.add(e.id); touched.add(e.businessObject?.id);
        if (e.labelTarget) touched.add(e.labelTarget.id); }};
    const bus = get('eventBus');
    bus.on('elements.changed', ({{elements}}) => elements.forEach(note));
    bus.on(['shape.added', 'shape.remove', 'connection.added', 'connection.remove'],
        ({{element}}) => note(element));
    const all = test => registry.filter(e => e.parent && !e.labelTarget && test(e));
    const nodes = () => all(e => e.businessObject.$instanceOf('bpmn:FlowNode') && !e.collapsed);
    const flows = () => all(e => e.type === 'bpmn:SequenceFlow');
    const deeds = {{
        rename: () => modeling.updateProperties(pick(nodes()), {{name: pick(['Prüfen & lesen', 'Ä', ''])}}),
        move: () => {{ const e = pick(nodes().filter(e => !e.host));
            modeling.moveElements([e], {{x: 10 + dice(40), y: dice(20)}}, e.parent); }},
        append: () => {{ const e = pick(nodes().filter(e => e.type !== 'bpmn:EndEvent' && !e.host));
            modeling.appendShape(e, {{type: pick(['bpmn:UserTask', 'bpmn:ExclusiveGateway'])}},
                {{x: e.x + e.width + 90, y: e.y + e.height / 2}}, e.parent); }},
        remove: () => modeling.removeElements([pick(nodes().filter(e => e.type !== 'bpmn:StartEvent'))]),
        connect: () => {{ const [source, target] = [pick(nodes()), pick(nodes())];
            if (source !== target && rules.allowed('connection.create', {{source, target}}))
                modeling.connect(source, target); }},
        cut: () => {{ const e = pick(flows()); if (e) modeling.removeElements([e]); }},
        bend: () => {{ const e = pick(flows()); if (!e) return;
            const points = e.waypoints.map(({{x, y}}) => ({{x, y}}));
            points.splice(1, 0, {{x: points[0].x + 15, y: points[0].y + 15}});
            modeling.updateWaypoints(e, points); }},
        replace: () => {{ const e = pick(nodes().filter(e => /Task$/.test(e.type)));
            if (e) get('bpmnReplace').replaceElement(e, {{type: 'bpmn:ServiceTask'}}); }},
        colour: () => modeling.setColor([pick(nodes())], {{fill: '#ffe0b2', stroke: '#6b3c00'}}),
        undo: () => get('commandStack').canUndo() && get('commandStack').undo(),
    }};
    for (let n = 0; n < count; n += 1) {{
        const name = pick(Object.keys(deeds));
        done.push(name);
        deeds[name]();
    }}
    return [done, [...touched].filter(Boolean)]; }}"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from serve(tmp_path_factory.mktemp("edits"), datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_editors_in_turn_keep_what_was_not_touched(
    visit: Visit, portal: Portal, path: Path
) -> None:
    designs = portal.services.designs
    design = designs.start(ADMIN, f"Zufall {path.stem}")
    data = path.read_bytes()
    assert designs.save(ADMIN, design, PATH, data, 0).data == data
    valid = schema().validate(model_of(data).tree)
    hand = Hand(len(path.stem))
    visitor = visit()
    visitor.be("admin")
    for number in range(ROUNDS):
        before = designs.read(ADMIN, design, PATH)
        data = by_steps(hand, before.data)
        untouched(before.data, data)
        designs.save(ADMIN, design, PATH, data, before.version)
        page = visitor.open(f"/werkstatt/{design}/diagramm/{PATH}")
        page.locator("[data-ready=yes]").wait_for()
        done, touched = by_drawing(page, 1000 * number + len(path.stem))
        after = designs.read(ADMIN, design, PATH).data
        told = (path.name, number, hand.told, done)
        model = model_of(after)
        assert not valid or schema().validate(model.tree), (told, schema().error_log.last_error)
        untouched(data, after)
        assert changed_beside(data, after, set(touched)) == [], told


def by_steps(hand: Hand, data: bytes) -> bytes:
    """Two changes by the commands of the table of steps; a refused one changes nothing."""
    for _ in range(2):
        try:
            data = hand.change(data).data
        except PikFlowError as fault:
            assert fault.code and fault.message
    return data


def by_drawing(page: Page, seed: int) -> tuple[list[str], list[str]]:
    done, touched = page.evaluate(DRAW, [seed, 3])
    page.locator("[data-do=save]").click()
    expect(page.locator("[data-message]")).to_have_text("Alles ist gespeichert.")
    return done, touched


def changed_beside(before: bytes, after: bytes, touched: set[str]) -> list[str]:
    """Elements bpmn-js did not change that are not as they were: the tag that begins them byte for
    byte, what they hold, and their place in the drawing."""
    old, new = (elements_of(data) for data in (before, after))
    found = []
    for key, element in old.items():
        about = {element.get("bpmnElement"), key, *(one.get("id") for one in around(element))}
        if about & touched:
            continue
        if key not in new:
            found.append(f"{key} is gone")
        elif etree.QName(element).localname == "BPMNPlane":
            continue  # it holds all the others
        elif "bpmnElement" in element.attrib:
            if written(element) != written(new[key]):
                found.append(f"{key} has moved")
        elif tag_of(before, key) != tag_of(after, key):
            found.append(f"{key}: {tag_of(before, key)!r} became {tag_of(after, key)!r}")
        elif held(element) != held(new[key]):
            found.append(f"{key} holds something else")
    return found


def around(element: etree._Element) -> list[etree._Element]:
    """The step, way or lane an element is a part of: its data items, events and the like."""
    wholes = ("process", "subProcess", "collaboration", "definitions", "BPMNDiagram", "BPMNPlane")
    inside = element.iterancestors()
    return [one for one in inside if etree.QName(one).localname not in wholes]


def elements_of(data: bytes) -> dict[str, etree._Element]:
    root = etree.fromstring(data)
    return {one.get("id"): one for one in root.iter(etree.Element) if one.get("id")}


def tag_of(data: bytes, key: str) -> bytes:
    found = re.search(rb"<[^<>]*\sid=[\"']" + re.escape(key.encode()) + rb"[\"'][^<>]*>", data)
    told = (
        re.sub(rb"\sxmlns:[^=]+=\"[^\"]*\"", b"", found[0]) if found else b""
    )  # new prefixes may come
    return told.rstrip(b"/>").rstrip()


def written(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_tail=False))


def held(element: etree._Element) -> list[bytes]:
    """What an element holds beside other elements with an id and the names of its neighbours."""
    beside = ("incoming", "outgoing", "flowNodeRef")
    inner = [one for one in element if isinstance(one.tag, str) and not one.get("id")]
    return [written(one) for one in inner if etree.QName(one).localname not in beside]
