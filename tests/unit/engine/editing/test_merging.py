"""What another program changed goes into the file, and nothing else does."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pikflow.engine.editing.merging import merge
from pikflow.errors import DefinitionInvalid

WORKFLOWS = Path(__file__).parents[4] / "workflows"
FILES = sorted(WORKFLOWS.glob("*.bpmn"))
SMALL = sorted(FILES, key=lambda file: file.stat().st_size)[:5]
BY_HAND = """<?xml version='1.0' encoding="UTF-8"?>
<!-- Wer das ändert, sagt der Fachabteilung Bescheid. -->
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:fremd="urn:fremd" fremd:farbe='rot' targetNamespace="urn:x">
  <bpmn:process   id="p" isExecutable="true" fremd:amt="RP &amp; MI">
    <!-- hier beginnt es -->
    <bpmn:startEvent id="Start" name="Beginn"><bpmn:outgoing>w1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="w1" sourceRef="Start" targetRef="Tun"/>
\t<bpmn:userTask name='Etwas tun' id='Tun' fremd:ampel="grün" startQuantity="1">
      <bpmn:incoming>w1</bpmn:incoming>
      <fremd:notiz>nur wir</fremd:notiz>
    </bpmn:userTask>
    <bpmn:endEvent id="Ende"/>
  </bpmn:process>
