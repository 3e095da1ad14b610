"""Each change by itself: what it does, what it leaves, what it refuses and how it says so."""

import sys
from pathlib import Path

import pytest

from pikflow.engine.editing import branches, changing, lanes, steps
from pikflow.engine.editing.branches import NewWay
from pikflow.engine.editing.comparing import compare
from pikflow.engine.editing.kinds import NewStep
from pikflow.engine.editing.naming import id_for
from pikflow.engine.editing.steps import Place
from pikflow.engine.editing.table import rows
from pikflow.engine.layout import lay_out
from pikflow.engine.model import Process
from pikflow.engine.source import Source, escaped, plain
from pikflow.errors import Invalid, NotFound, PikFlowError, Refused

from .edits import model_of

sys.path.insert(0, str(Path(__file__).parents[1]))
from sketch import sketch  # noqa: E402

TEXT = """
lane Kreis
  start beginn "Begonnen"
  user antrag "Antrag stellen" pik:form=antrag
  timer frist on antrag P14D "Frist um"
  end ende "Erledigt"
lane Land
  user pruefen "Antrag prüfen" pik:fourEyes=antrag
  xor frage "Vollständig?"
  user nachfordern "Nachfordern"
  end aus "Abgelehnt"
beginn -> antrag -> pruefen -> frage
frage -> ende "ja" default
frage -> nachfordern "nein" if fehlt
nachfordern -> pruefen
frist -> aus
"""
DATA = lay_out(sketch(TEXT, pool="Verfahren"))


def process_of(data: bytes) -> Process:
    return model_of(data).processes["vorgang"]


def after(process: Process, key: str) -> list[str]:
    return [process.flows[flow].target for flow in process.nodes[key].outgoing]


def test_a_step_after_another_takes_over_its_way() -> None:
    edited = steps.add_step(DATA, Place(after="antrag"), NewStep("userTask", "Anlagen sichten"))
    process = process_of(edited.data)
    assert edited.element == "Anlagen_sichten"
    assert after(process, "antrag") == ["Anlagen_sichten"]
    assert after(process, "Anlagen_sichten") == ["pruefen"]
    assert process.nodes["Anlagen_sichten"].lane == "Kreis"


def test_a_step_before_one_with_two_ways_in_takes_both() -> None:
    edited = steps.add_step(DATA, Place(before="pruefen"), NewStep("scriptTask", "Rechnen", "Land"))
    process = process_of(edited.data)
    assert after(process, "antrag") == after(process, "nachfordern") == ["Rechnen"]
    assert process.nodes["Rechnen"].lane == "Land"


def test_a_step_on_a_way_leaves_condition_and_default_where_they_are() -> None:
    way = next(f for f in process_of(DATA).flows.values() if f.condition)
    edited = steps.add_step(DATA, Place(way=way.id), NewStep("timer", "Drei Tage warten"))
    process = process_of(edited.data)
    assert process.flows[way.id].condition == "fehlt"
    assert process.flows[way.id].target == edited.element
    assert process.nodes["frage"].default in process.flows


def test_moving_joins_the_ways_and_keeps_border_events() -> None:
    place = Place(after="pruefen")
    process = process_of(steps.move_step(DATA, "antrag", place).data)
    assert after(process, "beginn") == ["pruefen"]
    assert after(process, "pruefen") == ["antrag"] and after(process, "antrag") == ["frage"]
    assert [event.id for event in process.boundaries("antrag")] == ["frist"]
    assert after(process, "frist") == ["aus"]


def test_removing_takes_along_what_only_its_border_event_led_to() -> None:
    edited = steps.remove_step(DATA, "antrag")
    process = process_of(edited.data)
    assert {"antrag", "frist", "aus"} & set(process.nodes) == set()
    assert after(process, "beginn") == ["pruefen"]
    assert "fourEyes" not in process.nodes["pruefen"].attributes
    assert any("Vier-Augen" in note for note in edited.notes)
    difference = compare(DATA, edited.data)
    assert {node.id for node in difference.removed} == {"antrag", "frist", "aus"}
    (led,) = difference.led
    assert (led.source, led.before, led.after) == ("Begonnen", "Antrag stellen", "Antrag prüfen")


