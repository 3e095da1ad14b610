"""The catalog of a design: entries saved with errors in place, copied, moved; lanes and roles."""

from dataclasses import replace

import pytest

from pikflow.errors import Conflict, NotFound, Refused
from pikflow.services.studio.catalog_views import EntryInvalid, MeasureDraft

from ..world import PEOPLE, World

ADMIN, OTHER, CLERK = PEOPLE["admin"], PEOPLE["admin2"], PEOPLE["kreis1"]
GOOD = MeasureDraft(
    name_de="Mini neu", name_en="Mini new", short="mn", process="mini", authority="amt",
    applicants=("kreis",), starters=("kreis", "gemeinde"), forms={"antrag": "mini-antrag"},
)  # fmt: skip


@pytest.fixture
def design(world: World) -> int:
    return world.designs.start(ADMIN, "Katalog")


def test_the_catalog_offers_what_the_files_and_the_register_have(world: World, design: int) -> None:
    view = world.catalogs.view(ADMIN, design)
    assert [measure.slug for measure in view.measures] == ["mini", "sammeln", "offen", "rechnen"]
    assert "mini" in dict(view.processes) and "mini-antrag" in dict(view.forms)
    assert ("amt", "Amt") in view.organisations
    assert view.roles_of_forms[:1] == ("antrag",) and "Antrag" in view.used
    with pytest.raises(Refused):
        world.catalogs.view(CLERK, design)


def test_an_entry_is_saved_with_all_its_fields(world: World, design: int) -> None:
    draft = replace(
        GOOD, colour="rot", provisional=True, carrier="verein", description_de=" Ein  Satz. "
    )
    world.catalogs.save_measure(ADMIN, design, "mini", draft, 0)
    found = world.catalogs.view(ADMIN, design).catalog.measures["mini"]
    assert (found.name, found.short, found.colour) == (
        {"de": "Mini neu", "en": "Mini new"},
        "MN",
        "rot",
    )
    assert (found.carrier, found.provisional, found.starters) == (
        "verein",
        True,
        ("kreis", "gemeinde"),
    )
    assert found.description == {"de": "Ein Satz."}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name_de": " "}, "name_de"),
        ({"name_en": "x" * 200}, "name_en"),
        ({"short": "zu lang!"}, "short"),
        ({"short": "SA"}, "short"),
        ({"process": "gibt-es-nicht"}, "process"),
        ({"authority": ""}, "authority"),
        ({"carrier": "niemand"}, "carrier"),
        ({"applicants": ()}, "applicants"),
        ({"starters": ("mond",)}, "starters"),
        ({"colour": "kariert"}, "colour"),
        ({"forms": {"antrag": "gibt-es-nicht"}}, "form-antrag"),
        ({"description_de": "x" * 2000}, "description_de"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, design: int, typed: dict[str, object], field: str
) -> None:
    with pytest.raises(EntryInvalid) as caught:
        world.catalogs.save_measure(ADMIN, design, "mini", replace(GOOD, **typed), 0)
    assert list(caught.value.errors) == [field]
    assert not world.designs.read(ADMIN, design, "catalog.yaml").changed


def test_a_measure_is_made_from_nothing(world: World, design: int) -> None:
    with pytest.raises(EntryInvalid) as caught:
        world.catalogs.add(ADMIN, design, "mini", MeasureDraft(short="MI"))
    assert {"slug", "name_de", "process", "applicants"} <= set(caught.value.errors)
    world.catalogs.add(ADMIN, design, "fuenfte", replace(GOOD, short="FU"))
    view = world.catalogs.view(ADMIN, design)
    assert [measure.slug for measure in view.measures][-1] == "fuenfte"
    assert view.catalog.measures["fuenfte"].process == "mini" and view.fresh == {"fuenfte"}
    with pytest.raises(EntryInvalid):
        world.catalogs.add(ADMIN, design, "fuenfte", replace(GOOD, short="FV"))


def test_two_at_work_lose_nothing(world: World, design: int) -> None:
    world.designs.share(ADMIN, design, True)
    world.catalogs.save_measure(ADMIN, design, "mini", GOOD, 0)
    with pytest.raises(Conflict) as caught:
        world.catalogs.save_measure(OTHER, design, "mini", replace(GOOD, name_de="Anders"), 0)
    assert caught.value.code == "measure-changed"
    other = replace(GOOD, name_de="Rechnen neu", short="RN", process="rechnen")
    world.catalogs.save_measure(OTHER, design, "rechnen", other, 0)  # another entry: both stay
    found = world.catalogs.view(ADMIN, design).catalog.measures
    assert found["mini"].name["de"] == "Mini neu" and found["rechnen"].short == "RN"


def test_a_copy_brings_its_files_and_can_be_dropped(world: World, design: int) -> None:
    wish = MeasureDraft(name_de="Maxi", name_en="Maxi", short="MX")
    world.catalogs.copy(ADMIN, design, "mini", "maxi", wish)
    view = world.catalogs.view(ADMIN, design)
    assert view.fresh == {"maxi"} and view.catalog.measures["maxi"].process == "maxi"
    assert world.designs.check(ADMIN, design) == ()
    with pytest.raises(EntryInvalid) as caught:
        world.catalogs.copy(ADMIN, design, "mini", "maxi", replace(wish, short="MY"))
    assert list(caught.value.errors) == ["slug"]
    world.catalogs.drop(ADMIN, design, "maxi")
    with pytest.raises(Refused):
        world.catalogs.drop(ADMIN, design, "mini")
    with pytest.raises(NotFound):
        world.catalogs.copy(ADMIN, design, "maxi", "neu", wish)


def test_lanes_and_roles_are_edited(world: World, design: int) -> None:
    world.catalogs.save_role(ADMIN, design, "leitung", "Leitung")
    world.catalogs.save_lane(ADMIN, design, "Leitung", "leitung", "line", ("kreis",))
    lane = world.catalogs.view(ADMIN, design).catalog.lanes["Leitung"]
    assert (lane.role, lane.scope, lane.kinds) == ("leitung", "line", ("kreis",))
    world.catalogs.drop_lane(ADMIN, design, "Leitung")
    with pytest.raises(Refused) as refused:
        world.catalogs.drop_lane(ADMIN, design, "Antrag")
    assert refused.value.code == "lane-used"
    with pytest.raises(EntryInvalid) as caught:
        world.catalogs.save_lane(ADMIN, design, " ", "niemand", "line", ())
    assert set(caught.value.errors) == {"name", "role", "kinds"}
    with pytest.raises(EntryInvalid):
        world.catalogs.save_role(ADMIN, design, "Große Rolle", "")


def test_measures_change_places(world: World, design: int) -> None:
    world.catalogs.move(ADMIN, design, "offen", -1)
    slugs = [measure.slug for measure in world.catalogs.view(ADMIN, design).measures]
    assert slugs == ["mini", "offen", "sammeln", "rechnen"]