</bpmn:definitions>
<!-- Schluss -->
"""


def rewritten(text: str) -> str:
    """The file as a program writes it that keeps only what it knows: no comments, no elements of
    others outside of extensionElements, no defaults, attributes and white space its own way."""
    root = etree.fromstring(text.encode(), etree.XMLParser(remove_comments=True))
    for element in list(root.iter(etree.Element)):
        element.attrib.pop("startQuantity", None)
        ordered = sorted(element.attrib.items())
        element.attrib.clear()
        element.attrib.update(ordered)
        if element.tag.startswith("{urn:fremd}"):
            element.getparent().remove(element)
    etree.indent(root, "    ")
    return etree.tostring(root, encoding="unicode")


def merged(text: str, *changes: tuple[str, str]) -> str:
    before = after = rewritten(text)
    for old, new in changes:
        assert re.search(old, after), old
        after = re.sub(old, new, after, count=1)
    return merge(text.encode(), before, after, file="a.bpmn").decode()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_nobody_changed_stays_byte_for_byte(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert merged(text) == text


def test_a_changed_attribute_changes_nothing_else() -> None:
    found = merged(BY_HAND, ('name="Etwas tun"', 'name="Alles &amp;amp; mehr"'))
    assert found == BY_HAND.replace("name='Etwas tun'", "name='Alles &amp;amp; mehr'")


def test_a_step_that_becomes_another_kind_keeps_the_rest() -> None:
    before = rewritten(BY_HAND)
    after = before.replace("bpmn:userTask", "bpmn:manualTask")
    found = merge(BY_HAND.encode(), before, after, file="a.bpmn").decode()
    assert found == BY_HAND.replace("bpmn:userTask", "bpmn:manualTask")


def test_an_attribute_comes_and_goes() -> None:
    assert 'id=\'Tun\' fremd:ampel="grün" startQuantity="1" default="w1">' in merged(
        BY_HAND, ('id="Tun"', 'id="Tun" default="w1"')
    )
    gone = merged(BY_HAND, (' name="Etwas tun"', ""))
    assert gone == BY_HAND.replace(" name='Etwas tun'", "")


def test_a_new_element_stands_behind_what_it_follows_in_the_lines_of_the_file() -> None:
    new = '<bpmn:sequenceFlow id="w2" sourceRef="Tun" targetRef="Ende"/>'
    found = merged(BY_HAND, ("</bpmn:userTask>", f"</bpmn:userTask>{new}"))
    assert found == BY_HAND.replace("</bpmn:userTask>", f"</bpmn:userTask>\n    {new}")


def test_a_new_element_with_children_is_indented() -> None:
    said = "<bpmn:documentation>Erst <![CDATA[a < b]]></bpmn:documentation>"
    new = f'<bpmn:task id="t">{said}</bpmn:task>'
    found = merged(BY_HAND, ("(?=<bpmn:endEvent)", new))
    assert (
        '\n    <bpmn:task id="t">\n      <bpmn:documentation>Erst <![CDATA[a < b]]>'
        "</bpmn:documentation>\n    </bpmn:task>\n    <bpmn:endEvent" in found
    )


def test_a_removed_element_takes_its_line_along_but_no_comment() -> None:
    found = merged(BY_HAND, (r'(?s)<bpmn:startEvent id="Start".*?</bpmn:startEvent>', ""))
    assert "startEvent" not in found
    assert "<!-- hier beginnt es -->\n    <bpmn:sequenceFlow" in found


def test_a_text_is_changed_in_its_place() -> None:
    found = merged(BY_HAND, ("<bpmn:incoming>w1<", "<bpmn:incoming>w9<"))
    assert found == BY_HAND.replace("<bpmn:incoming>w1<", "<bpmn:incoming>w9<")


def test_what_the_other_program_never_knew_stays() -> None:
    found = merged(
        BY_HAND, ('name="Etwas tun"', 'name="Nichts tun"'), ('name="Beginn"', 'name="A"')
    )
    for kept in ("<fremd:notiz>nur wir</fremd:notiz>", 'startQuantity="1"', "<!-- Schluss -->"):
        assert kept in found
    assert 'fremd:amt="RP &amp; MI"' in found


def test_an_element_that_goes_to_another_parent_brings_its_own_text() -> None:
    after = rewritten(BY_HAND)
    task = re.search(r"(?s)<bpmn:userTask.*?</bpmn:userTask>", after)
    assert task
    around = f'<bpmn:subProcess id="u">{task[0]}</bpmn:subProcess>'
    found = merged(BY_HAND, (r"(?s)<bpmn:userTask.*?</bpmn:userTask>", around))
    assert re.search(
        r"(?s)<bpmn:subProcess id=\"u\">.*<fremd:notiz>nur wir.*</bpmn:subProcess>", found
    )
    assert found.count("<bpmn:userTask") == 1


def test_the_order_of_the_file_stays_whatever_the_other_program_does() -> None:
    one = '<bpmn:endEvent id="Ende"/>'
    two = '<bpmn:sequenceFlow id="w1" sourceRef="Start" targetRef="Tun"/>'
    before = rewritten(BY_HAND)
    after = before.replace(one, "@").replace(two, one).replace("@", two)
    assert after != before
    assert merge(BY_HAND.encode(), before, after, file="a.bpmn").decode() == BY_HAND


def test_a_file_that_writes_its_elements_in_another_way_is_replaced_as_a_whole() -> None:
    text = (
        BY_HAND.replace("bpmn:", "b:")
        .replace("xmlns:b:", "xmlns:b")
        .replace("xmlns:bpmn", "xmlns:b")
    )
    before = rewritten(BY_HAND)
    after = before.replace("Etwas tun", "Nichts tun")
    assert merge(text.encode(), before, after, file="a.bpmn").decode() == after


def test_line_ends_of_the_file_stay() -> None:
    text = BY_HAND.replace("\n", "\r\n")
    found = merged(text, ('name="Etwas tun"', 'name="Nichts"'))
    assert found == text.replace("'Etwas tun'", "'Nichts'")


@pytest.mark.parametrize("broken", ["<a", "<!DOCTYPE a><a/>", ""])
def test_refuses_what_is_no_xml(broken: str) -> None:
    for texts in ((broken, BY_HAND), (BY_HAND, broken)):
        with pytest.raises(DefinitionInvalid):
            merge(BY_HAND.encode(), *texts, file="a.bpmn")


@settings(max_examples=15, deadline=None)
@given(file=st.sampled_from(SMALL), data=st.data())
def test_random_edits_arrive_and_touch_no_other_element(file: Path, data: st.DataObject) -> None:
    """Steps are renamed, removed and added in the other program's writing: the merged file says
    what that says, and the text of every other element is as it was."""
    text = file.read_text(encoding="utf-8")
    before = rewritten(text)
    tree = etree.fromstring(before.encode())
    nodes = [e for e in tree.iter(etree.Element) if e.get("id") and e.get("name") and len(e)]
    edited: set[str] = set()
    for element in data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=4, unique=True)):
        edited.add(element.get("id"))
        what = data.draw(st.sampled_from(["rename", "remove", "add"]))
        if what == "rename":
            element.set("name", data.draw(st.text("aäß<&\"' ", min_size=1, max_size=8)))
        elif what == "remove" and element.getparent() is not None:
            edited.update(one.get("id") for one in element.iter(etree.Element) if one.get("id"))
            element.getparent().remove(element)
        else:
            new = etree.SubElement(element, element.tag, id=f"neu-{element.get('id')}")
            etree.SubElement(new, element.tag).text = data.draw(st.text("ab \n<", max_size=5))
    after = etree.tostring(tree, encoding="unicode")
    found = merge(text.encode(), before, after, file=file.name).decode()
    assert canonical(rewritten(found)) == canonical(rewritten(after))
    lines = set(found.splitlines())
    lost = [line for line in text.splitlines() if line not in lines]
    assert all(
        any(f'"{key}"' in line for key in edited) or inside(text, line, edited) for line in lost
    )


def canonical(text: str) -> str:
    root = etree.fromstring(text.encode(), etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, method="c14n2", strip_text=True).decode()


def of(line: str, keys: set[str]) -> bool:
    return any(f'"{key}"' in line for key in keys)


def inside(text: str, line: str, edited: set[str]) -> bool:
    """Whether a line belongs to an element that was removed or opened for a new child."""
    for key in edited:
        found = re.search(rf'<(\S+)[^>]*\bid="{re.escape(key)}".*?</\1>', text, re.DOTALL)
        if found and line.strip() in found[0]:
            return True
    return False