def test_removing_one_of_two_ways_dissolves_the_branch() -> None:
    way = next(f for f in process_of(DATA).flows.values() if f.condition)
    process = process_of(branches.remove_way(DATA, way.id).data)
    assert {"frage", "nachfordern"} & set(process.nodes) == set()
    assert after(process, "pruefen") == ["ende"]


def test_a_branch_comes_with_conditions_default_and_join() -> None:
    ways = [
        NewWay("klein", "summe < 100", step=NewStep("scriptTask", "Rechnen")),
        NewWay("groß"),
        NewWay("gar nicht", "summe == 0", step=NewStep("endEvent", "Nichts zu tun")),
    ]
    place = Place(after="antrag")
    edited = branches.add_branch(DATA, place, "exclusiveGateway", "Wie viel?", ways)
    process = process_of(edited.data)
    split = process.nodes[edited.element]
    flows = [process.flows[flow] for flow in split.outgoing]
    assert [flow.condition for flow in flows] == ["summe < 100", None, "summe == 0"]
    assert flows[1].default and split.default == flows[1].id
    join = process.nodes[flows[1].target]
    assert join.kind == "exclusiveGateway" and after(process, join.id) == ["pruefen"]
    assert after(process, "Rechnen") == [join.id]
    assert process.nodes[flows[2].target].kind == "endEvent"


def test_resolving_a_branch_keeps_one_way() -> None:
    keep = next(f.id for f in process_of(DATA).flows.values() if f.default)
    process = process_of(branches.remove_branch(DATA, "frage", keep).data)
    assert after(process, "pruefen") == ["ende"] and "nachfordern" not in process.nodes


def test_a_deadline_leads_over_a_step_to_a_known_one() -> None:
    edited = steps.add_boundary(
        DATA, "pruefen", "timer", "Zu spät", text="P30D", interrupting=False,
        step=NewStep("serviceTask", "Erinnern"), to="ende",
    )  # fmt: skip
    process = process_of(edited.data)
    (event,) = process.boundaries("pruefen")
    assert (event.event.text, event.event.timer, event.interrupting) == ("P30D", "duration", False)
    assert after(process, event.id) == ["Erinnern"] and after(process, "Erinnern") == ["ende"]


def test_every_field_is_set_and_taken_away() -> None:
    values = {
        "name": "Antrag genau prüfen", "documentation": "Prüfen Sie < & >.", "lane": "Kreis",
        "pik:form": "pruefung", "pik:due": '=add_days(heute, "x")', "pik:fourEyes": "",
    }  # fmt: skip
    data = changing.change_step(DATA, "pruefen", values).data
    node = process_of(data).nodes["pruefen"]
    assert (node.name, node.documentation, node.lane) == tuple(values.values())[:3]
    assert node.attributes == {"form": "pruefung", "due": '=add_days(heute, "x")'}
    nothing = changing.change_step(data, "pruefen", {"documentation": "", "pik:form": ""}).data
    node = process_of(nothing).nodes["pruefen"]
    assert node.documentation == "" and "form" not in node.attributes


def test_saving_the_same_values_changes_no_byte() -> None:
    same = {"name": "Antrag stellen", "lane": "Kreis", "pik:form": "antrag", "documentation": ""}
    assert changing.change_step(DATA, "antrag", same).data == DATA


def test_another_kind_drops_what_it_cannot_have_and_says_so() -> None:
    edited = changing.change_step(DATA, "nachfordern", {"kind": "scriptTask"})
    assert process_of(edited.data).nodes["nachfordern"].kind == "scriptTask"
    edited = changing.change_step(DATA, "pruefen", {"kind": "serviceTask"})
    assert "fourEyes" in " ".join(edited.notes)


