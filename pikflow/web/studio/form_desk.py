"""A form file on the desk of the form builder: its text, outline, findings and known names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.editing.conditions import Known, names_of
from pikflow.forms.editing.outline import Part, outline
from pikflow.forms.editing.tree import Path, Tree
from pikflow.forms.types import FieldTypes, builtin_types
from pikflow.identity import Actor
from pikflow.services.studio.design_views import DesignFile
from pikflow.services.studio.field_uses import case_names
from pikflow.services.studio.form_stages import Stage, shelf_of, stage
from pikflow.web.flow import current_flow
from pikflow.web.studio.texts import text_of


@dataclass(frozen=True)
class Desk:
    """`tree` is None when the text is no YAML at all; `fault` then says where it stops."""

    design: int
    file: DesignFile
    files: Mapping[str, bytes]
    text: str
    tree: Tree | None
    fault: tuple[Finding, ...] = ()

    @cached_property
    def outline(self) -> Part:
        return outline(self.tree.data) if self.tree else Part("", ())

    @cached_property
    def stage(self) -> Stage:
        if self.tree is None:
            return Stage(None, self.fault, shelf_of(self.files))
        return stage({**self.files, self.file.path: self.text.encode()}, self.file.path)

    @property
    def types(self) -> FieldTypes:
        return builtin_types()

    def part(self, path: Path) -> Part | None:
        return self.outline.find(path)

    def held(self, part: Part) -> Any:
        return self.tree.value(part.path) if self.tree else None

    def name_of(self, part: Part) -> tuple[str, ...]:
        """The name of a field: its own, or with the group around it; () for anything else."""
        if part.kind != "field" or not part.id:
            return ()
        above = self.part(part.path[:-2])
        return (above.id, part.id) if above and above.kind == "field" else (part.id,)

    def at_line(self, line: int) -> Part:
        """The innermost part that begins in this line or above it."""
        found = self.outline
        for part in self.outline.walk():
            if part.path and part.line and part.line <= line and part.line >= found.line:
                found = part
        return found

    @cached_property
    def problems(self) -> dict[str, tuple[Finding, ...]]:
        """The findings of this file by the pointer of the part they are about."""
        found: dict[str, list[Finding]] = {}
        for finding in self.stage.findings:
            if finding.file == self.file.path:
                found.setdefault(self._about(finding).pointer, []).append(finding)
        return {pointer: tuple(listed) for pointer, listed in found.items()}

    def _about(self, finding: Finding) -> Part:
        """By its line; where several parts share one, by its name."""
        at = self.at_line(finding.line) if finding.line else self.outline
        named = [
            part
            for part in self.outline.walk()
            if part.path and part.line == at.line and part.id == finding.element.rpartition(".")[2]
        ]
        return named[0] if named else at

    def known(self, part: Part) -> tuple[Known, ...]:
        """The names an expression of this part may use, own fields first."""
        schema = self.stage.schema
        if schema is None:
            return _rough(self.outline)
        group = self._group_of(part)
        return names_of(schema, group)

    def _group_of(self, part: Part) -> str:
        if part.kind == "check":
            held = self.held(part)
            return str(held.get("each") or "") if isinstance(held, Mapping) else ""
        above = self.part(part.path[:-2]) if len(part.path) > 2 else None
        return above.id if above is not None and above.type == "group" else ""

    @cached_property
    def foreign(self) -> tuple[str, ...]:
        """Names of the case that expressions of any form in the design use, for completion."""
        return case_names(self.files, self.outline.id)


def _rough(whole: Part) -> tuple[Known, ...]:
    """Names of a form that can't be read as a whole yet."""
    return tuple(
        Known(part.id, part.title or part.id)
        for part in whole.walk()
        if part.kind == "field" and len(part.path) == 4 and part.id
    )


def open_desk(actor: Actor, design: int, path: str, text: str | None = None) -> Desk:
    """The file of a design; `text` is what was typed instead and not saved yet."""
    designs = current_flow().services.designs
    file = designs.read(actor, design, path)
    files = designs.files(actor, design)
    text = text_of(path, file.data) if text is None else text
    try:
        return Desk(design, file, files, text, Tree(text, path))
    except DefinitionInvalid as fault:
        return Desk(design, file, files, text, None, fault.findings)
