"""Designs: private until shared, saved version by version, nothing overwritten in silence."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text

from pikflow.errors import Conflict, DefinitionInvalid, Invalid, NotFound, Refused
from pikflow.services import sources
from pikflow.services.deployments import digest_of
from pikflow.services.studio.design_views import FileChanged

from ..world import PEOPLE, World, bundle

ADMIN, OTHER, CLERK = PEOPLE["admin"], PEOPLE["admin2"], PEOPLE["kreis1"]
MINI, FORM = "mini.bpmn", "antrag.yaml"


def renamed(data: bytes, name: str = "Neuer Name") -> bytes:
    return data.replace(b'name="Antrag pr', f'name="{name} '.encode(), 1)


@pytest.fixture
def design(world: World) -> int:
    return world.designs.start(ADMIN, "Anderer Satz")


def test_a_new_design_shows_what_is_deployed(world: World, design: int) -> None:
    view = world.designs.view(ADMIN, design)
    assert (view.title, view.owner, view.mine, view.shared) == (
        "Anderer Satz",
        "Admin",
        True,
        False,
    )
    assert {file.path for file in view.files} == set(bundle())
    assert view.touched == () and not view.behind
    assert world.designs.files(ADMIN, design) == bundle()
    assert world.designs.read(ADMIN, design, MINI).version == 0


def test_only_administrators_design(world: World, design: int) -> None:
    for call in (
        lambda: world.designs.list(CLERK),
        lambda: world.designs.start(CLERK, "x"),
        lambda: world.designs.view(CLERK, design),
        lambda: world.designs.save(CLERK, design, MINI, b"x", 0),
    ):
        with pytest.raises(Refused):
            call()


def test_a_design_is_its_owners_until_it_is_shared(world: World, design: int) -> None:
    with pytest.raises(NotFound):
        world.designs.view(OTHER, design)
    assert world.designs.list(OTHER) == ()
    world.designs.share(ADMIN, design, True)
    assert [head.id for head in world.designs.list(OTHER)] == [design]
    assert not world.designs.view(OTHER, design).mine
    world.designs.save(OTHER, design, "neu.yaml", b"pikform: 1\n", 0)
    with pytest.raises(Refused):
        world.designs.share(OTHER, design, False)
    world.designs.share(ADMIN, design, False)
    with pytest.raises(NotFound):
        world.designs.read(OTHER, design, MINI)


def test_saving_counts_versions_and_keeps_them_all(world: World, design: int) -> None:
    old = bundle()[MINI]
    first = world.designs.save(ADMIN, design, MINI, renamed(old, "A"), 0)
    second = world.designs.save(ADMIN, design, MINI, renamed(old, "B"), first.version)
    assert (first.version, second.version) == (1, 2)
    assert world.designs.save(ADMIN, design, MINI, renamed(old, "B"), 0).version == 2  # the same
    assert world.designs.text_of(ADMIN, design, MINI, 1) == renamed(old, "A")
    assert world.designs.text_of(ADMIN, design, MINI, 0) == old
    assert [one.version for one in world.designs.versions(ADMIN, design, MINI)] == [2, 1]
    (touched,) = world.designs.view(ADMIN, design).touched
    assert (touched.path, touched.state, touched.by) == (MINI, "changed", "Admin")
    back = world.designs.save(ADMIN, design, MINI, old, 2)
    assert (back.version, back.changed) == (3, False)
    assert world.designs.view(ADMIN, design).touched == ()


def test_who_saves_later_learns_who_was_faster_and_loses_nothing(world: World, design: int) -> None:
    world.designs.share(ADMIN, design, True)
    mine, theirs = renamed(bundle()[MINI], "A"), renamed(bundle()[MINI], "B")
    world.designs.save(OTHER, design, MINI, theirs, 0)
    with pytest.raises(FileChanged) as caught:
        world.designs.save(ADMIN, design, MINI, mine, 0)
    told = caught.value
    assert told.code == "design-file-changed" and "Admin2" in told.message
    assert (told.file.data, told.file.version, told.file.by) == (theirs, 1, "Admin2")
    assert told.file.at == world.clock.now
    assert world.designs.save(ADMIN, design, MINI, mine, 1).version == 2


def test_files_are_removed_and_come_back(world: World, design: int) -> None:
    world.designs.remove(ADMIN, design, MINI, 0)
    assert MINI not in world.designs.files(ADMIN, design)
    assert world.designs.view(ADMIN, design).touched[0].state == "removed"
    assert world.designs.read(ADMIN, design, MINI).removed
    world.designs.restore(ADMIN, design, MINI, 1)
    assert world.designs.files(ADMIN, design) == bundle()
    world.designs.save(ADMIN, design, "neu.yaml", b"pikform: 1\n", 0)
    world.designs.restore(ADMIN, design, "neu.yaml", 1)
    assert "neu.yaml" not in world.designs.files(ADMIN, design)


def test_people_in_one_design_see_each_other(world: World, design: int) -> None:
    world.designs.share(ADMIN, design, True)
    world.designs.be_here(OTHER, design, MINI)
    assert [(one.name, one.path) for one in world.designs.view(ADMIN, design).present] == [
        ("Admin2", MINI)
    ]
    assert world.designs.view(OTHER, design).present == ()
    world.clock.move(minutes=5)
    assert world.designs.view(ADMIN, design).present == ()


def test_check_finds_what_is_wrong_in_all_files_together(world: World, design: int) -> None:
    assert [f for f in world.designs.check(ADMIN, design) if f.severity == "error"] == []
    world.designs.remove(ADMIN, design, FORM, 0)
    found = world.designs.check(ADMIN, design)
    assert {"mini.bpmn", "catalog.yaml"} <= {f.file for f in found if f.severity == "error"}
    unsaved = world.designs.check(ADMIN, design, instead={FORM: bundle()[FORM]})
    assert [f for f in unsaved if f.severity == "error"] == []


def test_deploys_with_author_and_reason(world: World, design: int) -> None:
    world.designs.save(ADMIN, design, MINI, renamed(bundle()[MINI]), 0)
    with pytest.raises(Invalid):
        world.designs.deploy(ADMIN, design, " ")
    plan = world.designs.plan(ADMIN, design)
    assert plan.ready and [(s.path, s.change) for s in plan.steps] == [(MINI, "changed")]
    deployed = world.designs.deploy(ADMIN, design, "Neuer Satz ab 2027", seen=plan.seen)
    assert [(r.name, r.version) for r in deployed.fresh] == list(plan.processes)
    newest = world.designs.deployments(ADMIN)[0]
    assert (newest.by, newest.reason, newest.current) == ("Admin", "Neuer Satz ab 2027", True)
    assert [(s.path, s.change) for s in newest.steps] == [(MINI, "changed")]
    assert world.designs.view(ADMIN, design).state == "deployed"
    with pytest.raises(Refused):
        world.designs.save(ADMIN, design, MINI, b"x", 1)


def test_browser_and_command_line_lead_to_the_same_hash(
    world: World, design: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ZIP of the design, unpacked and read as `pikflow deploy .` reads it."""
    world.designs.save(ADMIN, design, MINI, renamed(bundle()[MINI]), 0)
    with zipfile.ZipFile(BytesIO(world.designs.export(ADMIN, design))) as archive:
        archive.extractall(tmp_path)
    in_browser = world.designs.deploy(ADMIN, design, "Grund")
    from_browser = world.designs.deployments(ADMIN)[0].hash
    monkeypatch.chdir(tmp_path)
    files, findings = sources.read([Path()])
    assert findings == [] and digest_of(files) == from_browser
    again = world.services.definitions.deploy(files)
    assert again.deployment_id == in_browser.deployment_id and again.fresh == ()
    world.services.definitions.deploy(bundle())  # away from it, and back by the command line
    by_hand = world.services.definitions.deploy(files)
    assert {r.key: r.hash for r in by_hand.fresh} == {r.key: r.hash for r in in_browser.fresh}


