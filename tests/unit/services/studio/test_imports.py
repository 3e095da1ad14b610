"""Files of other products become files of ours, and a note is there for everything else."""

from pathlib import Path

import pytest

from pikflow.forms.language import load
from pikflow.services.studio import imports
from pikflow.services.studio.imports import Imported, by_fate, translate

FOREIGN = Path(__file__).parents[3] / "data" / "foreign"
PROCESS = FOREIGN / "imports" / "camunda7-urlaub.bpmn"
FLOWABLE = FOREIGN / "imports" / "flowable-antrag.bpmn20.xml"
FORM = FOREIGN / "forms" / "foerderantrag.form"
SCHEMA, LOOK = (FOREIGN / "forms" / name for name in ("kurs-schema.json", "kurs-uischema.json"))


def given(*files: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in files}


def told(made: Imported, name: str) -> str:
    return " ".join(f"{note.what} {note.hint}" for note in made.notes if note.file == name)


def test_a_process_brings_its_forms_along_and_names_its_product() -> None:
    made = translate(given(PROCESS))
    assert [(file.path, file.product) for file in made.files] == [
        ("forms/antrag.yaml", ""),
        ("workflows/camunda7-urlaub.bpmn", "Camunda 7"),
    ]
    form, process = made.files
    assert process.original == PROCESS.read_bytes() and b'pik:form="antrag"' in process.data
    assert "vacation_days" in {field.id for field in load(form.data.decode(), form.path).fields()}
    assert {note.fate for note in made.notes} == {"missing", "translated", "kept"}


def test_names_of_fields_are_changed_in_the_conditions_of_a_process_given_with_them() -> None:
    (process,) = (file for file in translate(given(PROCESS)).files if file.path.endswith("bpmn"))
    assert b"vacation_days &lt;= 10" in process.data


def test_a_schema_takes_its_ui_schema_by_name_and_a_lone_one_is_told() -> None:
    together, alone = translate(given(SCHEMA, LOOK)), translate(given(LOOK))
    assert [file.source for file in together.files] == [SCHEMA.name]
    assert "liegt kein Schema bei" in told(alone, LOOK.name) and alone.files == ()
    assert "liegt kein Schema bei" not in told(together, LOOK.name)


def test_a_form_gets_a_free_id_and_the_change_is_noted() -> None:
    made = translate(given(FORM), taken={"foerderantrag"})
    assert [file.path for file in made.files] == ["forms/foerderantrag-2.yaml"]
    assert b"id: foerderantrag-2\n" in made.files[0].data
    (note,) = (note for note in made.notes if "Kennung" in note.what)
    assert (note.before, note.after) == ("foerderantrag", "foerderantrag-2")


def test_two_processes_of_one_name_do_not_replace_each_other() -> None:
    made = translate({"a/x.bpmn": PROCESS.read_bytes(), "b/x.bpmn": PROCESS.read_bytes()})
    processes = [file.path for file in made.files if file.path.startswith("workflows/")]
    assert processes == ["workflows/x.bpmn", "workflows/x-2.bpmn"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("plan.vsdx", b"PK\x03\x04", "in Visio"),
        ("modell.bpm", b"PK\x03\x04", "Bizagi Modeler"),
        ("alles.zip", b"PK\x03\x04", "Entpacken"),
        ("bild.png", b"\x89PNG", "Möglich sind"),
        ("liste.json", b"[1, 2]", "kein Formular"),
        ("kaputt.bpmn", b"<definitions", "kaputt.bpmn"),
        ("gefahr.bpmn", b"<!DOCTYPE a><a/>", "DOCTYPE"),
    ],
)
def test_what_can_not_be_taken_in_is_told_with_the_way_out(
    name: str, data: bytes, words: str
) -> None:
    made = translate({name: data})
    assert made.files == ()
    assert words in f"{name} {told(made, name)}" and told(made, name)


def test_files_of_our_own_and_tables_stay_as_they_are() -> None:
    own = b"pikliste: 1\nid: a\noptions: {x: X}\n"
    table = (FOREIGN / "dmn" / "c7-dish.dmn").read_bytes()
    made = translate({"forms/listen/a.yaml": own, "dish.dmn": table})
    assert {file.path: file.data for file in made.files} == {
        "forms/listen/a.yaml": own,
        "workflows/dish.dmn": table,
    }


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (FLOWABLE.name, "workflows/flowable-antrag.bpmn"),
        ("C:\\Ablage\\Mein Antrag.bpmn", "workflows/Mein Antrag.bpmn"),
        ("../../etc/a:b?.bpmn", "workflows/a-b-.bpmn"),
        (".bpmn", "workflows/prozess.bpmn"),
    ],
)
def test_a_process_gets_a_file_name_every_system_can_store(name: str, path: str) -> None:
    made = translate({name: FLOWABLE.read_bytes()})
    assert path in [file.path for file in made.files]


def test_more_files_than_can_be_looked_at_are_told_not_dropped_silently() -> None:
    many = {f"{number}.json": b"{}" for number in range(imports.MOST_FILES + 1)}
    made = translate(many)
    assert "mehr als 200 Dateien" in told(made, f"{imports.MOST_FILES}.json")


def test_a_fault_of_ours_with_one_file_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(imports.forms, "read_formjs", fall)
    made = translate(given(FORM, PROCESS))
    assert "hier ein Fehler aufgetreten" in told(made, FORM.name)
    assert f"workflows/{PROCESS.name}" in [file.path for file in made.files]


def test_notes_are_grouped_with_what_is_missing_first() -> None:
    made = translate(given(PROCESS))
    groups = dict(by_fate(made.notes))
    assert list(groups) == ["missing", "translated", "kept"]
    assert sum(map(len, groups.values())) == len(made.notes)
    assert list(made.of("kept")) == groups["kept"]
