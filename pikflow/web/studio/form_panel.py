"""The panel of the form builder: the chosen part with its properties, ready for the template, and
what was entered in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pikflow.errors import Finding, Invalid
from pikflow.forms.editing import entries
from pikflow.forms.editing.conditions import BARE, Comparison, Known, Rule, put_together, take_apart
from pikflow.forms.editing.outline import Part
from pikflow.forms.editing.panel import GROUPS, Slot, slots_of
from pikflow.forms.editing.tree import Path
from pikflow.forms.properties import CONDITION, Kind
from pikflow.forms.source import Block
from pikflow.forms.types import FieldTypes
from pikflow.web.i18n import translate
from pikflow.web.studio.form_words import GROUPS as GROUP_WORDS
from pikflow.web.studio.form_words import PROPERTIES

SPARE = 3  # empty rows behind those that are filled in
_ROWS = ("options", "params", "notes", "pairs")
_BUILT = ("condition", "formula")
_CONDITIONS = {"visible", "required", "readonly", "assert", "when"}


@dataclass(frozen=True)
class Control:
    """One property as it is shown: `entries` are the texts in its inputs, `rows` those of tables,
    `rule` the comparisons of a condition (None: it is more than that)."""

    slot: Slot
    label: str
    help: str
    entries: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...] = ()
    rule: Rule | None = None
    problems: tuple[Finding, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    is_set: bool = False

    @property
    def name(self) -> str:
        """The name of its first input; those of the others begin with it."""
        return f"w.{self.slot.name}"

    @property
    def builds(self) -> bool:
        """A condition that can be put together from lists."""
        return self.slot.name in _CONDITIONS


@dataclass(frozen=True)
class Group:
    id: str
    label: str
    controls: tuple[Control, ...]

    @property
    def is_used(self) -> bool:
        return any(control.is_set for control in self.controls)

    @property
    def problems(self) -> int:
        return sum(len(control.problems) for control in self.controls)


@dataclass(frozen=True)
class Panel:
    """The chosen part; `problems` are findings that belong to no single property."""

    part: Part
    groups: tuple[Group, ...] = field(default_factory=tuple)
    problems: tuple[Finding, ...] = ()


def slots(part: Part, held: Any, types: FieldTypes) -> tuple[Slot, ...]:
    """The properties of a part; those of an own list are the list itself."""
    if part.kind == "codes":
        return (Slot("", "options", "choice", Kind(lambda *_: None, {})),)
    return slots_of(part.kind, held if isinstance(held, Mapping) else {}, types.get(part.type))


def build(part: Part, held: Any, findings: Iterable[Finding], types: FieldTypes) -> Panel:
    """The panel of a part; `held` is what stands in the file, `findings` those of the part."""
    open_findings = list(findings)
    by_group: dict[str, list[Control]] = {group: [] for group in GROUPS}
    for slot in slots(part, held, types):
        value = value_at(held, slot.path)
        mine = [one for one in open_findings if _is_about(one, slot, held, part)]
        open_findings = [one for one in open_findings if one not in mine]
        by_group[slot.group].append(_control(slot, value, tuple(mine), part))
    groups = tuple(
        Group(group, translate(GROUP_WORDS[group]), tuple(controls))
        for group, controls in by_group.items()
        if controls
    )
    return Panel(part, groups, tuple(open_findings))


def _control(slot: Slot, value: Any, problems: tuple[Finding, ...], part: Part) -> Control:
    label, text = PROPERTIES.get(slot.name, (slot.name, ""))
    if slot.name == "":
        label, text = PROPERTIES["options"]
    shown = entries.shown(slot, value)
    if slot.control == "flag" and not shown.get(""):
        shown = {"": "true" if slot.default else ""}
    rows: tuple[Mapping[str, str], ...] = ()
    if slot.control in _ROWS:
        rows = (*entries.numbered(shown), *({} for _ in range(SPARE)))
    rule = None
    if slot.name in _CONDITIONS:
        text_ = shown.get("expr" if slot.kind is CONDITION else "", "")
        rule = take_apart(text_) if text_ else Rule()
    columns = tuple((one.id, one.title or one.id) for one in part.fields)
    return Control(
        slot,
        translate(label),
        translate(text) if text else "",
        shown,
        rows,
        rule,
        problems,
        columns,
    )


def value_at(held: Any, path: Iterable[str]) -> Any:
    for step in path:
        held = held.get(step) if isinstance(held, Mapping) else None
    return held


def _is_about(finding: Finding, slot: Slot, held: Any, part: Part) -> bool:
    """Whether a finding is about this property: it stands in its line, and the part has a line for
    each property; or it names the property as missing or unknown."""
    if not isinstance(held, Block) or not slot.path:
        return False
    if f"„{slot.name}“" in finding.message:
        return True
    lines = [held.at(name) for name in held]
    own = held.lines.get(slot.path[0])
    return own is not None and lines.count(own) == 1 and own == finding.line and len(lines) > 1


def entered(
    part: Part,
    held: Any,
    types: FieldTypes,
    form: Mapping[str, str],
    known: tuple[Known, ...],
) -> dict[Path, Any]:
    """What the panel's inputs change: values by path below the part, None to leave out.

    Raises Invalid for comparisons that can't be put together. The id is not among them: a name
    that others use is changed everywhere or not at all.
    """
    found: dict[Path, Any] = {}
    for slot in slots(part, held, types):
        prefix = f"w.{slot.name}"
        given = _given(form, prefix)
        if not given or (slot.name == "id" and part.kind == "field"):
            continue
        value = value_at(held, slot.path)
        if slot.name in _CONDITIONS:
            given = _with_rule(slot, given, value, known)
        new = entries.read(slot, given, value)
        if new is not value and not (new is None and value is None):
            found[slot.path] = new
    return found


def _given(form: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The inputs of one slot by their suffix; a flag that is not ticked is told by its marker."""
    found = {}
    for name, text in form.items():
        if name == prefix:
            found[""] = text
        elif name.startswith(prefix + "."):
            found[name[len(prefix) + 1 :]] = text
    if "there" in found:
        del found["there"]
        found.setdefault("", "false")
    return found