def test_a_message_is_declared_once() -> None:
    data = steps.add_boundary(DATA, "pruefen", "message", "Zurück", text="Rücknahme").data
    data = steps.add_boundary(data, "antrag", "message", "Zurück", text="Rücknahme").data
    assert [m.name for m in model_of(data).messages.values()] == ["Rücknahme"]


def test_inside_a_sub_process_steps_are_edited_too() -> None:
    data = steps.add_step(DATA, Place(after="antrag"), NewStep("subProcess", "Gutachten")).data
    inside = process_of(data).inside("Gutachten")
    assert [node.kind for node in inside] == ["startEvent", "endEvent"]
    edited = steps.add_step(
        data, Place(after=inside[0].id), NewStep("userTask", "Gutachter wählen")
    )
    process = process_of(edited.data)
    assert process.nodes[edited.element].parent == "Gutachten"
    box = model_of(edited.data).shapes["Gutachten"].bounds
    inner = model_of(edited.data).shapes[edited.element].bounds
    assert box.x < inner.x and inner.x + inner.width < box.x + box.width


def test_lanes_are_added_renamed_and_emptied() -> None:
    data = lanes.add_lane(DATA, "Gericht").data
    key = next(lane.id for lane in process_of(data).lanes if lane.name == "Gericht")
    data = lanes.rename_lane(data, key, "Ministerium").data
    land = next(lane.id for lane in process_of(data).lanes if lane.name == "Land")
    data = lanes.remove_lane(data, land, to=key).data
    assert [lane.name for lane in process_of(data).lanes] == ["Kreis", "Ministerium"]
    assert process_of(data).nodes["pruefen"].lane == "Ministerium"


def test_where_there_is_room_nothing_else_moves() -> None:
    roomy = DATA
    for _ in range(2):  # the first makes room, the second finds it
        roomy = steps.remove_step(
            steps.add_step(roomy, Place(after="beginn"), NewStep("userTask", "Neu")).data, "Neu"
        ).data
    before = model_of(roomy)
    edited = steps.add_step(roomy, Place(after="beginn"), NewStep("userTask", "Neu"))
    shapes = model_of(edited.data).shapes
    assert {key: shapes[key] for key in before.shapes} == before.shapes


def test_making_room_moves_only_what_lies_behind() -> None:
    before = model_of(DATA).shapes
    edited = steps.add_step(DATA, Place(after="antrag"), NewStep("userTask", "Neu"))
    now = model_of(edited.data).shapes
    moved = {key for key, shape in before.items() if now[key].bounds.x != shape.bounds.x}
    assert {"beginn", "antrag", "frist"} & moved == set() and "pruefen" in moved
    assert all(now[key].bounds.y == shape.bounds.y for key, shape in before.items())


def test_a_lane_change_keeps_the_column() -> None:
    before = model_of(DATA).shapes["nachfordern"].bounds
    now = model_of(changing.change_step(DATA, "nachfordern", {"lane": "Kreis"}).data)
    assert now.shapes["nachfordern"].bounds.x == before.x
    lane = now.shapes[next(n.lane_id for n in now.processes["vorgang"].nodes.values()
                           if n.id == "nachfordern")].bounds  # fmt: skip
    assert lane.y <= now.shapes["nachfordern"].bounds.y <= lane.y + lane.height


