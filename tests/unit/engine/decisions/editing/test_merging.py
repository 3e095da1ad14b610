"""What an editor changed is done to the file; what it does not know, and left out, stays."""

import pytest
from lxml import etree

from pikflow.engine.decisions.editing.document import Document
from pikflow.engine.decisions.editing.merging import merged
from pikflow.errors import DefinitionInvalid, Invalid

from .test_document import FULL


def rewritten(data: bytes) -> bytes:
    """As another program writes the file: without comments, foreign attributes and annotations."""
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    for element in list(root.iter("{*}annotation", "{*}annotationEntry")):
        element.getparent().remove(element)
    for element in root.iter():
        for name in [name for name in element.attrib if name.startswith("{urn:foreign}")]:
            del element.attrib[name]
    return etree.tostring(root, pretty_print=True)


def after(change: tuple[bytes, bytes]) -> bytes:
    before = rewritten(FULL)
    assert change[0] in before
    return merged(FULL, before, before.replace(*change), file="t.dmn")


def test_nothing_changed_changes_nothing() -> None:
    assert merged(FULL, rewritten(FULL), rewritten(FULL), file="t.dmn") == FULL


def test_a_changed_cell_changes_that_cell_alone() -> None:
    assert after((b'"a"', b'"b"')) == FULL.replace(b'"a"', b'"b"')
    assert after((b'label="Betrag"', b'label="Summe"')) == FULL.replace(b"Betrag", b"Summe")


def test_rules_change_their_order_with_their_comments() -> None:
    before = rewritten(FULL)
    root = etree.fromstring(before)
    first, second = root.iter("{*}rule")
    second.addnext(first)
    written = merged(FULL, before, etree.tostring(root), file="t.dmn").decode()
    assert written.index("large") < written.index('"r2"') < written.index("small")
    assert sorted(written.splitlines()) == sorted(FULL.decode().splitlines())


def test_a_rule_comes_and_another_goes() -> None:
    before = rewritten(FULL)
    root = etree.fromstring(before)
    first, second = root.iter("{*}rule")
    for element in second.iter():
        element.set("id", f"n{element.get('id', '')}")
    second.find("{*}inputEntry/{*}text").text = "7"
    written = merged(FULL, before, etree.tostring(root), file="t.dmn")
    lines = Document(written, file="t.dmn").sheet("t").lines
    assert [(line.key, line.cells[:3]) for line in lines] == [
        ("r1", ("< 10", '"a"', "1")),
        ("nr2", ("7", "-", "2")),
    ]
    assert b"<!-- small -->" in written and b'x:keep="me"' in written and b"G1" in written


def test_what_is_no_such_file_is_refused() -> None:
    with pytest.raises(Invalid, match="anderen Sprache"):
        merged(FULL, b"<a/>", b"<a/>", file="t.dmn")
    with pytest.raises(DefinitionInvalid):
        merged(FULL, rewritten(FULL), b"<broken", file="t.dmn")
