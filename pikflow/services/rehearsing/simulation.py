"""Trying a process out: one run with no database, no people and no waiting.

Tasks get the given answers, or generated ones; connectors answer with nothing; child cases run
inside; timers fire when nothing else can be done. The instant the run begins with is fixed, so the
same files and answers give the same run.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pikflow.catalog import Catalog
from pikflow.engine.check import check_models
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.definition import models_of
from pikflow.engine.model import Model
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.library import FormLibrary
from pikflow.services import sources
from pikflow.services.clocks import Clock
from pikflow.services.deployments import Deployment
from pikflow.services.parameters import Parameters
from pikflow.services.rehearsing.rehearsal import Rehearsal
from pikflow.services.rehearsing.surroundings import surroundings
from pikflow.services.rehearsing.trial import Given, Trial

BEGIN = datetime(2026, 1, 7, 8, 0, tzinfo=UTC)
NO_CATALOG = Catalog({}, {}, {}, {})

Answers = Mapping[str, Any]
# What a file by itself lacks; with all that is around it, it is asked again.
_AROUND = frozenset({"called-process-unknown", "decision-unknown"})


def simulate_file(
    path: Path,
    process_id: str | None = None,
    answers: Answers | None = None,
    *,
    findings: tuple[Finding, ...] = (),
) -> dict[str, Any]:
    """`simulate` for one BPMN file with what lies around it: the processes it calls, the forms,
    and for a process of ours sample data as a case begins with.

    `findings` are those of a check that was made already. A file that can't be read is a finding.
    """
    content, unread = sources.read([path])
    if not content:
        return nothing((*findings, *unread))
    around = surroundings(path, content[path.as_posix()])
    return simulate(
        around.files,
        process_id,
        answers,
        forms=around.forms,
        roles=around.roles,
        data=around.data,
        findings=(*findings, *around.findings),
    )


def simulate(
    files: Mapping[str, bytes],
    process_id: str | None = None,
    answers: Answers | None = None,
    *,
    forms: FormLibrary | None = None,
    roles: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    findings: tuple[Finding, ...] = (),
) -> dict[str, Any]:
    """Run a process of BPMN files (name -> content) to its end or until it can't go on.

    `answers` maps element ids to a dict, or to a list of them for one visit after the other; those
    of a start event become the data the case begins with, those of a message event send it. `roles`
    maps what `catalog:<role>` names to form ids. Without `process_id` the first process of the
    first file that no other calls is taken.

    Gives {completed, trace: [element ids in the order they were completed], waiting: [element ids
    that are still open], data, findings: [as Finding.as_dict]} as plain data. What is wrong with
    the files is a finding, never an exception.
    """
    given = {key: value for key, value in (answers or {}).items() if value is not None}
    try:
        models = models_of(files)
        chosen, notes = choose(models, process_id)
        deployment = Deployment(0, files, forms or FormLibrary(), NO_CATALOG, Parameters())
        definition = deployment.definition(chosen)
    except DefinitionInvalid as fault:
        return nothing((*findings, *fault.findings))
    rehearsal = Rehearsal(deployment, clock=Clock(BEGIN), roles=roles or {})
    run = Trial(rehearsal, definition, Given(given))
    told = check_models(models, library=definition.library)
    faults = (f for f in told if f.severity == "error")
    own = (f for f in faults if f.file == models[0].file)
    before = (f for f in findings if f.code not in _AROUND)
    run.findings += [*_once(f for f in (*before, *own) if _matters(f)), *notes]
    run.findings += _strangers(given, models)
    run.play({**(data or {}), **run.start_answers()})
    return {
        "completed": run.completed,
        "trace": rehearsal.trace,
        "waiting": run.waiting,
        "data": run.data,
        "findings": [finding.as_dict() for finding in run.findings],
    }


def nothing(findings: Iterable[Finding]) -> dict[str, Any]:
    """The report when there is nothing to run."""
    rows = [finding.as_dict() for finding in _once(findings)]
    return {"completed": False, "trace": [], "waiting": [], "data": {}, "findings": rows}


def _matters(finding: Finding) -> bool:
    """Whether a finding of the check says something about a run without people: answers may bring
    any name, and nobody has to be responsible."""
    return not finding.code.startswith(("name-", "lane-", "task-without-lane"))


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without those that say the same of the same place."""
    kept: dict[tuple[str, str, str, int], Finding] = {}
    for finding in findings:
        place = "" if finding.element else Path(finding.file).name
        line = 0 if finding.element else finding.line
        kept.setdefault((finding.code, finding.element, place, line), finding)
    return list(kept.values())


def _strangers(given: Answers, models: tuple[Model, ...]) -> Iterator[Finding]:
    """Answers for elements that are nowhere."""
    known = {key for model in models for p in model.processes.values() for key in p.nodes}
    for key in given:
        if key not in known:
            message = f"Antworten gibt es zu „{key}“, ein solches Element nicht."
            hint = closest(key, known) + "Prüfen Sie die Kennung."
            yield Finding(models[0].file, 0, key, "warning", "answers-unknown", message, hint)


def choose(models: tuple[Model, ...], process_id: str | None) -> tuple[str, list[Finding]]:
    """The process to run, and a remark when there was a choice.

    Raises DefinitionInvalid when there is none.
    """
    if process_id:
        return process_id, []
    main = models[0] if models else Model("")
    filled = [process for process in main.processes.values() if process.nodes]
    called = {node.called for process in filled for node in process.nodes.values()}
    tops = [process for process in filled if process.id not in called] or filled
    ready = [process for process in tops if process.executable] or tops
    if not ready:
        message = "Die Datei enthält keinen Prozess."
        hint = "Speichern Sie sie als BPMN 2.0 mit einem Prozess."
        raise DefinitionInvalid(
            [Finding(main.file, 0, "", "error", "process-missing", message, hint)]
        )
    first = ready[0]
    if len(tops) == 1:
        return first.id, []
    message = f"Die Datei enthält {len(tops)} Prozesse; durchgespielt wird „{first.label}“."
    hint = "Nennen Sie den Prozess, wenn ein anderer gemeint ist."
    return first.id, [
        Finding(main.file, first.line, first.id, "information", "process-chosen", message, hint)
    ]
