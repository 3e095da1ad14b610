"""Earlier results beside a form: summaries, tables of child cases, and what changed since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pikflow.engine.results import OpenTask
from pikflow.forms.schema import FormSchema
from pikflow.forms.summary import summary
from pikflow.services.environment import Unit
from pikflow.services.steps import Pinned
from pikflow.services.views import AnswerSet, ShownResult, ShownTable
from pikflow.store import histories
from pikflow.store.cases import CaseRecord
from pikflow.store.histories import AnswersRecord

_HIDDEN = ("organisation", "nummer")


def results(
    unit: Unit, case: CaseRecord, version: Pinned, task: OpenTask, context: Mapping[str, Any]
) -> tuple[ShownResult, ...]:
    """The results `pik:show` names, in its order; a name nothing was stored under is left out.

    A field counts as changed when it differs from what stood there when this step was completed
    last in the case: what the person looked at the time before.
    """
    names = [name.strip() for name in task.attributes.get("show", "").split(",") if name.strip()]
    if not names:
        return ()
    given = histories.answers_of(unit.connection, case.id)
    seen = histories.last_seen(unit.connection, case.id, task.element)
    found = []
    for name in names:
        versions = [entry for entry in given if entry.result == name]
        if versions:
            found.append(_submitted(version, case, versions, seen, context))
        elif context.get(name) not in (None, [], {}, ""):
            found.append(_plain(version, case, name, context[name]))
    return tuple(found)


def answer_sets(
    unit: Unit, case: CaseRecord, version: Pinned, context: Mapping[str, Any]
) -> tuple[AnswerSet, ...]:
    """The last submission of every result of a case, in the order they came first."""
    by_result: dict[str, list[AnswersRecord]] = {}
    for entry in histories.answers_of(unit.connection, case.id):
        by_result.setdefault(entry.result, []).append(entry)
    return tuple(_answer_set(version, case, entries, context) for entries in by_result.values())


def _answer_set(
    version: Pinned, case: CaseRecord, entries: list[AnswersRecord], context: Mapping[str, Any]
) -> AnswerSet:
    last = entries[-1]
    before = entries[-2].values if len(entries) > 1 else None
    return AnswerSet(
        result=last.result,
        name=last.name,
        form=last.form,
        version=last.version,
        versions=len(entries),
        at=last.at,
        who=last.actor_name,
        office=last.office,
        sections=_sections(version.deployment.schema(last.form), last.values, context, before),
        values=last.values,
    )


def _submitted(
    version: Pinned,
    case: CaseRecord,
    versions: list[AnswersRecord],
    seen: datetime | None,
    context: Mapping[str, Any],
) -> ShownResult:
    last = versions[-1]
    before = [entry for entry in versions[:-1] if seen is not None and entry.at <= seen]
    previous = before[-1].values if before else None
    sections = _sections(version.deployment.schema(last.form), last.values, context, previous)
    return ShownResult(
        result=last.result,
        name=last.name,
        at=last.at,
        who=last.actor_name,
        version=last.version,
        sections=sections,
        changed=tuple(row.label for section in sections for row in section.rows if row.changed),
        values=last.values,
    )


def _sections(
    schema: FormSchema | None,
    values: Mapping[str, Any],
    context: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
) -> tuple[Any, ...]:
    if schema is None:
        return ()
    return tuple(summary(schema, values, context, "de", previous=previous))


def _plain(version: Pinned, case: CaseRecord, name: str, value: Any) -> ShownResult:
    """A value no form of this case gave: computed by the process, or reported by child cases."""
    schema = _role_schema(version, case, name)
    rows = value if isinstance(value, list) else [value]
    tables = [row for row in rows if isinstance(row, Mapping)]
    return ShownResult(
        result=name,
        name=schema.title.de if schema else name,
        at=case.updated_at,
        who="",
        version=0,
        sections=(),
        changed=(),
        values=value,
        table=_table(tables, schema) if tables else None,
    )


def _role_schema(version: Pinned, case: CaseRecord, name: str) -> FormSchema | None:
    """The form the measure names for a role of this name: it labels what child cases report."""
    measure = version.deployment.catalog.measures.get(case.measure)
    form = measure.forms.get(name, "") if measure else ""
    return version.deployment.schema(form)


def _table(rows: list[Mapping[str, Any]], schema: FormSchema | None) -> ShownTable:
    """One line per entry: whose it is, then the simple values it holds, one level deep."""
    flat = [_flat(row) for row in rows]
    keys = list(dict.fromkeys(key for row in flat for key in row))
    labels = {key: _label(key, schema) for key in keys}
    return ShownTable(
        columns=tuple(labels[key] for key in keys),
        rows=tuple(tuple(row.get(key) for key in keys) for row in flat),
    )


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    owner = row.get("organisation")
    found: dict[str, Any] = {}
    if isinstance(owner, Mapping):
        found["organisation"] = owner.get("name")
    for key, value in row.items():
        if key in _HIDDEN:
            continue
        if isinstance(value, Mapping):
            found.update((k, v) for k, v in value.items() if not isinstance(v, dict | list))
        elif not isinstance(value, list):
            found[key] = value
    return found


def _label(key: str, schema: FormSchema | None) -> str:
    field = schema.field(key) if schema else None
    if field is not None:
        return field.label.de
    return {"organisation": "Organisation"}.get(key, key)
