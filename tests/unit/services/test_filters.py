"""Saved filters: kept per person and organisation, shared with colleagues, never with others."""

from dataclasses import replace

import pytest

from pikflow.errors import Invalid, NotFound, Refused
from pikflow.services import Services
from pikflow.services.filters import MOST, FilterDraft
from pikflow.services.views import SavedFilter

from .world import PEOPLE, World

CLERK, OTHER, ADMIN = (PEOPLE[name] for name in ("kreis1", "kreis2", "admin"))
COLLEAGUE = replace(CLERK, id="kollegin", name="Kollegin")
DRAFT = FilterDraft("Fällige", "phase=Antrag")


@pytest.fixture
def services(world: World) -> Services:
    return world.services


def names(services: Services, person: object = CLERK) -> list[str]:
    return [entry.name for entry in services.filters.list(person, "cases")]  # type: ignore[arg-type]


def only(services: Services) -> SavedFilter:
    (found,) = services.filters.list(CLERK, "cases")
    return found


def test_a_filter_is_its_owners_until_it_is_shared(services: Services) -> None:
    services.filters.save(CLERK, "cases", DRAFT)
    assert only(services).query == "phase=Antrag" and only(services).owner == ""
    assert services.filters.list(CLERK, "tasks") == ()
    assert names(services, COLLEAGUE) == names(services, OTHER) == []
    services.filters.save(CLERK, "cases", replace(DRAFT, shared=True), only(services).id)
    (seen,) = services.filters.list(COLLEAGUE, "cases")
    assert (seen.owner, seen.shared, seen.first) == (CLERK.name, True, False)
    assert names(services, OTHER) == []


def test_only_the_owner_replaces_and_removes(services: Services) -> None:
    services.filters.save(CLERK, "cases", replace(DRAFT, shared=True))
    key = only(services).id
    for person in (COLLEAGUE, OTHER):
        with pytest.raises(NotFound):
            services.filters.save(person, "cases", DRAFT, key)
    with pytest.raises(NotFound):
        services.filters.remove(COLLEAGUE, "cases", key)
    services.filters.remove(OTHER, "cases", key)  # knows of none
    services.filters.remove(CLERK, "tasks", key)  # of another list
    assert names(services) == ["Fällige"]
    services.filters.remove(CLERK, "cases", key)
    services.filters.remove(CLERK, "cases", key)
    assert names(services) == []


def test_a_second_click_keeps_it_once_and_a_taken_name_loses_nothing(services: Services) -> None:
    services.filters.save(CLERK, "cases", DRAFT)
    services.filters.save(CLERK, "cases", replace(DRAFT, name=" Fällige  "))
    assert names(services) == ["Fällige"]
    with pytest.raises(Invalid) as fault:
        services.filters.save(CLERK, "cases", FilterDraft("Fällige", "phase=Bericht"))
    assert fault.value.code == "filter-taken" and only(services).query == "phase=Antrag"
    services.filters.save(COLLEAGUE, "cases", FilterDraft("Fällige", "phase=Bericht"))
    assert names(services, COLLEAGUE) == ["Fällige"]


def test_one_opens_first(services: Services) -> None:
    for name in ("A", "B"):
        draft = FilterDraft(name, f"text={name}", first=True)
        services.filters.save(CLERK, "cases", draft)
    found = services.filters.list(CLERK, "cases")
    assert [(entry.name, entry.first) for entry in found] == [("A", False), ("B", True)]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(services: Services, name: str) -> None:
    with pytest.raises(Invalid) as fault:
        services.filters.save(CLERK, "cases", replace(DRAFT, name=name))
    assert fault.value.code == "filter-name" and names(services) == []


def test_there_is_an_end_to_how_many_and_how_long(services: Services) -> None:
    with pytest.raises(Invalid):
        services.filters.save(CLERK, "cases", replace(DRAFT, query="x" * 1001))
    for number in range(MOST):
        services.filters.save(CLERK, "cases", replace(DRAFT, name=f"Filter {number}"))
    with pytest.raises(Invalid) as fault:
        services.filters.save(CLERK, "cases", DRAFT)
    assert fault.value.code == "filter-many"
    key = services.filters.list(CLERK, "cases")[0].id
    services.filters.save(CLERK, "cases", DRAFT, key)
    assert "Fällige" in names(services)


def test_who_sees_no_list_keeps_no_filter(services: Services) -> None:
    with pytest.raises(Refused):
        services.filters.save(ADMIN, "cases", DRAFT)