def test_what_has_errors_is_not_deployed(world: World, design: int) -> None:
    world.designs.save(ADMIN, design, MINI, b"<nothing", 0)
    with pytest.raises(DefinitionInvalid):
        world.designs.deploy(ADMIN, design, "Grund")
    assert world.designs.view(ADMIN, design).state == "open"


def test_an_empty_design_is_not_deployed(world: World, design: int) -> None:
    with pytest.raises(Refused):
        world.designs.deploy(ADMIN, design, "Grund")


def test_what_others_deployed_meanwhile_merges_by_itself(world: World, design: int) -> None:
    world.designs.save(ADMIN, design, MINI, renamed(bundle()[MINI]), 0)
    theirs = bundle()[FORM].replace(b"Zweck", b"Anlass", 1)
    assert theirs != bundle()[FORM]
    world.services.definitions.deploy({FORM: theirs})
    assert world.designs.view(ADMIN, design).behind
    world.designs.deploy(ADMIN, design, "Grund")
    now = world.services.definitions.files()
    assert now[FORM] == theirs and now[MINI] == renamed(bundle()[MINI])


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_file_changed_in_both_places_is_chosen(world: World, design: int, choice: str) -> None:
    mine, theirs = renamed(bundle()[MINI], "A"), renamed(bundle()[MINI], "B")
    world.designs.save(ADMIN, design, MINI, mine, 0)
    world.services.definitions.deploy({MINI: theirs})
    with pytest.raises(Conflict) as caught:
        world.designs.deploy(ADMIN, design, "Grund")
    assert caught.value.code == "design-behind" and MINI in caught.value.message
    plan = world.designs.plan(ADMIN, design)
    (meeting,) = plan.meetings
    assert (meeting.path, meeting.base) == (MINI, bundle()[MINI])
    assert (meeting.ours, meeting.theirs) == (mine, theirs)
    with pytest.raises(Conflict):
        world.designs.catch_up(ADMIN, design, {}, newest=plan.newest)
    world.designs.catch_up(ADMIN, design, {MINI: choice}, newest=plan.newest)
    assert world.designs.files(ADMIN, design)[MINI] == (mine if choice == "mine" else theirs)
    assert world.designs.text_of(ADMIN, design, MINI, 1) == mine
    assert bool(world.designs.plan(ADMIN, design).ready) is (choice == "mine")


