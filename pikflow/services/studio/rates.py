"""Rates: what is set per measure and year, in a design; dated, never overwritten, with who and why.

A value that is in force stays. Another one begins on a day of its own; what a design added may be
taken out of it again until the design is deployed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pikflow.catalog import Catalog
from pikflow.deadlines import local_day
from pikflow.errors import DefinitionInvalid, Invalid, NotFound, Refused
from pikflow.identity import Actor
from pikflow.services import parameters
from pikflow.services.deployments import kind_of, text_of
from pikflow.services.environment import Environment
from pikflow.services.parameters import EVERYWHERE, Entry, Parameter, Parameters
from pikflow.services.studio import rate_drafts, rate_effects, rate_texts
from pikflow.services.studio.design_views import DesignFile
from pikflow.services.studio.designs import Designs
from pikflow.services.studio.rate_drafts import DraftInvalid
from pikflow.services.studio.rate_views import Draft, Proposal, Rate, RateStep, RatesView, Shape
from pikflow.texts import say

_ALWAYS = date(2000, 1, 1)  # where a value without a beginning is shown to begin


class Rates:
    """The rates of designs. Every use case asks for `design.edit`, as designs do."""

    def __init__(self, environment: Environment, designs: Designs) -> None:
        self._environment = environment
        self._designs = designs

    def view(self, actor: Actor, design_id: int, owner: str, year: int | None = None) -> RatesView:
        """All rates of a measure ("alle": those for all). NotFound for an unknown measure."""
        files = self._designs.files(actor, design_id)
        file = self._file(actor, design_id, files)
        year = year or local_day(self._environment.clock()).year
        read, catalog = parameters.load(text_of(file.data), file.path), _catalog(files)
        _require_owner(catalog, owner)
        base = self._base(actor, design_id, file)
        names = dict.fromkeys([*read.measures.get(owner, {}), *read.everywhere])
        return RatesView(
            owner=owner,
            year=year,
            measures=tuple(
                (slug, measure.name.get("de", slug), measure.provisional)
                for slug, measure in catalog.measures.items()
            ),
            rates=tuple(_rate(read, base, owner, name, year) for name in names),
            file=file.path,
            version=file.version,
        )

    def rate(
        self, actor: Actor, design_id: int, owner: str, name: str, year: int | None = None
    ) -> Rate:
        """One rate; NotFound("rate-not-found")."""
        for rate in self.view(actor, design_id, owner, year).rates:
            if rate.name == name:
                return rate
        raise NotFound(
            "rate-not-found",
            say("Den Wert „{name}“ gibt es nicht.", name=name),
            say("Wählen Sie einen Wert aus der Liste."),
        )

    def propose(
        self, actor: Actor, design_id: int, owner: str, name: str, draft: Draft
    ) -> Proposal:
        """What a draft would do; nothing is saved. Raises DraftInvalid."""
        rate = self.rate(actor, design_id, owner, name)
        day, value, reason = rate_drafts.read(rate, draft)
        entry = self._entry(actor, draft, reason)
        files = self._designs.files(actor, design_id)
        file = self._file(actor, design_id, files)
        try:
            text = rate_texts.add(
                text_of(file.data), owner, name, day, value, entry, file=file.path
            )
        except Invalid as fault:
            raise DraftInvalid({"day": fault.message}) from fault
        measures = tuple(_catalog(files).measures) if owner == EVERYWHERE else (owner,)
        with self._environment.query(actor) as unit:
            found = rate_effects.effects(unit, parameters.load(text, file.path), name, measures)
        year = day.year if (day.month, day.day) == (1, 1) else day.year + 1
        return Proposal(rate, day, year, value, found, text)

    def add(self, actor: Actor, design_id: int, owner: str, name: str, draft: Draft) -> DesignFile:
        """Save a draft into the design, beside what others wrote into the file meanwhile.

        Raises DraftInvalid, and FileChanged when somebody saves at the same moment.
        """
        file = self._file(actor, design_id, self._designs.files(actor, design_id))
        text = self.propose(actor, design_id, owner, name, draft).text
        return self._designs.save(actor, design_id, file.path, text.encode(), file.version)

    def take_back(
        self, actor: Actor, design_id: int, owner: str, name: str, day: date
    ) -> DesignFile:
        """Take a value this design brought out of it; Refused("rate-deployed") for others."""
        rate = self.rate(actor, design_id, owner, name)
        if not any(step.here for step in rate.steps if step.day == day):
            raise Refused(
                "rate-deployed",
                say("Dieser Wert ist schon eingespielt."),
                say("Was einmal galt, bleibt stehen. Tragen Sie einen neuen Wert mit Datum ein."),
            )
        file = self._file(actor, design_id, self._designs.files(actor, design_id))
        text = rate_texts.remove(text_of(file.data), owner, name, day, file=file.path)
        return self._designs.save(actor, design_id, file.path, text.encode(), file.version)

    # --- files and drafts -----------------------------------------------------------------------

    def _file(self, actor: Actor, design_id: int, files: Mapping[str, bytes]) -> DesignFile:
        for path, data in files.items():
            if kind_of(path, data) == "parameters":
                return self._designs.read(actor, design_id, path)
        raise NotFound(
            "rates-missing",
            say("Dieser Entwurf hat keine Datei mit Sätzen und Fristen."),
            say("Legen Sie „parameter.yaml“ an; die erste Zeile heißt „pikparameter: 1“."),
        )

    def _base(self, actor: Actor, design_id: int, file: DesignFile) -> Parameters:
        """The parameters as they are deployed."""
        if not file.changed:
            return parameters.load(text_of(file.data), file.path)
        try:
            return parameters.load(
                text_of(self._designs.text_of(actor, design_id, file.path, 0)), file.path
            )
        except (NotFound, DefinitionInvalid):
            return Parameters()

    def _entry(self, actor: Actor, draft: Draft, reason: str) -> Entry:
        today = local_day(self._environment.clock())
        by = f"{actor.name}, {actor.office}" if actor.office else actor.name
        mark = draft.mark if draft.mark in ("sourced", "config") else ""
        return Entry(today.isoformat(), by, reason, mark)


def _catalog(files: Mapping[str, bytes]) -> Catalog:
    for path, data in files.items():
        if kind_of(path, data) == "catalog":
            return Catalog.load(text_of(data), path)
    return Catalog({}, {}, {}, {})


def _require_owner(catalog: Catalog, owner: str) -> None:
    if owner != EVERYWHERE and owner not in catalog.measures:
        raise NotFound(
            "measure-not-found",
            say("Diese Maßnahme gibt es nicht."),
            say("Wählen Sie eine Maßnahme aus der Liste."),
        )


def _rate(read: Parameters, base: Parameters, owner: str, name: str, year: int) -> Rate:
    found = rate_texts.find(read, owner, name)
    shown = found or read.everywhere[name]
    before = rate_texts.find(base, owner, name) if found else base.everywhere.get(name)
    steps = _steps(shown, set(rate_texts.days(before)) if before else set(), year)
    return Rate(
        owner=owner,
        name=name,
        label=shown.label or name,
        unit=shown.unit,
        mark=shown.mark,
        note=shown.note,
        shape=_shape(steps[-1].value if steps else shown.value),
        table=bool(shown.table),
        own=found is not None,
        steps=steps,
    )


def _steps(shown: Parameter, known: set[date], year: int) -> tuple[RateStep, ...]:
    dated = list(shown.steps) or [(row["ab"], row.get("wert")) for row in shown.table]
    if not dated:
        return (RateStep(_ALWAYS, shown.value, Entry(), current=True),)
    begun = [day for day, _ in dated if day <= date(year, 1, 1)]
    return tuple(
        RateStep(
            day,
            value,
            shown.entered.get(day, Entry()),
            here=day not in known,
            current=bool(begun) and day == begun[-1],
        )
        for day, value in dated
    )


def _shape(value: Any) -> Shape:
    if isinstance(value, list):
        return "rows"
    return "text" if isinstance(value, str) else "number"
