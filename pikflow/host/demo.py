"""The organisations and invented persons of the demo; data, read once per app."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pikflow.identity import Actor, Organisation

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Persona:
    """A person of the demo one can sign in as without a password; `what` says what they do,
    in German (de) and English (en)."""

    actor: Actor
    what: Mapping[str, str]


@dataclass(frozen=True)
class People:
    """Everybody in the demo: organisations and persons by id, and the personas in order."""

    organisations: Mapping[str, Organisation]
    inhabitants: Mapping[str, int]
    actors: Mapping[str, Actor]
    personas: tuple[Persona, ...]


def load() -> People:
    """Read the demo's organisations and persons."""
    organisations, inhabitants = _organisations()
    raw = yaml.safe_load((DATA / "personen.yaml").read_text(encoding="utf-8"))
    actors = {entry["id"]: _actor(entry, organisations) for entry in raw["personen"]}
    personas = tuple(
        Persona(actors[entry["id"]], entry["what"])
        for entry in raw["personen"]
        if entry.get("persona")
    )
    staffed = {actor.organisation.id for actor in actors.values()}
    empty = [org for org in organisations.values() if org.id not in staffed]
    for index, organisation in enumerate(empty):
        clerk = _clerk(index, organisation, raw["vornamen"], raw["nachnamen"])
        actors[clerk.id] = clerk
    return People(organisations, inhabitants, actors, personas)


def _organisations() -> tuple[dict[str, Organisation], dict[str, int]]:
    with (DATA / "organisationen.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    organisations = {
        row["id"]: Organisation(
            row["id"], row["name"], row["kind"], row["parent"] or None, row["ags"]
        )
        for row in rows
    }
    return organisations, {row["id"]: int(row["einwohner"]) for row in rows if row["einwohner"]}


def _actor(entry: Mapping[str, Any], organisations: Mapping[str, Organisation]) -> Actor:
    organisation = organisations[entry["organisation"]]
    roles = frozenset(entry["roles"])
    return Actor(entry["id"], entry["name"], organisation, roles, entry["office"])


def _clerk(index: int, organisation: Organisation, first: list[str], last: list[str]) -> Actor:
    """One clerk for an organisation nobody else is in; the same name at every start."""
    name = f"{first[index % len(first)]} {last[index % len(last)]}"
    office = "Sachbearbeitung Integration"
    roles = frozenset({"sachbearbeitung"})
    return Actor(f"person-{organisation.id}", name, organisation, roles, office)
