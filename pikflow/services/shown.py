"""Earlier results beside a form: summaries, tables of child cases, and what changed since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pikflow.engine.results import OpenTask
from pikflow.forms.schema import FormSchema
from pikflow.forms.summary import inbox_values, summary, without_internal
from pikflow.services import access
from pikflow.services.environment import Unit
from pikflow.services.steps import Pinned
from pikflow.services.views import AnswerSet, ShownPart, ShownResult, ShownTable
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
            found.append(_submitted(unit, case, version, versions, seen, context))
        elif context.get(name) not in (None, [], {}, ""):
            found.append(_plain(unit, version, case, name, context))
    return tuple(found)


def answer_sets(
    unit: Unit, case: CaseRecord, version: Pinned, context: Mapping[str, Any]
) -> tuple[AnswerSet, ...]:
    """The last submission of every result of a case, in the order they came first."""
    by_result: dict[str, list[AnswersRecord]] = {}
    for entry in histories.answers_of(unit.connection, case.id):
        by_result.setdefault(entry.result, []).append(entry)
    return tuple(
        _answer_set(unit, case, version, entries, context) for entries in by_result.values()
    )


def _answer_set(
    unit: Unit,
    case: CaseRecord,
    version: Pinned,
    entries: list[AnswersRecord],
    context: Mapping[str, Any],
) -> AnswerSet:
    last = entries[-1]
    before = entries[-2].values if len(entries) > 1 else None
    schema = version.deployment.schema(last.form)
    internal = access.may_read_internal(unit, case, last.actor_id)
    return AnswerSet(
        result=last.result,
        name=last.name,
        form=last.form,
        version=last.version,
        versions=len(entries),
        at=last.at,
        who=last.actor_name,
        office=last.office,
        sections=_sections(unit, schema, last.values, context, before, internal),
        values=_told(schema, last.values, internal),
    )


def _submitted(
    unit: Unit,
    case: CaseRecord,
    version: Pinned,
    versions: list[AnswersRecord],
    seen: datetime | None,
    context: Mapping[str, Any],
) -> ShownResult:
    last = versions[-1]
    before = [entry for entry in versions[:-1] if seen is not None and entry.at <= seen]
    previous = before[-1].values if before else None
    schema = version.deployment.schema(last.form)
    internal = access.may_read_internal(unit, case, last.actor_id)
    sections = _sections(unit, schema, last.values, context, previous, internal)
    return ShownResult(
        result=last.result,
        name=last.name,
        at=last.at,
        who=last.actor_name,
        version=last.version,
        sections=sections,
        changed=tuple(row.label for section in sections for row in section.rows if row.changed),
        values=_told(schema, last.values, internal),
    )


def _sections(
    unit: Unit,
    schema: FormSchema | None,
    values: Mapping[str, Any],
    context: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
    internal: bool,
) -> tuple[Any, ...]:
    if schema is None:
        return ()
    return tuple(
        summary(schema, values, context, unit.language, previous=previous, internal=internal)
    )


def _told(
    schema: FormSchema | None, values: Mapping[str, Any], internal: bool
) -> Mapping[str, Any]:
    """The values without fields that are not for this reader."""
    if internal or schema is None:
        return values
    return without_internal(schema, values)


def _plain(
    unit: Unit, version: Pinned, case: CaseRecord, name: str, context: Mapping[str, Any]
) -> ShownResult:
    """A value no form of this case gave: computed by the process, or reported by child cases."""
    value = context[name]
    entries = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    role, schema = _reported(version, case, entries)
    internal = access.may_read_internal(unit, case)
    return ShownResult(
        result=name,
        name=schema.title.to(unit.language) if schema else name,
        at=case.updated_at,
        who="",
        version=0,
        sections=(),
        changed=(),
        values=value,
        table=_table(unit, entries, role, schema, internal) if entries else None,
        parts=_parts(unit, entries, role, schema, context, internal) if schema else (),
    )


def _reported(
    version: Pinned, case: CaseRecord, entries: list[Mapping[str, Any]]
) -> tuple[str, FormSchema | None]:
    """The name under which child cases report their answers, and the form that labels them: the
    one the measure names for a role of that name."""
    measure = version.deployment.catalog.measures.get(case.measure)
    for role, form in measure.forms.items() if measure else ():
        if any(isinstance(entry.get(role), Mapping) for entry in entries):
            return role, version.deployment.schema(form)
    return "", None


def _table(
    unit: Unit,
    entries: list[Mapping[str, Any]],
    role: str,
    schema: FormSchema | None,
    internal: bool,
) -> ShownTable:
    """One line per entry: whose it is, then the fields the form marks for lists, or all simple
    values when no form says what matters."""
    rows = [{**_owner(entry), **_cells(unit, entry, role, schema, internal)} for entry in entries]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return ShownTable(tuple(keys), tuple(tuple(row.get(key) for key in keys) for row in rows))


def _owner(entry: Mapping[str, Any]) -> dict[str, Any]:
    owner = entry.get("organisation")
    return {"Organisation": owner.get("name")} if isinstance(owner, Mapping) else {}


def _cells(
    unit: Unit, entry: Mapping[str, Any], role: str, schema: FormSchema | None, internal: bool
) -> dict[str, Any]:
    given = entry.get(role)
    if schema is not None and isinstance(given, Mapping):
        return dict(inbox_values(schema, given, unit.language, internal=internal))
    return {
        key: value
        for key, value in entry.items()
        if key not in _HIDDEN and not isinstance(value, dict | list)
    }


def _parts(
    unit: Unit,
    entries: list[Mapping[str, Any]],
    role: str,
    schema: FormSchema,
    context: Mapping[str, Any],
    internal: bool,
) -> tuple[ShownPart, ...]:
    """Everything each organisation reported, as its form shows it."""
    return tuple(
        ShownPart(
            name=str(_owner(entry).get("Organisation") or ""),
            number=str(entry.get("nummer") or ""),
            sections=_sections(unit, schema, entry[role], context, None, internal),
        )
        for entry in entries
        if isinstance(entry.get(role), Mapping)
    )