NO = [
    (lambda: steps.add_step(DATA, Place(after="ende"), NewStep("userTask", "x")), "step-after-end"),
    (lambda: steps.add_step(DATA, Place(before="beginn"), NewStep("userTask", "x")),
     "step-before-start"),
    (lambda: steps.add_step(DATA, Place(after="frage"), NewStep("userTask", "x")), "way-choose"),
    (lambda: steps.add_step(DATA, Place(after="nix"), NewStep("userTask", "x")), "step-unknown"),
    (lambda: steps.add_step(DATA, Place(after="antrag"), NewStep("userTask", " ")), "name-missing"),
    (lambda: steps.add_step(DATA, Place(after="antrag"), NewStep("oops", "x")), "kind-unknown"),
    (lambda: steps.add_step(DATA, Place(after="antrag"), NewStep("endEvent", "x")), "end-cut-off"),
    (lambda: steps.add_step(DATA, Place(after="antrag"), NewStep("userTask", "a\x00b")),
     "text-characters"),
    (lambda: steps.move_step(DATA, "frage", Place(after="antrag")), "move-fixed"),
    (lambda: steps.move_step(DATA, "antrag", Place(after="frist")), "move-cut-off"),
    (lambda: steps.remove_step(DATA, "beginn"), "start-last"),
    (lambda: steps.remove_step(DATA, "frage"), "remove-branch"),
    (lambda: steps.lead_way(DATA, "nix", "ende"), "way-unknown"),
    (lambda: steps.add_boundary(DATA, "frage", "timer", "x"), "boundary-host"),
    (lambda: changing.change_step(DATA, "antrag", {"pik:cases": "x"}), None),
    (lambda: changing.change_step(DATA, "antrag", {"script": "x"}), "property-unknown"),
    (lambda: changing.change_step(DATA, "antrag", {"kind": "endEvent"}), "kind-fixed"),
    (lambda: branches.add_branch(DATA, Place(after="antrag"), "parallelGateway", "", [
        NewWay("a", "x > 1", step=NewStep("userTask", "x")), NewWay("b")]), "branch-condition"),
    (lambda: branches.add_branch(DATA, Place(after="antrag"), "exclusiveGateway", "", [NewWay()]),
     "branch-few-ways"),
    (lambda: lanes.add_lane(DATA, "Land"), "lane-twice"),
    (lambda: lanes.remove_lane(DATA, process_of(DATA).lanes[0].id), "lane-not-empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"), NO, ids=[f"{n}-{code}" for n, (_, code) in enumerate(NO)]
)
def test_what_cannot_be_done_is_refused_with_a_reason(change: object, code: str | None) -> None:
    with pytest.raises((Refused, Invalid, NotFound)) as caught:
        change()  # type: ignore[operator]
    assert isinstance(caught.value, PikFlowError) and caught.value.message
    assert code is None or caught.value.code == code


def test_the_table_tells_every_node_once_in_order() -> None:
    table = rows(process_of(DATA))
    names = [row.node.id for row in table]
    assert sorted(names) == sorted(process_of(DATA).nodes)
    assert names.index("antrag") < names.index("pruefen") < names.index("frage")
    (back,) = next(row for row in table if row.node.id == "nachfordern").ways
    assert back.back and back.step == "pruefen"
    assert next(row for row in table if row.node.id == "antrag").due == "P14D"


def test_ids_are_readable_unique_and_never_reserved() -> None:
    assert id_for("userTask", "Anträge prüfen & ablegen", set()) == "Antraege_pruefen_ablegen"
    assert id_for("userTask", "Prüfen", {"Pruefen"}) == "Pruefen_2"
    assert id_for("userTask", "Start", set()) == "Start_2"
    assert id_for("endEvent", "Erledigt", set()) == "Ende_Erledigt"
    assert id_for("userTask", "2. Prüfung", set()) == "Schritt_2_Pruefung"
    assert id_for("userTask", "«»", set()) == "Schritt_1"


def test_what_is_written_is_read_again() -> None:
    for text in ("a < b & \"c\" > 'd'", "ä\n\tb", "&amp;#10;"):
        assert plain(escaped(text)) == text and plain(escaped(text, '"')) == text


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_and_line_ends_survive(encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8"}.get(encoding, encoding.upper())
    text = DATA.decode().replace("UTF-8", declared).replace("\n", "\r\n")
    data = text.encode(encoding)
    assert Source.read(data).written() == data
    edited = changing.change_step(data, "antrag", {"name": "Größe – prüfen"}).data
    assert process_of(edited).nodes["antrag"].name == "Größe – prüfen"
    assert edited.count("\r\n".encode(encoding)[-2:]) >= data.count("\r\n".encode(encoding)[-2:])
