from pathlib import Path

from sketch import sketch

from pikflow.catalog import Catalog
from pikflow.engine.check import check_files
from pikflow.engine.facts import FormFacts, Usage
from pikflow.forms.library import FormLibrary, form_files

ROOT = Path(__file__).parents[4]


def test_findings_are_plain_data_with_file_line_element_code_message_and_hint() -> None:
    (finding,) = check_files({"ordner/probe.bpmn": sketch("start a\nuser b\na -> b")}, lanes=None)[
        :1
    ]
    assert finding.as_dict() == {
        "file": "ordner/probe.bpmn",
        "line": 6,
        "element": "b",
        "severity": "error",
        "code": "no-way-to-end",
        "message": "Nach „b“ geht es nicht weiter.",
        "hint": "Führen Sie den Weg zu einem Endereignis.",
    }


def test_one_unreadable_file_does_not_hide_the_others() -> None:
    files = {
        "kaputt.bpmn": b"<a>",
        "bombe.bpmn": b"<!DOCTYPE a><a/>",
        "gut.bpmn": sketch("start a\nuser b\na -> b"),
    }
    found = {f.file: f.code for f in check_files(files) if f.severity == "error"}
    assert found == {
        "kaputt.bpmn": "xml-malformed",
        "bombe.bpmn": "xml-doctype",
        "gut.bpmn": "no-way-to-end",
    }


def test_our_own_processes_have_nothing_to_tell() -> None:
    catalog = Catalog.load((ROOT / "workflows" / "catalog.yaml").read_text(encoding="utf-8"))
    folder = ROOT / "forms"
    texts = {str(Path(path).relative_to(folder)): text for path, text in form_files(folder).items()}
    library = FormLibrary.load(texts)
    facts = {key: library.facts(key) for key in library.forms}
    findings = check_files(
        {path.name: path.read_bytes() for path in sorted((ROOT / "workflows").glob("*.bpmn"))},
        lanes=set(catalog.lanes),
        forms={key: FormFacts(f.provides, f.reads, f.sections) for key, f in facts.items()},
        usages=[Usage(m.name["de"], m.process, m.forms) for m in catalog.measures.values()],
        start_names={"vorgang", "runde", "params", "actor"},
    )
    assert findings == []
