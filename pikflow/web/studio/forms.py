"""The form builder: outline, panel, preview and text of one form, building block or code list.

Complete without script: every step is a form that posts one change and shows the page again.
"""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pikflow.forms.editing.conditions import BARE, SIGNS
from pikflow.forms.editing.outline import Part, path_of
from pikflow.identity import Actor
from pikflow.services.studio import field_uses
from pikflow.services.studio.form_stages import audiences
from pikflow.web.flow import current_flow
from pikflow.web.guards import PUBLIC, Route, posted
from pikflow.web.numbers import read_whole
from pikflow.web.studio import form_changes, form_panel, form_preview, form_schema, form_words
from pikflow.web.studio.editors import editors_for
from pikflow.web.studio.form_desk import Desk, open_desk

VIEWS = ("vorschau", "text", "verwendung")


@dataclass(frozen=True)
class Target:
    """A place a field can be moved to: the end of a page or group."""

    pointer: str
    label: str


def show(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The page; ?an= is the chosen part, ?blick= what stands beside it."""
    desk = open_desk(actor, design, path)
    return render(actor, desk, chosen(desk))


def chosen(desk: Desk) -> Part:
    """The part the address names: by its place, its line, or what a finding calls it."""
    asked = request.args.get("an")
    if asked is not None:
        return desk.part(path_of(asked)) or desk.outline
    line = read_whole(request.args.get("zeile", ""))
    if line:
        return desk.at_line(line)
    element = request.args.get("element", "")
    named = [one for one in desk.outline.walk() if element and one.id == element.rpartition(".")[2]]
    return named[0] if named else desk.outline


def render(actor: Actor, desk: Desk, part: Part) -> str:
    """The form builder with a part chosen."""
    designs = current_flow().services.designs
    design, path = desk.design, desk.file.path
    view = request.args.get("blick", VIEWS[0])
    panel = form_panel.build(part, desk.held(part), desk.problems.get(part.pointer, ()), desk.types)
    known = desk.known(part)
    field = desk.name_of(part)
    uses = field_uses.find(desk.files, path, field) if view == "verwendung" and field else None
    steps = audiences(desk.files, desk.outline.id) if desk.outline.kind == "form" else ()
    head = designs.view(actor, design)
    is_new = any(one.path == path and one.state == "new" for one in head.files)
    return render_template(
        "pik/studio/form.html",
        design=head,
        desk=desk,
        file=desk.file,
        part=part,
        panel=panel,
        view=view if view in VIEWS else VIEWS[0],
        words=form_words,
        known=known,
        foreign=desk.foreign,
        signs=SIGNS,
        bare=BARE,
        targets=_targets(desk, part),
        page_id=_page_of(desk, part),
        steps=steps,
        step=request.args.get("schritt", ""),
        phone=request.args.get("breite") == "telefon",
        uses=uses,
        place=form_changes.use_address,
        undo=form_changes.steps_back(desk.file, 1 if is_new else 0),
        editors=editors_for(desk.file.kind),
        types=desk.types,
    )


def _page_of(desk: Desk, part: Part) -> str:
    """The id of the page a part stands on, for the preview."""
    if part.path[:1] == ("sections",):
        section = desk.part(part.path[:2])
        return section.id if section is not None else ""
    return ""


def _targets(desk: Desk, part: Part) -> list[Target]:
    """Where a field or building block can be moved to, in the order of the file."""
    if part.kind not in ("field", "include"):
        return []
    found = []
    for one in desk.outline.walk():
        is_page = one.kind == "section"
        is_group = one.kind == "field" and one.type == "group" and part.kind == "field"
        fits = is_page or (is_group and part.type not in ("group", "matrix"))
        inside = one.path[: len(part.path)] == part.path or part.path[:-2] == one.path
        if fits and not inside:
            found.append(Target(one.pointer, one.title or one.id))
    return found


def schema() -> ResponseReturnValue:
    """The JSON Schema of the language, with the field types of this installation."""
    return form_schema.described()


_HERE = "/werkstatt/<pikrow:design>/formular/<path:path>"
ROUTES = (
    Route(_HERE, "studio_form", show, "design.edit"),
    posted(_HERE, "studio_form_change", form_changes.change, "design.edit"),
    Route(
        "/werkstatt/<pikrow:design>/vorschau/<path:path>",
        "studio_form_preview",
        form_preview.show,
        "design.edit",
    ),
    posted(
        "/werkstatt/<pikrow:design>/vorschau/<path:path>",
        "studio_form_try",
        form_preview.answer,
        "design.edit",
    ),
    Route("/formularsprache.json", "form_schema", schema, PUBLIC),
)