def _with_rule(
    slot: Slot, given: dict[str, str], value: Any, known: tuple[Known, ...]
) -> dict[str, str]:
    """The entries of a condition; comparisons from the lists count when they were changed."""
    key = "expr" if slot.kind is CONDITION else ""
    plain = {name: text for name, text in given.items() if not name.startswith("rule.")}
    rule = _rule(given)
    before = value if isinstance(value, str) else ""
    if rule is None or plain.get(key, "").strip() != before.strip():
        return plain
    if rule == (take_apart(before) if before else Rule()):
        return plain
    text = put_together(rule, known)
    plain[key] = text
    if slot.kind is CONDITION and text:
        plain[""] = entries.EXPRESSION
    elif slot.kind is CONDITION and before:
        plain[""] = ""
    return plain


def _rule(given: Mapping[str, str]) -> Rule | None:
    if "rule.joint" not in given:
        return None
    rows = entries.numbered({name.removeprefix("rule."): text for name, text in given.items()})
    return Rule(
        given["rule.joint"],
        tuple(
            Comparison(
                row.get("name", "").strip(),
                row.get("sign", ""),
                "" if row.get("other") or row.get("sign") in BARE else row.get("value", "").strip(),
                "" if row.get("sign") in BARE else row.get("other", ""),
            )
            for row in rows
            if row.get("name", "").strip()
        ),
    )


def refuse_unknown(part: Part | None) -> Part:
    """The part, or a refusal when the file has no such place any more."""
    if part is None:
        raise Invalid(
            "form-place",
            translate("Diese Stelle des Formulars gibt es nicht mehr."),
            translate("Wählen Sie sie links noch einmal aus."),
        )
    return part
