"""What another value of a parameter would make of the applications nobody has decided yet.

The forms of a case are computed twice, with the value it began with and with the new one, in the
order in which they were answered, so that a form sees what the ones before it make of the change.
Nothing is stored. Scripts are not run again, and drafts stay with whoever writes them: an
application that was not handed in is counted, not computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pikflow.errors import PikFlowError
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import Checked, validate
from pikflow.services import access, start_data, steps
from pikflow.services.environment import Unit, beyond
from pikflow.services.parameters import Parameters
from pikflow.services.progress import APPROVED, evaluated
from pikflow.services.studio.rate_texts import same
from pikflow.store import cases, histories, organisations, tasks
from pikflow.store.cases import CaseRecord

MOST = 300  # cases that are computed
_SENTINEL = Decimal("-123456789.01")  # no amount anybody is granted
_Form = tuple[FormSchema, Mapping[str, Any], str]  # the form, its values, its name in the case


@dataclass(frozen=True)
class Figure:
    """A computed field whose value differs; `kind` is its field type."""

    label: str
    kind: str
    old: Any
    new: Any


@dataclass(frozen=True)
class CaseEffect:
    """One application. `organisation` is "" for those who may not see the case; `complaints` are
    what its forms would say now and did not say before."""

    number: str
    measure: str
    year: int
    organisation: str
    step: str
    figures: tuple[Figure, ...]
    complaints: tuple[str, ...]


@dataclass(frozen=True)
class Total:
    """An amount summed over the applications in which it differs, in EUR."""

    label: str
    cases: int
    old: Decimal
    new: Decimal


@dataclass(frozen=True)
class Effects:
    """`open` applications were looked at, `touched` of them would begin with another value today;
    `drafts` of these were not handed in; `more` says that there are others nobody looked at."""

    open: int = 0
    touched: int = 0
    drafts: int = 0
    cases: tuple[CaseEffect, ...] = ()
    more: bool = False

    @property
    def totals(self) -> tuple[Total, ...]:
        found: dict[str, Total] = {}
        for case in self.cases:
            for figure in case.figures:
                if figure.kind == "money" and isinstance(figure.old, Decimal):
                    known = found.get(figure.label, Total(figure.label, 0, Decimal(0), Decimal(0)))
                    found[figure.label] = Total(
                        figure.label,
                        known.cases + 1,
                        known.old + figure.old,
                        known.new + (figure.new or 0),
                    )
        return tuple(found.values())


@beyond
def effects(unit: Unit, fresh: Parameters, name: str, measures: tuple[str, ...]) -> Effects:
    """What the parameter `name`, as `fresh` has it, would change in the open applications of some
    measures. Names of applicants only for those who may see the case."""
    found = cases.open_of_measures(unit.connection, measures, MOST + 1)
    undecided = [case for case in found[:MOST] if not is_decided(unit, case)]
    touched: list[CaseEffect] = []
    count = drafts = 0
    for case in undecided:
        old = case.data.get("params")
        if not isinstance(old, dict) or case.year is None:
            continue
        value = fresh.resolve(case.measure, case.year).get(name)
        if name in old and same(old[name], value):
            continue
        count += 1
        forms = list(_forms(unit, case))
        drafts += not _is_handed_in(unit, case)
        effect = _effect(unit, case, forms, {**old, name: value})
        if effect.figures or effect.complaints:
            touched.append(effect)
    return Effects(len(undecided), count, drafts, tuple(touched), len(found) > MOST)


def is_decided(unit: Unit, case: CaseRecord) -> bool:
    """Whether the amount of the case is what was approved, and no longer what was asked for."""
    if case.approved:
        return True
    text = _amount(unit, case)
    return bool(text) and evaluated(text, {**case.data, APPROVED: _SENTINEL}) == _SENTINEL


def _is_handed_in(unit: Unit, case: CaseRecord) -> bool:
    """Whether the case has an amount; without a word on amounts, whether anything was answered."""
    text = _amount(unit, case)
    if text:
        return evaluated(text, case.data) is not None
    return bool(histories.answers_of(unit.connection, case.id))


def _amount(unit: Unit, case: CaseRecord) -> str:
    """The expression its process has for the amount of a case, "" without one."""
    try:
        attributes = steps.pinned(unit, case.definition_id).definition.process.attributes
    except PikFlowError:
        return ""
    return attributes.get("amount", "")


def _effect(
    unit: Unit, case: CaseRecord, forms: list[_Form], params: Mapping[str, Any]
) -> CaseEffect:
    before = start_data.refreshed(unit, case.data, case)
    after = {**before, "params": dict(params)}
    figures: dict[tuple[str, str, str], Figure] = {}
    complaints: dict[str, None] = {}
    for schema, values, result in forms:
        old, new = validate(schema, values, before), validate(schema, values, after)
        for figure in _differences(schema, old, new):
            figures.setdefault((figure.label, str(figure.old), str(figure.new)), figure)
        complaints |= dict.fromkeys(
            text for path, text in new.errors.items() if path not in old.errors
        )
        if isinstance(before.get(result), dict):
            before = {**before, result: dict(old.values)}
            after = {**after, result: dict(new.values)}
    waiting = tasks.of_case(unit.connection, case.id)
    return CaseEffect(
        number=case.number,
        measure=case.measure,
        year=case.year or 0,
        organisation=_owner(unit, case),
        step=waiting[0].name if waiting else "",
        figures=tuple(figures.values()),
        complaints=tuple(complaints),
    )


def _forms(unit: Unit, case: CaseRecord) -> Iterator[_Form]:
    """What was handed in last under each name, in the order it was."""
    version = steps.pinned(unit, case.definition_id)
    newest = {row.result: row for row in histories.answers_of(unit.connection, case.id)}
    for row in sorted(newest.values(), key=lambda row: row.id):
        schema = version.deployment.schema(row.form)
        if schema is not None:
            yield schema, row.values, row.result


def _differences(schema: FormSchema, old: Checked, new: Checked) -> Iterator[Figure]:
    for field in schema.fields():
        if field.compute is None or field.internal:
            continue
        before, after = old.values.get(field.id), new.values.get(field.id)
        if not same(before, after):
            yield Figure(field.label.de, field.type, before, after)


def _owner(unit: Unit, case: CaseRecord) -> str:
    if not access.may_see(unit, case):
        return ""
    found = organisations.by_id(unit.connection, case.organisation_id)
    return found.name if found else ""
