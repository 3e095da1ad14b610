import pytest

from pikflow.engine import xml
from pikflow.errors import DefinitionInvalid


def refusal(data: bytes, **options: int) -> tuple[str, int]:
    with pytest.raises(DefinitionInvalid) as caught:
        xml.parse(data, file="probe.bpmn", **options)
    (finding,) = caught.value.findings
    assert finding.file == "probe.bpmn"
    assert finding.severity == "error"
    assert finding.message and finding.hint
    return finding.code, finding.line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"Das ist kein XML.", 1),
        (b"<a>\n<b>\n</a>", 3),
        (b"<a b='1' b='2'/>", 1),
        (b"<a>&unbekannt;</a>", 1),
        (b'<?xml version="1.0" encoding="klingonisch"?><a/>', 1),
        ("<a>ä</a>".encode("latin-1"), 1),
        (b"<a>\x00</a>", 1),
    ],
)
def test_names_the_line_where_reading_stopped(data: bytes, line: int) -> None:
    assert refusal(data) == ("xml-malformed", line)


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://beispiel.invalid/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "&d;&d;"><!ENTITY d "dd">]><a b="&b;"/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_refuses_a_doctype_before_any_entity_is_read(data: bytes) -> None:
    assert refusal(data)[0] == "xml-doctype"


def test_refuses_what_is_larger_than_the_limit() -> None:
    assert refusal(b"<a>" + b" " * xml.LIMIT + b"</a>") == ("xml-too-large", 0)
    assert refusal(b"<a/>", limit=3) == ("xml-too-large", 0)
    assert xml.parse(b"<a/>", file="a", limit=4).getroot().tag == "a"


def test_refuses_a_tree_as_deep_as_a_well() -> None:
    assert refusal(b"<a>" * 5000 + b"</a>" * 5000)[0] == "xml-too-deep"


def test_lines_are_those_on_which_tags_begin() -> None:
    tree = xml.parse(b"<a>\n  <b\n    name='1'\n  />\n  <!-- c -->\n  <d/></a>", file="a")
    assert [element.sourceline for element in tree.getroot().iter("b", "d")] == [2, 6]


def test_keeps_comments_and_cdata() -> None:
    tree = xml.parse(b"<a><!-- hier --><![CDATA[x < 1]]></a>", file="a")
    assert tree.getroot().xpath("string()") == "x < 1"
    assert tree.getroot().xpath("comment()")[0].text == " hier "


def test_refuses_an_element_with_hundreds_of_attributes_at_once() -> None:
    def element(count: int) -> bytes:
        attributes = " ".join(f"a{n}=''" for n in range(count))
        return f"<a>\n<b {attributes}/></a>".encode()

    assert refusal(element(100_000)) == ("xml-too-large", 2)
    assert xml.parse(element(xml.ATTRIBUTES), file="probe.bpmn").getroot().tag == "a"
