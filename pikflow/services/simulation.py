"""Trying a process out: one run with no database, no people and no waiting.

Tasks get the given answers, or generated ones; connectors answer with nothing; child cases run
inside; timers fire when nothing else can be done. The instant the run begins with is fixed, so the
same files and answers give the same run.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pikflow.engine.check import check_models
from pikflow.engine.definition import Definition, models_of
from pikflow.engine.model import Model
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.library import FormLibrary
from pikflow.services.rehearsal import Given, Rehearsal
from pikflow.services.surroundings import surroundings

Answers = Mapping[str, Any]


def simulate_file(
    path: Path,
    process_id: str | None = None,
    answers: Answers | None = None,
    *,
    findings: tuple[Finding, ...] = (),
) -> dict[str, Any]:
    """`simulate` for one BPMN file with what lies around it: the processes it calls, the forms,
    and for a process of ours sample data as a case begins with.

    `findings` are those of a check that was made already. Raises OSError.
    """
    around = surroundings(path)
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
        definition = Definition.of(models, chosen)
    except DefinitionInvalid as fault:
        rows = [finding.as_dict() for finding in (*findings, *fault.findings)]
        return {"completed": False, "trace": [], "waiting": [], "data": {}, "findings": rows}
    run = Rehearsal(definition, Given(given), forms or FormLibrary(), roles or {})
    run.findings += [*findings, *notes]
    run.findings += [fault for fault in _faults(models) if _key(fault) not in map(_key, findings)]
    run.completed = run.go({**(data or {}), **run.start_answers()})
    return run.report()


def _faults(models: tuple[Model, ...]) -> list[Finding]:
    """What the check refuses in the first file. It runs all the same, as far as it gets; names
    are left out, because answers may bring any."""
    return [
        finding
        for finding in check_models(models)
        if finding.severity == "error"
        and finding.file == models[0].file
        and not finding.code.startswith("name-")
    ]


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.element


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
