"""Is everything set up, and does everything that is stored fit together? Changes nothing."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pikflow.engine import standing
from pikflow.errors import PikFlowError
from pikflow.services import contents, invariants, readiness, steps
from pikflow.services.environment import Environment, Unit
from pikflow.services.jobs import Jobs
from pikflow.services.symptoms import Symptom
from pikflow.store import audit, designs
from pikflow.store.audit import CaseRows, Spent

Report = Callable[[int, int], None]  # (cases done, cases in all)
_BLOCK = 200


class Doctor:
    """Looks; the operator heals (docs/operation.md)."""

    def __init__(self, environment: Environment, jobs: Jobs) -> None:
        self._environment = environment
        self._jobs = jobs

    def examine_setup(self) -> Iterator[Symptom]:
        """Look at the configuration and what it points to."""
        found = readiness.look(self._environment)
        settings, folder = self._environment.settings, self._environment.files_folder
        if not found.database:
            yield Symptom("database-unreachable", "Die Datenbank antwortet nicht.")
        elif not found.schema:
            text = "Die Tabellen fehlen oder gehören zu einer anderen Fassung des Programms."
            yield Symptom("schema-unfit", text)
        if not found.files:
            yield Symptom("files-readonly", f"In „{folder}“ lässt sich nichts speichern.")
        if not found.disk:
            free = readiness.free_bytes(folder) // 1_000_000
            yield Symptom("disk-low", f"Bei „{folder}“ sind nur noch {free} MB frei.")
        if settings["PIKFLOW_DEMO"]:
            text = "Die Anmeldung ohne Passwort ist an (PIKFLOW_DEMO)."
            yield Symptom("demo-on", text, severity="warning")
        if found.schema:
            yield from [*self._deployed(), *self._worked()]

    def _worked(self) -> Iterator[Symptom]:
        found = readiness.look_behind(self._environment, self._jobs)
        if not found.workers:
            text = "Kein Arbeiter läuft: Fristen und Aufträge bleiben liegen."
            yield Symptom("worker-missing", text, severity="warning")
        if found.late:
            minutes = int(found.oldest_due_seconds or 0) // 60
            yield Symptom(
                "jobs-late", f"Ein Auftrag oder eine Frist wartet seit {minutes} Minuten."
            )
        if found.dead:
            text = f"{found.dead} Aufträge sind gescheitert; „Betrieb“ zeigt sie."
            yield Symptom("jobs-dead", text, severity="warning")

    def _deployed(self) -> Iterator[Symptom]:
        with self._environment.query() as unit:
            if not unit.catalog.measures:
                text = "Es ist nichts eingespielt: Ohne „pikflow deploy“ beginnt kein Vorgang."
                yield Symptom("nothing-deployed", text, severity="warning")
            if audit.sees_everything(unit.connection):
                text = "Die Rolle der Datenbank darf alles: Der zweite Schutz der Zeilen fehlt."
                yield Symptom("role-unbound", text, severity="warning")

    def examine_data(self, report: Report) -> Iterator[Symptom]:
        """Compare every case with its rows and files, block by block, each block in a snapshot of
        its own: the service may go on working meanwhile."""
        with self._environment.query() as unit:
            total = audit.count(unit.connection)
        after, done = 0, 0
        while True:
            with self._environment.query() as unit:
                rows = audit.block(unit.connection, after, _BLOCK)
                found = [symptom for entry in rows for symptom in self._case(unit, entry)]
            if not rows:
                break
            yield from found
            yield from self._damaged_files(rows)  # outside: many files take long
            after, done = rows[-1].case.id, done + len(rows)
            report(done, max(done, total))
        with self._environment.query() as unit:
            overspent = audit.overspent(unit.connection)
        yield from map(_overspent, overspent)
        with self._environment.query() as unit:
            yield from map(_damaged_design, designs.damaged(unit.connection))

    def _case(self, unit: Unit, rows: CaseRows) -> Iterator[Symptom]:
        case = rows.case
        try:
            definition = steps.pinned(unit, case.definition_id).definition
            found = standing.read(definition, case.engine_state or b"", case.data, unit.now)
        except PikFlowError as fault:
            yield Symptom("state-unreadable", fault.message, case.number)
        else:
            for check in invariants.CHECKS:
                yield from check(rows, found)

    def _damaged_files(self, rows: Iterable[CaseRows]) -> Iterator[Symptom]:
        folder = self._environment.files_folder
        for entry in rows:
            for row in entry.files:
                text = _damage(contents.path_of(folder, row.sha256), row.size, row.sha256)
                if text:
                    yield Symptom("file-damaged", text, entry.case.number, row.id)


def _damage(path: Path, size: int, digest: str) -> str:
    """What is wrong with a stored file, "" when nothing is."""
    if not path.is_file():
        return f"Die Datei {digest[:12]}… fehlt."
    if path.stat().st_size != size or contents.digest_of(path) != digest:
        return f"Der Inhalt der Datei {digest[:12]}… hat sich verändert."
    return ""


def _damaged_design(place: tuple[int, str, int]) -> Symptom:
    design, path, version = place
    text = f"Fassung {version} von „{path}“ in Entwurf {design} ist beschädigt."
    return Symptom("design-damaged", text, subject=path)


def _overspent(spent: Spent) -> Symptom:
    text = f"{spent.round_name}: bewilligt sind {spent.approved} EUR, verfügbar {spent.budget} EUR."
    return Symptom("budget-exceeded", text, subject=spent.organisation_id)