def test_who_has_an_untouched_file_open_learns_that_it_became_another(
    world: World, design: int
) -> None:
    seen = world.designs.read(ADMIN, design, FORM).version
    theirs = bundle()[FORM].replace(b"Zweck", b"Anlass", 1)
    world.services.definitions.deploy({FORM: theirs})
    newest = world.designs.plan(ADMIN, design).newest
    world.designs.catch_up(ADMIN, design, {}, newest=newest)
    with pytest.raises(FileChanged) as caught:
        world.designs.save(ADMIN, design, FORM, b"pikform: 1\n", seen)
    assert caught.value.file.data == theirs


def test_export_of_what_was_taken_in_gives_the_same_bytes(world: World, design: int) -> None:
    packed = world.designs.export(ADMIN, design)
    taken = world.designs.take_in(ADMIN, design, {"alles.zip": packed})
    assert (taken.new, taken.changed, set(taken.same)) == ((), (), set(bundle()))
    journey = b"pikweg: 1\ntitel: Weg\n"
    more = {"neu.yaml": b"pikform: 1\n", "wege/weg.yaml": journey}
    for name, data in more.items():
        world.designs.take_in(ADMIN, design, {name: data})
    assert world.designs.files(ADMIN, design) == {**bundle(), **more}


def test_an_import_does_not_run_over_the_work_of_others(world: World, design: int) -> None:
    world.designs.share(ADMIN, design, True)
    seen = world.designs.view(ADMIN, design).seen
    world.designs.save(OTHER, design, MINI, renamed(bundle()[MINI]), 0)
    with pytest.raises(Conflict, match="Admin2"):
        world.designs.take_in(ADMIN, design, {MINI: b"<x/>"}, seen=seen)
    now = world.designs.view(ADMIN, design).seen
    assert world.designs.take_in(ADMIN, design, {MINI: b"<x/>"}, seen=now).changed == (MINI,)


def test_a_discarded_design_is_kept(world: World, design: int) -> None:
    world.designs.save(ADMIN, design, MINI, renamed(bundle()[MINI]), 0)
    world.designs.discard(ADMIN, design)
    assert world.designs.list(ADMIN) == ()
    assert [h.id for h in world.designs.list(ADMIN, states=("discarded",))] == [design]
    world.designs.reopen(ADMIN, design)
    assert world.designs.view(ADMIN, design).touched


def test_a_removed_file_is_gone_after_deploying(world: World, design: int) -> None:
    path = "frei.yaml"
    world.services.definitions.deploy(
        {path: b"pikliste: 1\nid: frei\ntitle: {de: Frei}\noptions: {a: {de: A}}\n"}
    )
    found = world.designs.start(ADMIN, "Weg damit")
    assert path in world.designs.files(ADMIN, found)
    world.designs.remove(ADMIN, found, path, 0)
    plan = world.designs.plan(ADMIN, found)
    assert [(s.path, s.change) for s in plan.steps] == [(path, "removed")]
    world.designs.deploy(ADMIN, found, "Wird nicht gebraucht")
    assert path not in world.services.definitions.files()


