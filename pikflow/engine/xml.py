"""Reading XML that strangers wrote: no entities, no DTD, no network, no huge trees.

`parse` is the only place that opens BPMN or DMN text. A DOCTYPE is refused before the first
element is read, so neither entity bombs nor external entities are ever seen by libxml2.
"""

from typing import NoReturn
from xml.parsers import expat

from lxml import etree

from pikflow.errors import DefinitionInvalid, Finding

LIMIT = 5_000_000  # bytes; the largest real process we saw has 0.4 MB
ATTRIBUTES = 500  # of one element; lxml needs time by the square of their number

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PIK = "urn:pikflow:bpmn:1.0"


class _DoctypeError(Exception):
    """The text declares a document type."""


class _AttributesError(Exception):
    """An element has more attributes than anybody draws."""


def parse(data: bytes, *, file: str, limit: int = LIMIT) -> etree._ElementTree:
    """The tree of `data`, comments and CDATA kept.

    Raises DefinitionInvalid with one finding: `xml-too-large` (more than `limit` bytes, or
    ATTRIBUTES of one element), `xml-too-deep`, `xml-doctype`, or `xml-malformed` with the line
    where reading stopped.
    """
    if len(data) > limit:
        _refuse(
            file,
            0,
            "xml-too-large",
            f"Die Datei ist größer als {_megabytes(limit)} MB und wird nicht gelesen.",
            "Teilen Sie den Prozess in aufgerufene Prozesse auf.",
        )
    lines = _start_lines(data, file)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        strip_cdata=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        if "Excessive depth" in (fault.msg or ""):
            _refuse(
                file,
                fault.lineno or 0,
                "xml-too-deep",
                "Die Elemente der Datei sind zu tief ineinander verschachtelt.",
                "Teilen Sie den Prozess in aufgerufene Prozesse auf.",
            )
        _malformed(file, fault.lineno or 0, fault.msg or "")
    except (ValueError, LookupError) as fault:
        _malformed(file, 0, str(fault))
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None:
        _doctype(file, 1)
    for element, line in zip(root.iter(etree.Element), lines, strict=False):
        element.sourceline = min(line, 65_535)  # libxml2 keeps 16 bits
    return tree


def _start_lines(data: bytes, file: str) -> list[int]:
    """The line on which each start tag begins, in document order.

    libxml2 knows only the line on which a start tag ends. Expat stops here at a DOCTYPE, before
    any entity can be used.
    """
    reader = expat.ParserCreate()
    lines: list[int] = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        if len(attributes) > ATTRIBUTES:
            raise _AttributesError
        lines.append(reader.CurrentLineNumber)

    def doctype(*_details: object) -> NoReturn:
        raise _DoctypeError

    reader.StartElementHandler = start
    reader.StartDoctypeDeclHandler = doctype
    try:
        reader.Parse(data, True)
    except _DoctypeError:
        _doctype(file, reader.CurrentLineNumber)
    except _AttributesError:
        _refuse(
            file,
            reader.CurrentLineNumber,
            "xml-too-large",
            f"Ein Element hat mehr als {ATTRIBUTES} Attribute.",
            "Entfernen Sie die Attribute, die kein Modellierungswerkzeug braucht.",
        )
    except expat.ExpatError as fault:
        _malformed(file, fault.lineno, expat.ErrorString(fault.code) or "")
    except (ValueError, LookupError) as fault:  # an encoding Python does not know
        _malformed(file, 1, str(fault))
    return lines


def _doctype(file: str, line: int) -> NoReturn:
    _refuse(
        file,
        line,
        "xml-doctype",
        "Die Datei enthält eine DOCTYPE-Angabe. Solche Dateien werden nicht gelesen.",
        "Entfernen Sie die Zeile „<!DOCTYPE …>“ und speichern Sie die Datei neu.",
    )


def _malformed(file: str, line: int, reason: str) -> NoReturn:
    _refuse(
        file,
        line,
        "xml-malformed",
        f"Die Datei ist kein gültiges XML (Zeile {line}).",
        "Öffnen Sie die Datei im Modellierungswerkzeug und speichern Sie sie neu."
        + (f" Meldung des Lesers: {reason}" if reason else ""),
    )


def _refuse(file: str, line: int, code: str, message: str, hint: str) -> NoReturn:
    raise DefinitionInvalid([Finding(file, line, "", "error", code, message, hint)])


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:g}".replace(".", ",")
