"""Organisations: the official register comes in, people are found."""

import contextlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pikflow.errors import Invalid
from pikflow.identity import Actor, Organisation
from pikflow.services import access, start_data
from pikflow.services.environment import Environment, Unit
from pikflow.store import organisations, turns

try:
    import gv100ad
except ImportError:  # an extra: only the import of the register needs it
    gv100ad = None

REGISTER = "gv100ad"
_UNINHABITED = (65, 66)  # gemeindefreie Gebiete: never apply for anything
_STATE = "08"
# What the register calls a Kreis -> kind of organisation; 41 and 42 are kreisfreie Städte.
_CITY, _DISTRICT, _MUNICIPALITY = "stadtkreis", "landkreis", "gemeinde"
_CITY_TYPES = (41, 42)


@dataclass(frozen=True)
class Imported:
    """What an import of the register did; `skipped` are uninhabited areas."""

    added: int
    changed: int
    retired: int
    unchanged: int
    skipped: int


class Organisations:
    """The register and the people in it."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def import_register(
        self, path: Path, *, report: Callable[[int, int], None] | None = None
    ) -> Imported:
        """Bring the official GV100AD file in; running it again changes nothing.

        Kreise get their five-digit key as id, Gemeinden their eight-digit AGS. A Stadtkreis is
        one organisation. An organisation the register no longer holds is retired, not deleted.
        `report` is told (rows done, rows in all). Raises Invalid("register-unreadable").
        """
        rows, skipped = _read_register(path)
        with self._environment.command() as unit:
            turns.take(unit.connection, "register")
            known = organisations.all_rows(unit.connection)
            fresh = [row for key, row in rows.items() if key not in known]
            changed = [key for key in rows if key in known and _differs(known[key], rows[key])]
            organisations.add_all(unit.connection, fresh)
            for done, key in enumerate(changed):
                organisations.save(unit.connection, key, rows[key])
                if report:
                    report(len(fresh) + done + 1, len(rows))
            gone = [
                key for key, row in known.items()
                if row["source"] == REGISTER and row["active"] and key not in rows
            ]  # fmt: skip
            for key in gone:
                organisations.save(unit.connection, key, {"active": False})
        if report:
            report(len(rows), len(rows))
        same = len(rows) - len(fresh) - len(changed)
        return Imported(len(fresh), len(changed), len(gone), same, skipped)

    def save(
        self,
        entries: Iterable[Organisation],
        *,
        inhabitants: Mapping[str, int] | None = None,
        source: str = "",
    ) -> None:
        """Add or rewrite organisations a host or a demo maintains itself."""
        with self._environment.command() as unit:
            turns.take(unit.connection, "register")
            known = organisations.all_rows(unit.connection)
            fresh = []
            for entry in entries:
                row = _row(entry, (inhabitants or {}).get(entry.id), source)
                if entry.id not in known:
                    fresh.append(row)
                elif _differs(known[entry.id], row):
                    organisations.save(unit.connection, entry.id, row)
            organisations.add_all(unit.connection, fresh)

    def save_people(self, people: Iterable[Actor]) -> None:
        """Add or rewrite persons with the roles they hold in their organisation."""
        with self._environment.command() as unit:
            turns.take(unit.connection, "register")
            for entry in people:
                organisations.save_person(unit.connection, entry)

    def search(
        self, actor: Actor, text: str, *, kinds: Iterable[str] = (), limit: int = 20
    ) -> list[Organisation]:
        """Organisations of the register by name or AGS; the register is public."""
        with self._environment.query(actor) as unit:
            access.require(unit, "search")
            return organisations.search(unit.connection, text, kinds=tuple(kinds), limit=limit)

    def offered(self, kinds: Iterable[str]) -> list[dict[str, Any]]:
        """The organisations a form offers, as case data holds them; of all kinds without any."""
        with self._environment.query() as unit:
            wanted = list(kinds) or list(unit.catalog.kinds)
            found = organisations.of_kinds(unit.connection, wanted)
            return [start_data.brief(one) or {} for one in found]

    def count(self) -> int:
        """How many organisations are known, retired ones too."""
        with self._environment.query() as unit:
            return len(organisations.all_rows(unit.connection))


class Directory:
    """The IdentityProvider of an installation that keeps its people with us; a host with people
    of its own brings another. `current` says who is signed in."""

    def __init__(
        self, query: Callable[[], "contextlib.AbstractContextManager[Unit]"],
        current: Callable[[], Actor | None] = lambda: None,
    ) -> None:  # fmt: skip
        self._query = query
        self._current = current

    def current_actor(self) -> Actor | None:
        return self._current()

    def actor(self, actor_id: str) -> Actor | None:
        with self._query() as unit:
            return organisations.actor(unit.connection, actor_id)

    def members(self, role: str, organisation_id: str) -> list[Actor]:
        with self._query() as unit:
            return organisations.members(unit.connection, role, organisation_id)


def _row(entry: Organisation, inhabitants: int | None, source: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "kind": entry.kind,
        "parent_id": entry.parent,
        "ags": entry.ags,
        "population": inhabitants,
        "active": True,
        "source": source,
    }


def _differs(known: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return any(known[key] != value for key, value in row.items())


def _read_register(path: Path) -> tuple[dict[str, dict[str, Any]], int]:
    """Rows by id, Kreise first, and how many uninhabited areas were left out."""
    if gv100ad is None:
        raise Invalid(
            "register-reader",
            "Zum Einlesen des Verzeichnisses fehlt das Paket „gv100ad-py“.",
            "Installieren Sie „pikflow[demo]“.",
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
        records = list(gv100ad.GV100ADReader(io.StringIO(text)).read())
    except (OSError, UnicodeDecodeError, ValueError, IndexError) as fault:
        raise Invalid(
            "register-unreadable",
            f"„{path.name}“ ist keine lesbare GV100AD-Datei.",
            "Laden Sie das Gemeindeverzeichnis als Textdatei (ASCII, UTF-8) von destatis.de.",
        ) from fault
    rows: dict[str, dict[str, Any]] = {}
    skipped = 0
    for record in records:
        if isinstance(record, gv100ad.District) and record.regional_code.startswith(_STATE):
            rows[record.regional_code] = _district(record)
    for record in records:
        if not isinstance(record, gv100ad.Municipality):
            continue
        if not record.regional_code.startswith(_STATE):
            continue
        if record.type.value in _UNINHABITED:
            skipped += 1
            continue
        _add_municipality(rows, record)
    if not rows:
        raise Invalid(
            "register-empty",
            f"„{path.name}“ enthält keine Gemeinde in Baden-Württemberg.",
            "Nehmen Sie das Verzeichnis für ganz Deutschland oder für Baden-Württemberg.",
        )
    return rows, skipped


def _district(record: Any) -> dict[str, Any]:
    city = record.type.value in _CITY_TYPES
    kind = _CITY if city else _DISTRICT
    name = record.name.strip() if city else f"Landkreis {record.name.strip()}"
    entry = Organisation(record.regional_code, name, kind, None, record.regional_code)
    return _row(entry, 0, REGISTER)


def _add_municipality(rows: dict[str, dict[str, Any]], record: Any) -> None:
    """A Gemeinde under its Kreis, whose inhabitants it adds to; a Stadtkreis is both at once."""
    district = rows.get(record.regional_code[:5])
    if district is not None:
        district["population"] += record.inhabitants
    if district is not None and district["kind"] == _CITY:
        return
    parent = district["id"] if district else None
    entry = Organisation(
        record.regional_code, record.name.strip(), _MUNICIPALITY, parent, record.regional_code
    )
    rows[entry.id] = _row(entry, record.inhabitants, REGISTER)
