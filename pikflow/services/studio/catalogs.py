"""The catalog in a design: measures with all that belongs to them, lanes and roles."""

from collections.abc import Callable, Mapping
from itertools import chain

from pikflow.catalog import Catalog, Measure
from pikflow.engine.definition import models_of
from pikflow.engine.model import Model
from pikflow.errors import Conflict, DefinitionInvalid, NotFound, Refused
from pikflow.forms.library import FormLibrary
from pikflow.identity import Actor
from pikflow.services.deployments import BY_MEASURE, kind_of, text_of
from pikflow.services.environment import Environment
from pikflow.services.studio import catalog_drafts, catalog_texts, measure_copies
from pikflow.services.studio.catalog_views import CatalogView, EntryInvalid, MeasureDraft
from pikflow.services.studio.design_views import DesignFile
from pikflow.services.studio.designs import Designs
from pikflow.store import organisations
from pikflow.texts import say

_FEW = 60  # organisations of a kind: kinds with more apply, they do not decide


class Catalogs:
    """The catalogs of designs. Every use case asks for `design.edit`, as designs do."""

    def __init__(self, environment: Environment, designs: Designs) -> None:
        self._environment = environment
        self._designs = designs

    def view(self, actor: Actor, design_id: int) -> CatalogView:
        """The catalog with what its entries can choose from; NotFound("catalog-missing"),
        DefinitionInvalid when the file is broken."""
        files = self._designs.files(actor, design_id)
        file = self._file(actor, design_id, files)
        catalog = Catalog.load(text_of(file.data), file.path)
        models = _models(files)
        processes = chain.from_iterable(model.processes.values() for model in models)
        nodes = [n for m in models for p in m.processes.values() for n in p.nodes.values()]
        asked = {n.attributes["form"] for n in nodes if "form" in n.attributes}
        return CatalogView(
            catalog=catalog,
            file=file.path,
            version=file.version,
            processes=tuple(sorted((p.id, p.label) for p in processes if p.executable)),
            forms=_forms(files),
            organisations=self._organisations(actor, catalog),
            roles_of_forms=_roles(catalog, asked),
            used=frozenset(
                lane for node in nodes for lane in (node.lane, node.attributes.get("lane")) if lane
            ),
            fresh=self._fresh(actor, design_id, file, catalog),
        )

    def save_measure(
        self, actor: Actor, design_id: int, slug: str, draft: MeasureDraft, seen: int
    ) -> DesignFile:
        """Save the entry of a measure. Raises EntryInvalid, and Conflict("measure-changed") when
        somebody changed this entry since the version that was `seen`."""
        view = self.view(actor, design_id)
        measure = measure_of(view, slug)
        fresh = catalog_drafts.read_measure(view, measure, draft)
        self._require_unchanged(actor, design_id, view, measure, seen)
        return self._write(
            actor, design_id, lambda text, file: catalog_texts.put_measure(text, fresh, file)
        )

    def move(self, actor: Actor, design_id: int, slug: str, by: int) -> None:
        """A measure one place up (-1) or down (1)."""
        self._write(
            actor, design_id, lambda text, file: catalog_texts.move_measure(text, slug, by, file)
        )

    def add(self, actor: Actor, design_id: int, fresh: str, draft: MeasureDraft) -> None:
        """A measure from nothing under the slug `fresh`, the last of all. Raises EntryInvalid."""
        view = self.view(actor, design_id)
        measure = catalog_drafts.read_new(view, fresh, draft)
        last = view.measures[-1].slug if view.measures else ""
        self._write(
            actor,
            design_id,
            lambda text, file: catalog_texts.add_measure(text, measure, last, file),
        )

    def copy(
        self, actor: Actor, design_id: int, slug: str, fresh: str, draft: MeasureDraft
    ) -> None:
        """The measure once more under the slug `fresh`, with its process, forms and rates.

        Raises EntryInvalid, and Conflict when a file of that name is there already.
        """
        view = self.view(actor, design_id)
        measure = measure_of(view, slug)
        wish = catalog_drafts.read_copy(view, fresh, draft)
        files = self._designs.files(actor, design_id)
        made = measure_copies.copied(files, view.catalog, measure.slug, wish)
        taken = [p for p in made if p in files and kind_of(p, files[p]) in ("bpmn", "form")]
        if taken:
            raise EntryInvalid({"slug": say("Die Datei „{path}“ gibt es schon.", path=taken[0])})
        self._designs.take_in(actor, design_id, made)

    def drop(self, actor: Actor, design_id: int, slug: str) -> None:
        """Take the entry of a measure out that this design brought; Refused("measure-deployed")."""
        if slug not in self.view(actor, design_id).fresh:
            raise Refused(
                "measure-deployed",
                say("Diese Maßnahme ist eingespielt; zu ihr kann es Vorgänge geben."),
                say("Ohne Förderrunde kann niemand mehr in ihr beginnen."),
            )
        self._write(
            actor, design_id, lambda text, file: catalog_texts.drop_measure(text, slug, file)
        )

    def save_lane(
        self, actor: Actor, design_id: int, name: str, role: str, scope: str, kinds: tuple[str, ...]
    ) -> None:
        """Set a lane, or add one. Raises EntryInvalid."""
        lane = catalog_drafts.read_lane(self.view(actor, design_id), name, role, scope, kinds)
        self._write(actor, design_id, lambda text, file: catalog_texts.put_lane(text, lane, file))

    def drop_lane(self, actor: Actor, design_id: int, name: str) -> None:
        """Take a lane out; Refused("lane-used") while a diagram has it."""
        if name in self.view(actor, design_id).used:
            raise Refused(
                "lane-used",
                say("Die Bahn „{name}“ steht noch in einem Diagramm.", name=name),
                say("Geben Sie ihre Schritte dort einer anderen Bahn."),
            )
        self._write(actor, design_id, lambda text, file: catalog_texts.drop_lane(text, name, file))

    def save_role(self, actor: Actor, design_id: int, key: str, label: str) -> None:
        """Set the label of a role, or add one. Raises EntryInvalid."""
        key, label = catalog_drafts.read_role(key, label)
        self._write(
            actor, design_id, lambda text, file: catalog_texts.put_role(text, key, label, file)
        )

    # --- files ----------------------------------------------------------------------------------

    def _write(self, actor: Actor, design_id: int, edit: Callable[[str, str], str]) -> DesignFile:
        """Change the text as it is now: what others changed elsewhere in it stays."""
        file = self._file(actor, design_id, self._designs.files(actor, design_id))
        text = edit(text_of(file.data), file.path)
        return self._designs.save(actor, design_id, file.path, text.encode(), file.version)

    def _file(self, actor: Actor, design_id: int, files: Mapping[str, bytes]) -> DesignFile:
        for path, data in files.items():
            if kind_of(path, data) == "catalog":
                return self._designs.read(actor, design_id, path)
        raise NotFound(
            "catalog-missing",
            say("Dieser Entwurf hat keinen Katalog."),
            say("Legen Sie „catalog.yaml“ an; die erste Zeile heißt „pikcatalog: 1“."),
        )

    def _require_unchanged(
        self, actor: Actor, design_id: int, view: CatalogView, now: Measure, seen: int
    ) -> None:
        if seen == view.version:
            return
        try:
            data = self._designs.text_of(actor, design_id, view.file, seen)
            before = Catalog.load(text_of(data), view.file).measures.get(now.slug)
        except (NotFound, DefinitionInvalid):
            before = None
        if before != now:
            raise Conflict(
                "measure-changed",
                say("Diese Maßnahme hat inzwischen jemand anderes geändert."),
                say(
                    "Ihre Eingaben sind erhalten. Öffnen Sie die Maßnahme neu und vergleichen Sie."
                ),
            )

    def _fresh(
        self, actor: Actor, design_id: int, file: DesignFile, catalog: Catalog
    ) -> frozenset[str]:
        if not file.changed:
            return frozenset()
        try:
            data = self._designs.text_of(actor, design_id, file.path, 0)
            return frozenset(catalog.measures.keys() - Catalog.load(text_of(data)).measures.keys())
        except (NotFound, DefinitionInvalid):
            return frozenset(catalog.measures)

    def _organisations(self, actor: Actor, catalog: Catalog) -> tuple[tuple[str, str], ...]:
        found = []
        with self._environment.query(actor) as unit:
            for kind in catalog.kinds:
                known = organisations.of_kinds(unit.connection, (kind,))
                found += known if len(known) <= _FEW else []
        return tuple(sorted(((one.id, one.name) for one in found), key=lambda one: one[1]))


