"""One design: its files, what is wrong with them, who else is here, what can be done with it."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Invalid
from pikflow.identity import Actor
from pikflow.services.studio import starters
from pikflow.services.studio.design_views import DesignView, FileHead, TakenIn
from pikflow.texts import say
from pikflow.web.files import content_disposition
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.headers import DOWNLOAD_POLICY
from pikflow.web.i18n import translate, translate_many
from pikflow.web.numbers import read_whole
from pikflow.web.studio.editors import address, editors_for
from pikflow.web.studio.findings import grouped

ORDER = ("bpmn", "dmn", "form", "parameters", "catalog", "terms", "journey", "people", "")


def show(actor: Actor, design: int) -> ResponseReturnValue:
    """The files by kind; with ?geprueft=1 also what is wrong with them."""
    designs = current_flow().services.designs
    view = designs.view(actor, design)
    checked = request.args.get("geprueft") == "1"
    findings = designs.check(actor, design) if checked else ()
    return render_template(
        "pik/studio/design.html",
        design=view,
        groups=groups_of(view),
        checked=checked,
        found=grouped(view, findings),
        remarks=grouped(view, designs.proofread(actor, design)) if checked else [],
        starters=starters.KINDS,
        address=address,
        editors_for=editors_for,
    )


def groups_of(view: DesignView) -> list[tuple[str, list[FileHead]]]:
    """(kind, files) in the order people work in; what is touched comes first."""
    found = []
    for kind in ORDER:
        files = [file for file in view.files if file.kind == kind]
        if files:
            found.append((kind, sorted(files, key=lambda file: (file.state == "same", file.title))))
    return found


def rename(actor: Actor, design: int) -> ResponseReturnValue:
    current_flow().services.designs.rename(actor, design, request.form.get("titel", ""))
    return _back(design)


def share(actor: Actor, design: int) -> ResponseReturnValue:
    """Show the design to colleagues, or to oneself alone again."""
    shared = request.form.get("geteilt") == "1"
    current_flow().services.designs.share(actor, design, shared)
    flash(
        translate("Der Entwurf ist jetzt für alle sichtbar, die die Werkstatt nutzen.")
        if shared
        else translate("Der Entwurf ist jetzt nur noch für Sie sichtbar."),
        "pik",
    )
    return _back(design)


def discard(actor: Actor, design: int) -> ResponseReturnValue:
    current_flow().services.designs.discard(actor, design)
    flash(translate("Der Entwurf ist abgelegt. Unter „Abgelegt“ holen Sie ihn zurück."), "pik")
    return redirect(url_for("pik.studio"), 303)


def reopen(actor: Actor, design: int) -> ResponseReturnValue:
    current_flow().services.designs.reopen(actor, design)
    return _back(design)


def add(actor: Actor, design: int) -> ResponseReturnValue:
    """Begin a file from a small template, and open it."""
    flow = current_flow()
    kind, name = request.form.get("art", ""), request.form.get("name", "")
    made = starters.make(kind, name, flow.catalog.lanes)
    designs = flow.services.designs
    if made.path in designs.files(actor, design):
        raise Invalid(
            "file-exists",
            say("„{path}“ gibt es in diesem Entwurf schon.", path=made.path),
            say("Wählen Sie einen anderen Namen."),
        )
    known = designs.versions(actor, design, made.path)  # of a file that was left out again
    designs.save(actor, design, made.path, made.data, known[0].version if known else 0)
    return redirect(address(design, made.path, made.kind), 303)


def remove(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Take a file out of the design."""
    return _change(current_flow().services.designs.remove, actor, design, path)


def restore(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Give a file back what is deployed."""
    return _change(current_flow().services.designs.restore, actor, design, path)


def _change(
    run: Callable[[Actor, int, str, int], None], actor: Actor, design: int, path: str
) -> ResponseReturnValue:
    run(actor, design, path, _version())
    return _back(design)


def take_in(actor: Actor, design: int) -> ResponseReturnValue:
    """Files, or a ZIP of them, from the device into the design."""
    uploads = [file for file in request.files.getlist("dateien") if file.filename]
    if not uploads:
        raise Invalid(
            "file-missing",
            say("Es ist keine Datei ausgewählt."),
            say("Wählen Sie eine oder mehrere Dateien oder eine ZIP-Datei aus."),
        )
    folder = request.form.get("ordner", "").strip().strip("/")
    files = {}
    for upload in uploads:
        name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
        packed = name.lower().endswith(".zip")
        files[name if packed or not folder else f"{folder}/{name}"] = upload.read()
    seen = read_whole(request.form.get("stand", ""))
    taken = current_flow().services.designs.take_in(actor, design, files, seen=seen)
    flash(_told(taken), "pik")
    return _back(design)


def _told(taken: TakenIn) -> str:
    """How many files came, and what stayed out."""
    parts = [
        translate_many("%(num)d Datei ist neu", "%(num)d Dateien sind neu", len(taken.new)),
        translate_many("%(num)d geändert", "%(num)d geändert", len(taken.changed)),
        translate_many("%(num)d unverändert", "%(num)d unverändert", len(taken.same)),
    ]
    told = ", ".join(parts) + "."
    if not taken.skipped:
        return told
    names = ", ".join(taken.skipped[:5]) + (" …" if len(taken.skipped) > 5 else "")
    return f"{told} {translate('Nicht übernommen: %(names)s.', names=names)}"


def export(actor: Actor, design: int) -> ResponseReturnValue:
    """All files of the design as one ZIP."""
    services = current_flow().services
    title = services.designs.view(actor, design).title
    return _download(services.designs.export(actor, design), f"{title}.zip")


def export_file(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """One file as it is; with ?fassung=n as it was."""
    designs = current_flow().services.designs
    old = read_whole(request.args.get("fassung", ""))
    data = (
        designs.read(actor, design, path).data
        if old is None
        else designs.text_of(actor, design, path, old)
    )
    return _download(data, path.rpartition("/")[2])


def _download(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def _version() -> int:
    return read_whole(request.form.get("version", "")) or 0


def _back(design: int) -> ResponseReturnValue:
    return redirect(url_for("pik.studio_design", design=design), 303)


_HERE = "/werkstatt/<pikrow:design>"
ROUTES = (
    Route(_HERE, "studio_design", show, "design.edit"),
    posted(f"{_HERE}/titel", "studio_rename", rename, "design.edit"),
    posted(f"{_HERE}/teilen", "studio_share", share, "design.edit"),
    posted(f"{_HERE}/ablegen", "studio_discard", discard, "design.edit"),
    posted(f"{_HERE}/zurueckholen", "studio_reopen", reopen, "design.edit"),
    posted(f"{_HERE}/neu", "studio_add", add, "design.edit"),
    posted(f"{_HERE}/entfernen/<path:path>", "studio_remove", remove, "design.edit"),
    posted(f"{_HERE}/verwerfen/<path:path>", "studio_restore", restore, "design.edit"),
    posted(f"{_HERE}/aufnehmen", "studio_take_in", take_in, "design.edit"),
    Route(f"{_HERE}/alles.zip", "studio_export", export, "design.edit"),
    Route(f"{_HERE}/herunterladen/<path:path>", "studio_download", export_file, "design.edit"),
)
