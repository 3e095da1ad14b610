"""Answers on their way into a case: the pinned form, its context, and the check on the server."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pikflow.engine.results import OpenTask
from pikflow.errors import Invalid
from pikflow.expressions import compile_expression
from pikflow.forms.properties import Formula
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate
from pikflow.identity import Actor
from pikflow.services import start_data
from pikflow.services.deployments import BY_MEASURE
from pikflow.services.environment import Unit
from pikflow.services.progress import Deed
from pikflow.services.steps import Pinned
from pikflow.store import files, organisations
from pikflow.store.cases import CaseRecord
from pikflow.store.files import FileRecord
from pikflow.store.tasks import Standing
from pikflow.texts import say

_PROFILE = re.compile(r"vorgang\.antragsteller\.([a-z][a-z0-9_]*)")
_REGISTER = ("id", "name", "ags", "art", "einwohner")  # never overwritten by answers


class AnswersInvalid(Invalid):
    """A form has errors; `errors` and `warnings` are texts by field path, nothing was stored."""

    def __init__(self, errors: Mapping[str, str], warnings: Mapping[str, str]) -> None:
        count = len(errors)
        if count == 1:
            what = say("Eine Angabe fehlt oder passt nicht.")
        else:
            what = say("{count} Angaben fehlen oder passen nicht.", count=count)
        super().__init__("form-invalid", what, say("Ihre Eingaben sind erhalten."))
        self.errors = dict(errors)
        self.warnings = dict(warnings)


def form_id(form: str, measure: str, version: Pinned) -> str:
    """The id of a form; "catalog:<role>" is what the pinned catalog names for the measure."""
    if not form.startswith(BY_MEASURE):
        return form
    entry = version.deployment.catalog.measures.get(measure)
    return entry.forms.get(form.removeprefix(BY_MEASURE), "") if entry else ""


def schema_of(form: str, measure: str, version: Pinned) -> FormSchema | None:
    """The pinned form; None when the task has none.

    Raises Invalid("form-missing") when the process names one that was not deployed with it.
    """
    wanted = form_id(form, measure, version)
    if not form:
        return None
    found = version.deployment.schema(wanted)
    if found is None:
        raise Invalid(
            "form-missing",
            say("Das Formular „{form}“ ist nicht eingespielt.", form=wanted or form),
            say("Die Administration prüft die Prozesse mit „pikflow check“."),
        )
    return found


def context_of(
    unit: Unit, case: CaseRecord, scope: Mapping[str, Any], actor: Actor | None
) -> dict[str, Any]:
    """What a form's expressions may read: case data, local names, and who acts."""
    return context_from(start_data.refreshed(unit, case.data, case), scope, actor)


def context_from(
    fresh: Mapping[str, Any], scope: Mapping[str, Any], actor: Actor | None
) -> dict[str, Any]:
    """The same from case data that were refreshed already."""
    data = {**fresh, **scope}
    if actor is not None:
        data["actor"] = {
            "name": actor.name,
            "office": actor.office,
            "organisation": start_data.brief(actor.organisation),
        }
    return data


def sections_of(task: OpenTask, context: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The only sections that may be changed, None for all: `pik:sections` gave no list."""
    text = task.attributes.get("sections", "")
    if not text:
        return None
    found = compile_expression(text).evaluate(context)
    if not isinstance(found, list) or not found:
        return None
    return tuple(str(item) for item in found)


def checked(
    unit: Unit,
    case: CaseRecord,
    schema: FormSchema,
    answers: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    sections: Sequence[str] | None = None,
    stored: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values that go into the case; raises AnswersInvalid with every remark.

    Outside `sections` what was stored stays as it is. Files are taken from our own rows by id:
    name, kind and hash that come with a request count for nothing.
    """
    given = _only(schema, answers, sections, stored or {})
    given = _with_own_files(unit, case, schema, given)
    result = validate(
        schema, given, context, sections, now=unit.now, organisations=_directory(unit)
    )
    if result.errors:
        raise AnswersInvalid(result.errors, result.warnings)
    return dict(result.values)


def _only(
    schema: FormSchema,
    answers: Mapping[str, Any],
    sections: Sequence[str] | None,
    stored: Mapping[str, Any],
) -> dict[str, Any]:
    if sections is None:
        return dict(answers)
    open_fields = {f.id for s in schema.sections if s.id in sections for f in s.fields}
    kept = {key: value for key, value in stored.items() if key not in open_fields}
    return {**kept, **{key: value for key, value in answers.items() if key in open_fields}}


def _with_own_files(
    unit: Unit, case: CaseRecord, schema: FormSchema, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Every file value rebuilt from the rows of this case; foreign and unknown ids vanish."""
    fields = {field.id for field in schema.fields() if field.type == "file"}
    columns = {
        (field.id, child.id)
        for field in schema.fields()
        for child in field.children
        if child.type == "file"
    }
    if not fields and not columns:
        return dict(answers)
    own = {row.id: row for row in files.of_case(unit.connection, case.id)}
    clean = dict(answers)
    for name in fields & clean.keys():
        clean[name] = _known(clean[name], own)
    for group, column in columns:
        rows = clean.get(group)
        if isinstance(rows, list):
            clean[group] = [
                {**row, column: _known(row.get(column), own)} for row in rows
                if isinstance(row, Mapping)
            ]  # fmt: skip
    return clean


def _known(value: Any, own: Mapping[str, FileRecord]) -> list[dict[str, Any]]:
    ids = [str(item.get("id") if isinstance(item, Mapping) else item) for item in value or []]
    return [file_value(own[key]) for key in ids if key in own]


def file_value(row: FileRecord) -> dict[str, Any]:
    """A file as a form field holds it; `size` in bytes."""
    return {
        "id": row.id,
        "name": row.name,
        "size": row.size,
        "kind": row.kind,
        "sha256": row.sha256,
    }


def _directory(unit: Unit) -> Any:
    def offered(kinds: Sequence[str]) -> list[dict[str, Any]]:
        wanted = list(kinds) or list(unit.catalog.kinds)
        found = organisations.of_kinds(unit.connection, wanted)
        return [start_data.brief(one) or {} for one in found]

    return offered


def given(
    unit: Unit,
    case: CaseRecord,
    task: OpenTask,
    form: str,
    values: Mapping[str, Any],
    deed: Deed,
    before: Standing,
) -> Deed:
    """The deed with the answers that are kept: the next version of the task's result."""
    actor = unit.actor
    name, version = task.result or task.element, before.submissions + 1
    row = {
        "instance_id": case.id,
        "result": name,
        "version": version,
        "task_id": task.id,
        "element": task.element,
        "name": task.name,
        "form": form,
        "values": dict(values),
        "actor_id": actor.id if actor else "",
        "actor_name": actor.name if actor else "",
        "office": actor.office if actor else "",
        "at": unit.now,
    }
    return replace(deed, result=name, result_version=version, answers=row)


def remember_profile(
    unit: Unit, organisation_id: str, schema: FormSchema, values: Mapping[str, Any]
) -> None:
    """Keep what an organisation said about itself, so the next form offers it.

    A field that is prefilled with `vorgang.antragsteller.<name>` gives `<name>` back on submit.
    """
    known = organisations.profile(unit.connection, organisation_id)
    fresh = dict(known)
    for field in schema.fields():
        source = field.prefill.text if isinstance(field.prefill, Formula) else ""
        match = _PROFILE.fullmatch(source.strip())
        if match and match.group(1) not in _REGISTER and values.get(field.id) is not None:
            fresh[match.group(1)] = values[field.id]
    if fresh != known:
        organisations.save(unit.connection, organisation_id, {"profile": fresh})
