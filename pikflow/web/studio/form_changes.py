"""What the buttons of the form builder do: one change of the file each, then the page again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Invalid
from pikflow.forms.editing import changes
from pikflow.forms.editing.changes import Changed
from pikflow.forms.editing.entries import identifier
from pikflow.forms.editing.outline import Part, path_of, pointer
from pikflow.forms.editing.tree import Path, Tree
from pikflow.forms.fields import COMMON
from pikflow.identity import Actor
from pikflow.services.studio import field_uses
from pikflow.services.studio.design_views import DesignFile, FileChanged
from pikflow.services.studio.field_uses import FieldUse, FieldUses
from pikflow.texts import say
from pikflow.web.flow import current_flow
from pikflow.web.guards import TOKEN_FIELD
from pikflow.web.i18n import translate, translate_many
from pikflow.web.numbers import read_whole
from pikflow.web.studio import form_panel
from pikflow.web.studio.comparison import compare
from pikflow.web.studio.form_desk import Desk, open_desk
from pikflow.web.studio.texts import text_of, typed

SHOWN = ("blick", "schritt", "breite")  # what stays as it is from page to page


@dataclass(frozen=True)
class Steps:
    """The versions one step back and one step on; None when there is none."""

    back: int | None
    on: int | None


def change(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """One change, named by the button that was pressed (`aktion`)."""
    desk = open_desk(actor, design, path)
    action, _, argument = request.form.get("aktion", "setzen").partition(":")
    if action == "text":
        return _save(actor, desk, Changed(_typed(desk), path_of(request.form.get("an", ""))))
    if action == "folgen":
        return _follow(actor, desk)
    if action == "stand":
        return _restore(actor, desk, read_whole(argument) or 0)
    if desk.tree is None:
        raise Invalid("form-yaml", say("Die Datei ist kein gültiges YAML. Ändern Sie den Text."))
    part = form_panel.refuse_unknown(desk.part(path_of(request.form.get("an", ""))))
    if action == "neu":
        return _begin(actor, desk, part, argument)
    if action == "setzen" and (answer := _rename(actor, desk, part)) is not None:
        return answer
    if action == "entfernen" and (answer := _refuse_removal(actor, desk, part)) is not None:
        return answer
    if action == "verschieben" and (answer := _refuse_move(actor, desk, part)) is not None:
        return answer
    run = _ACTIONS.get(action)
    if run is None:
        raise Invalid("form-action", say("Diesen Knopf gibt es nicht."))
    return _save(actor, desk, run(desk, part, argument))


def _follow(actor: Actor, desk: Desk) -> ResponseReturnValue:
    """Keep what a script sends while the text is typed; half a text is refused, so the file stays
    one that the other side of the page can read."""
    text = _typed(desk)
    Tree(text, desk.file.path)
    return _save(actor, desk, Changed(text, path_of(request.form.get("an", ""))))


# The steps. Each gives the text after it.


def _set(desk: Desk, part: Part, _: str) -> Changed:
    held = desk.held(part)
    values = form_panel.entered(part, held, desk.types, request.form.to_dict(), desk.known(part))
    if ("type",) in values and isinstance(held, Mapping):
        values |= _without_old_type(desk, part, held, str(values[("type",)]), values)
    return changes.set_values(desk.text, part, values)


def _without_old_type(
    desk: Desk, part: Part, held: Mapping[str, Any], kind: str, values: Mapping[Path, Any]
) -> dict[Path, Any]:
    """What the new type does not know goes; what it needs comes."""
    new = desk.types.get(kind)
    if new is None:
        raise Invalid("form-type", say("Die Feldart „{type}“ gibt es nicht.", type=kind[:60]))
    if part.fields:
        raise Invalid(
            "form-type",
            say("Das Feld „{name}“ enthält andere Felder.", name=part.title or part.id),
            say("Verschieben oder entfernen Sie diese zuerst."),
        )
    known = {*COMMON, *new.properties}
    gone: dict[Path, Any] = {(name,): None for name in held if name not in known}
    begun = changes.starter(kind, part.id, held.get("label"), tuple(desk.stage.shelf.lists))
    needed: dict[Path, Any] = {(name,): value for name, value in begun.items()
              if name not in held and (name,) not in values}  # fmt: skip
    return {**needed, **gone}


def _up(desk: Desk, part: Part, _: str) -> Changed:
    return changes.step(desk.text, part.path, True)


def _down(desk: Desk, part: Part, _: str) -> Changed:
    return changes.step(desk.text, part.path, False)


def _copy(desk: Desk, part: Part, _: str) -> Changed:
    return changes.copy(desk.text, part.path)


def _remove(desk: Desk, part: Part, _: str) -> Changed:
    if not part.path:
        raise Invalid("form-place", say("Wählen Sie links, was entfernt werden soll."))
    return changes.remove(desk.text, part.path)


def _move(desk: Desk, part: Part, _: str) -> Changed:
    target = form_panel.refuse_unknown(desk.part(path_of(request.form.get("ziel", ""))))
    into: Path = (*target.path, "fields")
    return changes.move(desk.text, part.path, into, len(target.fields))


def _field(desk: Desk, part: Part, _: str) -> Changed:
    """A new field: inside of the chosen page or group, behind the chosen field."""
    label = " ".join(request.form.get("neu.label", "").split())
    if not label:
        raise Invalid(
            "form-label",
            say("Wie heißt das neue Feld?"),
            say("Geben Sie die Bezeichnung ein, wie sie auf dem Bildschirm stehen soll."),
        )
    into, number = _place_for_field(desk, part)
    return changes.add_field(
        desk.text, into, request.form.get("neu.art", "text"), label,
        english=request.form.get("neu.label_en", "").strip(), number=number,
        lists=tuple(desk.stage.shelf.lists),
    )  # fmt: skip


def _place_for_field(desk: Desk, part: Part) -> tuple[Path, int | None]:
    """Where a new field goes: (its page or group, the number before which it stands)."""
    inside = part.kind == "section" or (part.kind == "field" and part.type in ("group", "matrix"))
    if inside and request.form.get("neu.wohin", "in") == "in":
        return part.path, None
    if part.kind in ("field", "include"):
        return part.path[:-2], int(part.path[-1]) + 1
    if part.kind == "block":
        return (), None
    pages = [one for one in desk.outline.fields if one.kind == "section"]
    if not pages:
        raise Invalid(
            "form-section",
            say("Das Formular hat noch keine Seite."),
            say("Legen Sie zuerst eine an."),
        )
    return pages[-1].path, None


def _section(desk: Desk, part: Part, _: str) -> Changed:
    title = " ".join(request.form.get("neu.seite", "").split()) or translate("Neue Seite")
    number = int(part.path[1]) + 1 if part.path[:1] == ("sections",) else None
    return changes.add_section(desk.text, title, number)


def _include(desk: Desk, part: Part, _: str) -> Changed:
    into, number = _place_for_field(desk, part)
    return changes.add_include(desk.text, into, request.form.get("neu.baustein", ""), number)


def _check(desk: Desk, part: Part, _: str) -> Changed:
    fields = [one.name for one in desk.known(desk.outline)]
    return changes.add_check(desk.text, part.id if part.id in fields else (fields or [""])[0])


def _test(desk: Desk, part: Part, _: str) -> Changed:
    return changes.add_test(
        desk.text, translate("Testfall %(num)s", num=len(desk.outline.tests) + 1)
    )


def _codes(desk: Desk, part: Part, _: str) -> Changed:
    title = " ".join(request.form.get("neu.liste", "").split()) or translate("Neue Liste")
    return changes.add_codes(desk.text, title)


_ACTIONS: Mapping[str, Callable[[Desk, Part, str], Changed]] = {
    "setzen": _set,
    "hoch": _up,
    "runter": _down,
    "kopieren": _copy,
    "entfernen": _remove,
    "verschieben": _move,
    "feld": _field,
    "seite": _section,
    "baustein": _include,
    "pruefung": _check,
    "testfall": _test,
    "liste": _codes,
}


# What asks first.


def _rename(actor: Actor, desk: Desk, part: Part) -> ResponseReturnValue | None:
    """A new id of a field that others read: where, and then everywhere at once."""
    new = request.form.get("w.id", "").strip()
    if part.kind != "field" or not new or new == part.id:
        return None
    name = desk.name_of(part)
    changed = _set(desk, part, "")
    files = {**desk.files, desk.file.path: changed.text.encode()}
    found = field_uses.find(files, desk.file.path, name)
    renamed = field_uses.rename(files, desk.file.path, name, new)
    if found.uses and request.form.get("sicher") != "1":
        return _ask(actor, desk, part, found, new=new)
    if set(renamed) <= {desk.file.path}:
        text = renamed.get(desk.file.path, changed.text.encode()).decode()
        return _save(actor, desk, Changed(text, part.path))
    if desk.file.version != (read_whole(request.form.get("version", "")) or 0):
        return _conflict(actor, desk, changed.text, desk.file)
    designs = current_flow().services.designs
    designs.take_in(actor, desk.design, renamed, seen=designs.view(actor, desk.design).seen)
    flash(
        translate_many(
            "Umbenannt. Geändert ist %(num)d Datei.",
            "Umbenannt. Geändert sind %(num)d Dateien.",
            len(renamed),
        ),
        "pik",
    )
    return redirect(_address(desk, part.path), 303)


def _refuse_removal(actor: Actor, desk: Desk, part: Part) -> ResponseReturnValue | None:
    """A field that is read somewhere goes only after one has seen where."""
    if request.form.get("sicher") == "1":
        return None
    found = [
        field_uses.find(desk.files, desk.file.path, name)
        for one in part.walk()
        if one.kind == "field" and (name := desk.name_of(one)) and len(name) < 3
    ]
    inside = pointer(part.path)
    kept = [one for one in found if any(not _is_inside(use, desk, inside) for use in one.uses)]
    return _ask(actor, desk, part, *kept) if kept else None


def _refuse_move(actor: Actor, desk: Desk, part: Part) -> ResponseReturnValue | None:
    """Into a group or out of it a field gets another name: the places that read it lose it."""
    target = desk.part(path_of(request.form.get("ziel", "")))
    above = desk.part(part.path[:-2])
    if request.form.get("sicher") == "1" or part.kind != "field" or not target or not above:
        return None
    if target.kind == above.kind == "section":
        return None
    found = field_uses.find(desk.files, desk.file.path, desk.name_of(part))
    return _ask(actor, desk, part, found) if found.uses else None


def _is_inside(use: FieldUse, desk: Desk, part: str) -> bool:
    """Whether a place goes together with the part itself."""
    return use.path == desk.file.path and (use.part == part or use.part.startswith(part + "."))


def _ask(
    actor: Actor, desk: Desk, part: Part, *found: FieldUses, new: str = ""
) -> ResponseReturnValue:
    """The places that name a field, and the same form once more with a button that is sure."""
    return render_template(
        "pik/studio/form_uses.html",
        design=current_flow().services.designs.view(actor, desk.design),
        desk=desk,
        file=desk.file,
        part=part,
        found=found,
        new=new,
        action=request.form.get("aktion", "setzen"),
        kept=[(name, text) for name, text in request.form.items(multi=True)
              if name not in ("aktion", "sicher", TOKEN_FIELD)],
        back=_address(desk, part.path),
        place=use_address,
    )  # fmt: skip


def use_address(design: int, use: FieldUse) -> str:
    """Where a place that names a field can be seen and changed."""
    if use.kind == "form":
        return url_for("pik.studio_form", design=design, path=use.path, an=use.part) + "#teil"
    return url_for("pik.studio_text", design=design, path=use.path, zeile=use.line)


def _begin(actor: Actor, desk: Desk, part: Part, kind: str) -> ResponseReturnValue:
    """A new building block or code list as a file of its own, which is then open."""
    title = " ".join(request.form.get(f"neu.{kind}_datei", "").split())
    name = identifier(title)
    if not name:
        raise Invalid("title-missing", say("Geben Sie einen Namen ein."))
    folder, make = {
        "baustein": ("bausteine", changes.new_block),
        "liste": ("listen", changes.new_list),
    }.get(kind, ("bausteine", changes.new_block))
    path = f"forms/{folder}/{name}.yaml"
    if path in desk.files:
        raise Invalid("file-exists", say("„{path}“ gibt es in diesem Entwurf schon.", path=path))
    designs = current_flow().services.designs
    designs.save(actor, desk.design, path, make(name, title).encode(), 0)
    return redirect(url_for("pik.studio_form", design=desk.design, path=path), 303)


# Saving.


def _save(actor: Actor, desk: Desk, changed: Changed) -> ResponseReturnValue:
    """The new text over the version that was seen; somebody else's text stays."""
    designs = current_flow().services.designs
    data = typed(changed.text, desk.file.data)
    seen = read_whole(request.form.get("version", "")) or 0
    try:
        designs.save(actor, desk.design, desk.file.path, data, seen)
    except FileChanged as fault:
        return _conflict(actor, desk, data.decode("utf-8"), fault.file)
    return redirect(_address(desk, changed.path), 303)