def test_a_removed_file_stays_removed_when_it_was_deployed_under_another_path(
    world: World,
) -> None:
    lists = b"pikliste: 1\nid: frei\ntitle: {de: Frei}\noptions: {a: {de: A}}\n"
    world.services.definitions.deploy({"frei.yaml": lists})
    design = world.designs.start(ADMIN, "Weg damit")
    world.designs.remove(ADMIN, design, "frei.yaml", 0)
    world.services.definitions.deploy({"listen/frei.yaml": lists})
    plan = world.designs.plan(ADMIN, design)
    assert [(s.path, s.change) for s in plan.steps] == [("listen/frei.yaml", "removed")]
    world.designs.catch_up(ADMIN, design, {}, newest=plan.newest)
    assert not any(path.endswith("frei.yaml") for path in world.designs.files(ADMIN, design))
    world.designs.deploy(ADMIN, design, "Wird nicht gebraucht")
    assert world.services.definitions.files() == bundle()


def test_what_changed_after_the_page_was_shown_is_not_deployed_unseen(
    world: World, design: int
) -> None:
    world.designs.save(ADMIN, design, MINI, renamed(bundle()[MINI]), 0)
    plan = world.designs.plan(ADMIN, design)
    world.designs.save(ADMIN, design, MINI, renamed(bundle()[MINI], "Anders"), 1)
    with pytest.raises(Conflict) as caught:
        world.designs.deploy(ADMIN, design, "Grund", seen=plan.seen)
    assert caught.value.code == "design-changed"


def test_the_log_says_who_did_what(world: World, design: int) -> None:
    world.designs.share(ADMIN, design, True)
    world.designs.save(OTHER, design, MINI, renamed(bundle()[MINI]), 0)
    world.designs.rename(ADMIN, design, "Neuer Titel")
    log = world.designs.view(ADMIN, design).changes
    assert [(one.command, one.by) for one in log] == [
        ("renamed", "Admin"), ("saved", "Admin2"), ("shared", "Admin"), ("started", "Admin"),
    ]  # fmt: skip
    assert log[1].path == MINI


@pytest.mark.parametrize("path", ["../x.yaml", "/x.yaml", "x\0.yaml", "x.exe", "a" * 400 + ".yaml"])
def test_strange_paths_are_refused_before_the_database_sees_them(
    world: World, design: int, path: str
) -> None:
    with pytest.raises(Invalid):
        world.designs.save(ADMIN, design, path, b"x", 0)
    with pytest.raises(NotFound):
        world.designs.read(ADMIN, design, path)


def test_ids_no_database_holds_are_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.designs.view(ADMIN, 10**30)


def test_a_file_of_more_than_five_megabytes_is_refused_by_name(world: World, design: int) -> None:
    with pytest.raises(Invalid, match=MINI):
        world.designs.save(ADMIN, design, MINI, b"x" * 5_000_001, 0)


def test_doctor_names_a_damaged_version(world: World, design: int) -> None:
    world.designs.save(ADMIN, design, MINI, renamed(bundle()[MINI]), 0)

    def look() -> list[str]:
        return [one.code for one in world.doctor.examine_data(lambda done, total: None)]

    assert look() == []
    with world.environment.command() as unit:
        unit.connection.execute(text("UPDATE pik_design_file SET sha256 = 'x'"))
    assert look() == ["design-damaged"]


def test_deployed_paths_outside_a_folder_are_named_inside(world: World) -> None:
    """`pikflow deploy /srv/x` keeps the path as it was given."""
    moved = {f"/srv/{path}": data for path, data in bundle().items()}
    world.services.definitions.deploy(moved)
    design = world.designs.start(ADMIN, "Von anderswo")
    files = world.designs.files(ADMIN, design)
    assert files == {f"srv/{path}": data for path, data in bundle().items()}
    world.designs.save(ADMIN, design, f"srv/{MINI}", renamed(bundle()[MINI]), 0)
    assert len(world.designs.deploy(ADMIN, design, "Grund").fresh) == 1
    assert len(world.services.definitions.files()) == len(bundle())
