"""Files of other products: uploaded, looked at with every note, and then taken into the design.

Between the two steps the files travel in the page itself, so nothing is stored before somebody
says so.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Invalid
from pikflow.identity import Actor
from pikflow.notes import Note
from pikflow.services.studio import imports
from pikflow.services.studio.parcels import MOST_BYTES
from pikflow.texts import say
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate_many
from pikflow.web.numbers import read_whole
from pikflow.web.studio.editors import address

_PAGE_BYTES = 4_500_000  # what the page may carry; the guard reads forms of five megabytes


def ask(actor: Actor, design: int) -> ResponseReturnValue:
    """Which files, and what becomes of each kind."""
    view = current_flow().services.designs.view(actor, design)
    accepted = ",".join(imports.SUFFIXES)
    return render_template("pik/studio/import.html", design=view, accepted=accepted)


def look(actor: Actor, design: int) -> ResponseReturnValue:
    """What the files would become, before anything is taken in."""
    uploads = {
        (file.filename or "").replace("\\", "/").rpartition("/")[2]: file.read()
        for file in request.files.getlist("dateien")
        if file.filename
    }
    if not uploads:
        raise Invalid(
            "file-missing",
            say("Es ist keine Datei ausgewählt."),
            say("Wählen Sie eine oder mehrere Dateien aus, die zusammengehören."),
        )
    designs = current_flow().services.designs
    found = designs.look_at_foreign(actor, design, uploads)
    names = {*uploads, *(note.file for note in found.imported.notes)}
    return render_template(
        "pik/studio/imported.html",
        design=designs.view(actor, design),
        files=found.imported.files,
        states=found.states,
        groups=_grouped(names, found.imported.notes),
        seen=found.seen,
        counts={fate: len(found.imported.of(fate)) for fate in ("missing", "translated", "kept")},
        content=_packed(uploads),
    )


def take_in(actor: Actor, design: int) -> ResponseReturnValue:
    """Take in what the page showed."""
    uploads = _unpacked(request.form.get("inhalt", ""))
    # Without a number nobody looked before, so whatever others changed is in the way.
    seen = read_whole(request.form.get("stand", "")) or 0
    taken = current_flow().services.designs.take_in_foreign(actor, design, uploads, seen=seen)
    count = len(taken.new) + len(taken.changed)
    flash(
        translate_many(
            "%(num)d Datei ist übernommen; das Original steht in ihren Fassungen.",
            "%(num)d Dateien sind übernommen; die Originale stehen in ihren Fassungen.",
            count,
        ),
        "pik",
    )
    return redirect(url_for("pik.studio_design", design=design, geprueft=1), 303)


def past(actor: Actor, design: int) -> ResponseReturnValue:
    """What was said about the files that were taken in, for as long as the design is there."""
    designs = current_flow().services.designs
    found = [
        (one, _grouped({*one.paths, *(note.file for note in one.notes)}, one.notes))
        for one in designs.foreign_notes(actor, design)
    ]
    view = designs.view(actor, design)
    kinds = {file.path: file.kind for file in view.files if file.state != "removed"}
    return render_template("pik/studio/import_notes.html", design=view, imports=found, kinds=kinds,
                           address=address)  # fmt: skip


def _grouped(
    names: Iterable[str], notes: Iterable[Note]
) -> list[tuple[str, list[tuple[str, list[Note]]]]]:
    """(file, (fate, notes) in the order people need them), files by name."""
    known = list(notes)
    return [
        (name, list(imports.by_fate(note for note in known if note.file == name)))
        for name in sorted(names)
    ]


def _packed(uploads: dict[str, bytes]) -> str:
    """The files as text for a hidden field."""
    plain = {name: base64.b64encode(data).decode() for name, data in uploads.items()}
    text = base64.b64encode(zlib.compress(json.dumps(plain).encode())).decode()
    if len(text) > _PAGE_BYTES:
        raise Invalid(
            "parcel-too-large",
            say("Das ist zu viel auf einmal."),
            say("Übernehmen Sie die Dateien einzeln, und verkleinern Sie Bilder in Tabellen."),
        )
    return text


def _unpacked(text: str) -> dict[str, bytes]:
    """The files of the hidden field; whatever else stands there is refused."""
    try:
        reader = zlib.decompressobj()
        plain = reader.decompress(base64.b64decode(text, validate=True), 2 * MOST_BYTES)
        found = json.loads(plain)
        return {str(name): base64.b64decode(data) for name, data in found.items()}
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError, RecursionError):
        raise Invalid(
            "file-missing",
            say("Die Dateien sind nicht angekommen."),
            say("Wählen Sie sie noch einmal aus."),
        ) from None


_HERE = "/werkstatt/<pikrow:design>/uebernehmen"
ROUTES = (
    Route(_HERE, "studio_import", ask, "design.edit"),
    posted(_HERE, "studio_import_look", look, "design.edit"),
    Route(f"{_HERE}/hinweise", "studio_import_notes", past, "design.edit"),
    posted(f"{_HERE}/ja", "studio_import_take", take_in, "design.edit"),
)
