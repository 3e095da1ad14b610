"""The official register comes in, as often as one likes."""

import os
from collections import Counter
from pathlib import Path

import pytest

from pikflow.errors import Invalid
from pikflow.identity import Actor, Organisation
from pikflow.store import organisations

from .world import PEOPLE, World

_DATA = Path(os.environ.get("PIKFLOW_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
REGISTER = _DATA / "GV100AD_BW_2023-11-30.asc"
needs_register = pytest.mark.skipif(not REGISTER.is_file(), reason="the register is not here")


def line(record: str, key: str, name: str, kind: str, people: int = 0) -> str:
    """One row of a GV100AD file."""
    text = f"{record}20231130{key:<12}{name:<50}{'':<50}{kind:<2}{'':<4}"
    numbers = f"{1:011d}{people:011d}{0:011d}"
    return f"{text}{numbers if record == '60' else '':<33}{'':<4}{'70000':<5}".ljust(220)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A Stadtkreis, a Landkreis with two Gemeinden and an uninhabited area; one foreign Land."""
    rows = [
        line("40", "08111", "Stuttgart, Stadtkreis", "41"),
        line("40", "08115", "Böblingen", "43"),
        line("60", "081110000000", "Stuttgart, Landeshauptstadt", "61", 600),
        line("60", "081150035001", "Aidlingen", "64", 90),
        line("60", "081150045002", "Böblingen, Stadt", "62", 510),
        line("60", "081150999999", "Gutsbezirk", "65", 0),
        line("40", "09162", "München", "41"),
    ]
    path = tmp_path / "register.asc"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_brings_kreise_and_gemeinden_with_their_parents(world: World, register: Path) -> None:
    steps: list[tuple[int, int]] = []
    done = world.organisations.import_register(register, report=lambda a, b: steps.append((a, b)))
    assert (done.added, done.changed, done.unchanged, done.skipped) == (4, 0, 0, 1)
    assert steps[-1] == (4, 4)
    with world.environment.query() as unit:
        rows = organisations.all_rows(unit.connection)
    found = {
        key: (row["name"], row["kind"], row["parent_id"], row["ags"], row["population"])
        for key, row in rows.items()
        if row["source"] == "gv100ad"
    }
    assert found == {
        "08111": ("Stuttgart, Stadtkreis", "stadtkreis", None, "08111", 600),
        "08115": ("Landkreis Böblingen", "landkreis", None, "08115", 600),
        "08115003": ("Aidlingen", "gemeinde", "08115", "08115003", 90),
        "08115004": ("Böblingen, Stadt", "gemeinde", "08115", "08115004", 510),
    }


def test_a_second_import_changes_only_what_changed(world: World, register: Path) -> None:
    world.organisations.import_register(register)
    again = world.organisations.import_register(register)
    assert (again.added, again.changed, again.retired, again.unchanged) == (0, 0, 0, 4)
    text = register.read_text(encoding="utf-8").replace("Aidlingen", "Aidlinge ")
    kept = [row for row in text.splitlines() if "Böblingen, Stadt" not in row]
    register.write_text("\n".join(kept), encoding="utf-8")
    third = world.organisations.import_register(register)
    assert (third.changed, third.retired) == (2, 1), "a name, the Kreis's inhabitants, one gone"
    assert world.organisations.search(PEOPLE["kreis1"], "Böblingen, Stadt") == []
    with world.environment.query() as unit:
        assert organisations.by_id(unit.connection, "k1") is not None, "others are left alone"


@pytest.mark.parametrize("content", ["", "gar kein Register\n", "60" + "x" * 300, "40\n60\n"])
def test_refuses_a_file_that_is_no_register(world: World, tmp_path: Path, content: str) -> None:
    path = tmp_path / "falsch.asc"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid):
        world.organisations.import_register(path)


@needs_register
def test_reads_the_official_register(world: World) -> None:
    done = world.organisations.import_register(REGISTER)
    assert done.skipped == 2
    with world.environment.query() as unit:
        rows = organisations.all_rows(unit.connection)
    kinds = Counter(row["kind"] for row in rows.values() if row["source"] == "gv100ad")
    assert kinds == {"gemeinde": 1092, "landkreis": 35, "stadtkreis": 9}
    assert rows["08111"]["population"] == 632865
    assert world.organisations.import_register(REGISTER).unchanged == 1136


def test_finds_by_words_of_the_name_or_by_the_key(world: World) -> None:
    def found(text: str) -> list[str]:
        return [one.id for one in world.organisations.search(PEOPLE["kreis1"], text)]

    assert found("eins gemeinde") == ["g11", "g12", "g13"]
    assert found("08001") == ["g11", "g12", "g13", "k1"]
    assert found("%") == []


def test_people_are_known_with_their_organisation_and_roles(world: World) -> None:
    identity = world.environment.identity
    assert identity.actor("kreis1") == PEOPLE["kreis1"]
    assert identity.actor("nobody") is None, "nobody without a role acts"
    assert [one.id for one in identity.members("clerk", "k1")] == ["kreis1", "kreis1b"]
    moved = Actor("kreis1", "Kreis1", Organisation("k2", "", ""), frozenset({"clerk"}))
    world.organisations.save_people([moved])
    assert [one.id for one in identity.members("clerk", "k1")] == ["kreis1b"]
