"""A Land in numbers: its organisations, and the thousand clerks who work there."""

import itertools

from pikflow.identity import Actor, Organisation

AUTHORITIES = 4
DISTRICTS = 35
MUNICIPALITIES = 31  # below each district
CLERKS = {"land": 20, "amt": 100, "kreis": 8, "gemeinde": 1}  # in each office of a kind; the
MOST = 1_000  # ... last ones of the municipalities have none


def _organisations() -> tuple[Organisation, ...]:
    found = [Organisation("land", "Ministerium", "land")]
    found += [
        Organisation(f"amt{n}", f"Bewilligungsstelle {n}", "amt") for n in _count(AUTHORITIES)
    ]
    for n in _count(DISTRICTS):
        above = f"k{n:02}"
        found.append(Organisation(above, f"Landkreis {n}", "kreis", None, f"08{n:03}"))
        found += [
            Organisation(
                f"{above}g{m:02}", f"Gemeinde {n}-{m}", "gemeinde", above, f"08{n:03}{m:03}"
            )
            for m in _count(MUNICIPALITIES)
        ]
    return tuple(found)


def _clerks() -> dict[str, Actor]:
    offices = sorted(ORGANISATIONS, key=lambda one: list(CLERKS).index(one.kind))
    everybody = (
        Actor(f"{one.id}-{n}", f"{one.name} {n}", one, frozenset({"clerk"}), "Sachbearbeitung")
        for one in offices
        for n in _count(CLERKS[one.kind])
    )
    return {actor.id: actor for actor in itertools.islice(everybody, MOST)}


def _count(number: int) -> range:
    return range(1, number + 1)


ORGANISATIONS = _organisations()
PEOPLE = _clerks()
