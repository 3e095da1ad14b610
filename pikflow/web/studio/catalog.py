"""The catalog of a design: a page for every measure, lanes and roles, and measures copied."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.catalog import SCOPES, Measure
from pikflow.errors import Conflict
from pikflow.identity import Actor
from pikflow.services.studio.catalog_views import EntryInvalid, MeasureDraft
from pikflow.services.studio.catalogs import measure_of
from pikflow.texts import Sentence
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole

Problems = Mapping[str, Sentence]
_LISTS = ("applicants", "starters")
_FORM = "form-"


def show_all(actor: Actor, design: int) -> ResponseReturnValue:
    """Measures, lanes and roles; ?kopie, ?bahn and ?rolle fill the forms below."""
    return _overview(actor, design)


def show(actor: Actor, design: int, slug: str) -> ResponseReturnValue:
    """The entry of one measure."""
    view = current_flow().services.catalogs.view(actor, design)
    return _entry(actor, design, slug, _written(measure_of(view, slug)))


def save(actor: Actor, design: int, slug: str) -> ResponseReturnValue:
    """Save the entry of a measure."""
    draft, seen = _typed(), read_whole(request.form.get("version", "")) or 0
    try:
        current_flow().services.catalogs.save_measure(actor, design, slug, draft, seen)
    except EntryInvalid as fault:
        return _entry(actor, design, slug, draft, fault.errors), 400
    except Conflict as fault:
        return _entry(actor, design, slug, draft, conflict=fault), 409
    flash(translate("Die Maßnahme ist im Entwurf gespeichert."), "pik")
    return redirect(url_for("pik.studio_measure", design=design, slug=slug), 303)


def move(actor: Actor, design: int, slug: str) -> ResponseReturnValue:
    """A measure up or down in the order people see."""
    by = -1 if request.form.get("richtung") == "hoch" else 1
    current_flow().services.catalogs.move(actor, design, slug, by)
    return _back(design)


def add(actor: Actor, design: int) -> ResponseReturnValue:
    """A new measure from nothing."""
    fresh = request.form.get("slug", "").strip()
    try:
        current_flow().services.catalogs.add(actor, design, fresh, _typed())
    except EntryInvalid as fault:
        problems = {f"neu-{field}": message for field, message in fault.errors.items()}
        return _overview(actor, design, problems), 400
    flash(translate("Die neue Maßnahme ist angelegt. Ergänzen Sie, was noch fehlt."), "pik")
    return redirect(url_for("pik.studio_measure", design=design, slug=fresh), 303)


def copy(actor: Actor, design: int, slug: str) -> ResponseReturnValue:
    """A new measure from one there is, with its process, forms and rates."""
    fresh = request.form.get("slug", "").strip()
    try:
        current_flow().services.catalogs.copy(actor, design, slug, fresh, _typed())
    except EntryInvalid as fault:
        problems = {f"kopie-{field}": message for field, message in fault.errors.items()}
        return _overview(actor, design, problems, copy=slug), 400
    flash(translate("Die neue Maßnahme ist angelegt. Passen Sie an, was anders ist."), "pik")
    return redirect(url_for("pik.studio_measure", design=design, slug=fresh), 303)


def drop(actor: Actor, design: int, slug: str) -> ResponseReturnValue:
    """Take a measure out that this design brought."""
    current_flow().services.catalogs.drop(actor, design, slug)
    flash(translate("Der Eintrag ist aus dem Entwurf genommen. Seine Dateien sind noch da."), "pik")
    return _back(design)


def save_lane(actor: Actor, design: int) -> ResponseReturnValue:
    """Who works a lane."""
    given = request.form
    try:
        current_flow().services.catalogs.save_lane(
            actor,
            design,
            given.get("name", ""),
            given.get("role", ""),
            given.get("scope", ""),
            tuple(given.getlist("kinds")),
        )
    except EntryInvalid as fault:
        problems = {f"bahn-{field}": message for field, message in fault.errors.items()}
        return _overview(actor, design, problems, lane=given.get("name", "")), 400
    flash(translate("Die Bahn ist im Entwurf gespeichert."), "pik")
    return _back(design)


def drop_lane(actor: Actor, design: int) -> ResponseReturnValue:
    """Take a lane out that no diagram has."""
    current_flow().services.catalogs.drop_lane(actor, design, request.form.get("name", ""))
    flash(translate("Die Bahn ist aus dem Entwurf genommen."), "pik")
    return _back(design)


def save_role(actor: Actor, design: int) -> ResponseReturnValue:
    """What a role is called."""
    key = request.form.get("key", "").strip()
    try:
        label = request.form.get("label", "")
        current_flow().services.catalogs.save_role(actor, design, key, label)
    except EntryInvalid as fault:
        problems = {f"rolle-{field}": message for field, message in fault.errors.items()}
        return _overview(actor, design, problems, role=key), 400
    flash(translate("Die Rolle ist im Entwurf gespeichert."), "pik")
    return _back(design)


def _overview(
    actor: Actor,
    design: int,
    problems: Problems | None = None,
    *,
    copy: str = "",
    lane: str = "",
    role: str = "",
) -> str:
    services = current_flow().services
    view = services.catalogs.view(actor, design)
    return render_template(
        "pik/studio/catalog.html",
        design=services.designs.view(actor, design),
        view=view,
        names=dict(view.organisations),
        problems=problems or {},
        typed=request.form,
        copy=copy or request.args.get("kopie", ""),
        lane=view.catalog.lanes.get(lane or request.args.get("bahn", "")),
        role=role or request.args.get("rolle", ""),
        scopes=SCOPES,
    )


def _entry(
    actor: Actor,
    design: int,
    slug: str,
    draft: MeasureDraft,
    errors: Problems | None = None,
    conflict: Conflict | None = None,
) -> str:
    services = current_flow().services
    view = services.catalogs.view(actor, design)
    return render_template(
        "pik/studio/measure.html",
        design=services.designs.view(actor, design),
        view=view,
        measure=measure_of(view, slug),
        draft=draft,
        problems=errors or {},
        conflict=conflict,
        seen=read_whole(request.form.get("version", "")) if errors or conflict else view.version,
    )


def _typed() -> MeasureDraft:
    given: dict[str, Any] = {
        field.name: request.form.get(field.name, "")
        for field in fields(MeasureDraft)
        if field.name != "forms"
    }
    given |= {name: tuple(request.form.getlist(name)) for name in _LISTS}
    given["provisional"] = request.form.get("provisional") == "1"
    given["forms"] = {
        name.removeprefix(_FORM): value
        for name, value in request.form.items()
        if name.startswith(_FORM)
    }
    return MeasureDraft(**given)


def _written(measure: Measure) -> MeasureDraft:
    """A measure as its page shows it."""
    return MeasureDraft(
        name_de=measure.name.get("de", ""),
        name_en=measure.name.get("en", ""),
        short=measure.short,
        colour=measure.colour,
        process=measure.process,
        authority=measure.authority,
        carrier=measure.carrier or "",
        applicants=measure.applicants,
        starters=measure.starters,
        provisional=measure.provisional,
        description_de=measure.description.get("de", "").strip(),
        description_en=measure.description.get("en", "").strip(),
        forms=measure.forms,
    )


def _back(design: int) -> ResponseReturnValue:
    return redirect(url_for("pik.studio_catalog", design=design), 303)


_HERE = "/werkstatt/<pikrow:design>/katalog"
_ONE = f"{_HERE}/massnahmen/<slug>"
ROUTES = (
    Route(_HERE, "studio_catalog", show_all, "design.edit"),
    posted(f"{_HERE}/massnahmen", "studio_measure_add", add, "design.edit"),
    Route(_ONE, "studio_measure", show, "design.edit"),
    posted(_ONE, "studio_measure_save", save, "design.edit"),
    posted(f"{_ONE}/verschieben", "studio_measure_move", move, "design.edit"),
    posted(f"{_ONE}/kopieren", "studio_measure_copy", copy, "design.edit"),
    posted(f"{_ONE}/entfernen", "studio_measure_drop", drop, "design.edit"),
    posted(f"{_HERE}/bahnen", "studio_lane_save", save_lane, "design.edit"),
    posted(f"{_HERE}/bahnen/entfernen", "studio_lane_drop", drop_lane, "design.edit"),
    posted(f"{_HERE}/rollen", "studio_role_save", save_role, "design.edit"),
)
