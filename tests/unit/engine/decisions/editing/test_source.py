"""A file that is edited keeps the bytes of what nobody touched."""

from pathlib import Path

import pytest
from lxml import etree

from pikflow.engine.decisions.editing.source import Source

ROOT = Path(__file__).parents[5]
FILES = sorted([*ROOT.glob("tests/**/*.dmn"), *ROOT.glob("workflows/**/*.bpmn")])

ODD = b"""<?xml version='1.0' encoding='UTF-8' standalone="yes"?>
<!-- before -->
<a:root xmlns:a='urn:a'
        xmlns:b="urn:b"   b:x = 'it&apos;s "quoted"'>
  <a:one   y='1'/><!-- between --><?do it?>
  <a:two><![CDATA[a < b]]></a:two>
  <b:three
     z="&#10;&quot;" />  text &amp; more
</a:root>
<!-- after -->
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_unchanged_gives_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()
    assert Source(data, file=path.name).written() == data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_all_changed_means_what_the_tree_means(path: Path) -> None:
    source = Source(path.read_bytes(), file=path.name)
    for element in source.root.iter(etree.Element):
        element.set("changed", 'ä"<\n&')
    written = etree.fromstring(source.written()).getroottree()
    assert etree.tostring(written, method="c14n") == etree.tostring(source.tree, method="c14n")


def test_a_small_change_is_a_small_difference() -> None:
    source = Source(ODD, file="odd.xml")
    source.root[0].set("y", "2 < 3")
    expected = ODD.replace(b"<a:one   y='1'/>", b'<a:one y="2 &lt; 3" />')
    assert source.written() == expected


def test_a_changed_text_leaves_its_start_tag() -> None:
    source = Source(ODD, file="odd.xml")
    source.root[4].text = "x & y"
    assert source.written() == ODD.replace(
        b'     z="&#10;&quot;" />', b'     z="&#10;&quot;">x &amp; y</b:three>'
    )


def test_a_new_element_uses_the_prefixes_of_the_file() -> None:
    source = Source(ODD, file="odd.xml")
    etree.SubElement(source.root[0], "{urn:b}new", {"{urn:a}n": "1"})
    assert b"<a:one   y='1'><b:new a:n=\"1\" /></a:one>" in source.written()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_encoding_stays(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    data = f'<?xml version="1.0" encoding="{name}"?>\r\n<a>\r\n <b>ä</b>\r\n <c/>\r\n</a>\r\n'
    source = Source(data.encode(encoding), file="a.xml")
    source.root[1].text = "ö → \n"
    written = source.written()
    assert written.startswith(data.encode(encoding)[:8])
    text = written.decode(encoding)
    assert "<b>ä</b>\r\n <c>ö " in text and text.endswith("</c>\r\n</a>\r\n")
    assert etree.fromstring(written)[1].text == "ö → \n"