def _conflict(actor: Actor, desk: Desk, mine: str, theirs: DesignFile) -> ResponseReturnValue:
    rows = compare(mine, text_of(desk.file.path, theirs.data))
    view = current_flow().services.designs.view(actor, desk.design)
    page = render_template(
        "pik/studio/conflict.html", design=view, file=theirs, mine=mine, rows=rows
    )
    return page, 409


def _address(desk: Desk, path: Path, **more: Any) -> str:
    kept: dict[str, Any] = {name: request.form[name] for name in SHOWN if request.form.get(name)}
    return url_for(
        "pik.studio_form", design=desk.design, path=desk.file.path, an=pointer(path),
        _anchor="teil", **kept, **more,
    )  # fmt: skip


def _typed(desk: Desk) -> str:
    return typed(request.form.get("text", ""), desk.file.data).decode("utf-8")


# Back and on again.


def steps_back(file: DesignFile, lowest: int) -> Steps:
    """Which versions the buttons lead to; ?stand= is the one that was taken back last, `lowest`
    0 for a file that was deployed before."""
    now = read_whole(request.args.get("stand", ""))
    top = file.version
    at = top if now is None or now > top else now
    on = at + 1 if now is not None and at + 1 < top else None
    return Steps(at - 1 if at > lowest else None, on)


def _restore(actor: Actor, desk: Desk, version: int) -> ResponseReturnValue:
    """The text of an earlier version as the newest one."""
    designs = current_flow().services.designs
    data = designs.text_of(actor, desk.design, desk.file.path, version)
    seen = read_whole(request.form.get("version", "")) or 0
    try:
        designs.save(actor, desk.design, desk.file.path, data, seen)
    except FileChanged as fault:
        return _conflict(actor, desk, data.decode("utf-8"), fault.file)
    path = path_of(request.form.get("an", ""))
    return redirect(_address(desk, path, stand=version), 303)