def measure_of(view: CatalogView, slug: str) -> Measure:
    """The measure; NotFound for a slug the catalog does not hold."""
    if slug not in view.catalog.measures:
        raise NotFound(
            "measure-not-found",
            say("Diese Maßnahme gibt es nicht."),
            say("Wählen Sie eine Maßnahme aus der Liste."),
        )
    return view.catalog.measures[slug]


def _models(files: Mapping[str, bytes]) -> list[Model]:
    found: list[Model] = []
    for path, data in files.items():
        if kind_of(path, data) == "bpmn":
            try:
                found += models_of({path: data})
            except DefinitionInvalid:
                continue
    return found


def _forms(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    library = FormLibrary.load(
        {path: text_of(data) for path, data in files.items() if kind_of(path, data) == "form"}
    )
    return tuple(sorted((form.id, form.title.de) for form in library.forms.values()))


def _roles(catalog: Catalog, asked: set[str]) -> tuple[str, ...]:
    """The roles of forms: those measures have, in their order, then those processes ask for."""
    known = dict.fromkeys(role for m in catalog.measures.values() for role in m.forms)
    more = sorted(form.removeprefix(BY_MEASURE) for form in asked if form.startswith(BY_MEASURE))
    return tuple(dict.fromkeys([*known, *more]))
