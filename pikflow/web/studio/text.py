"""Any file as plain text: works without script, says who was faster, and what is wrong."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.services.studio.design_views import FileChanged
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole
from pikflow.web.studio.comparison import compare
from pikflow.web.studio.editors import editors_for
from pikflow.web.studio.findings import places_in
from pikflow.web.studio.texts import text_of, typed


def show(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The text; with ?fassung=n that of an earlier version, with ?geprueft=1 its findings."""
    designs = current_flow().services.designs
    view, file = designs.view(actor, design), designs.read(actor, design, path)
    old = read_whole(request.args.get("fassung", ""))
    data = file.data if old is None else designs.text_of(actor, design, path, old)
    checked = request.args.get("geprueft") == "1"
    findings = designs.check(actor, design) if checked else ()
    return render_template(
        "pik/studio/text.html",
        design=view,
        file=file,
        text=text_of(path, data),
        title=next((one.title for one in view.files if one.path == path), path),
        old=old,
        versions=designs.versions(actor, design, path),
        checked=checked,
        places=places_in(design, path, file.kind, findings),
        line=read_whole(request.args.get("zeile", "")),
        element=request.args.get("element", "")[:200],
        editors=editors_for(file.kind),
    )


def save(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Save what was typed; somebody else's text stays, and both are shown."""
    designs = current_flow().services.designs
    before = designs.read(actor, design, path)
    data = typed(request.form.get("text", ""), before.data)
    seen = read_whole(request.form.get("version", "")) or 0
    try:
        designs.save(actor, design, path, data, seen)
    except FileChanged as fault:
        theirs = fault.file
        rows = compare(data.decode("utf-8"), text_of(path, theirs.data))
        view = designs.view(actor, design)
        mine = data.decode("utf-8")
        page = render_template(
            "pik/studio/conflict.html", design=view, file=theirs, mine=mine, rows=rows
        )
        return page, 409
    flash(translate("Gespeichert. Alle Dateien des Entwurfs sind geprüft."), "pik")
    here = url_for("pik.studio_text", design=design, path=path, geprueft=1)
    return redirect(here, 303)


ROUTES = (
    Route("/werkstatt/<pikrow:design>/text/<path:path>", "studio_text", show, "design.edit"),
    posted("/werkstatt/<pikrow:design>/text/<path:path>", "studio_text_save", save, "design.edit"),
)
