"""The table of permissions: what is not in it is forbidden."""

import pytest

from pikflow import permissions
from pikflow.catalog import Catalog
from pikflow.identity import Actor, Organisation
from pikflow.permissions import CaseScope, Facts

CATALOG = Catalog.load("""
pikcatalog: 1
kinds: {ort: Ort, amt: Amt, land: Land}
roles: {clerk: x, revision: x, administration: x}
lanes:
  Ort: {role: clerk, scope: applicant}
  Jede: {role: clerk, scope: any, kinds: [ort]}
oversight: [land]
measures:
  - {slug: m, name: {de: M}, short: M, process: p, authority: amt, applicants: [ort]}
""")
ORT, AMT, LAND = (Organisation(kind, kind, kind) for kind in ("ort", "amt", "land"))


def actor(organisation: Organisation, *roles: str) -> Actor:
    return Actor("a", "A", organisation, frozenset(roles))


def test_what_the_table_does_not_hold_is_forbidden() -> None:
    everything = actor(LAND, "clerk", "revision", "administration")
    assert not permissions.may(everything, "case.delete", CATALOG)
    assert not permissions.may(None, "case.list", CATALOG)


@pytest.mark.parametrize("permission", sorted(permissions.TABLE))
def test_nobody_without_a_role_may_anything_but_set_their_own_page(permission: str) -> None:
    may = permissions.may(actor(ORT), permission, CATALOG, Facts(line=("ort",), measure="m"))
    assert may is (permission == "own.settings")


def test_the_administration_operates_and_sees_no_case() -> None:
    admin = actor(LAND, "administration")
    assert permissions.may(admin, "definition.deploy", CATALOG)
    assert not permissions.may(admin, "case.list", CATALOG)
    assert permissions.case_scope(admin, CATALOG) == CaseScope()


def test_the_audit_reads_everything_and_changes_nothing() -> None:
    audit = actor(AMT, "revision")
    assert permissions.case_scope(audit, CATALOG) == CaseScope(everything=True)
    facts = Facts(line=("ort",), role="clerk", audience="org:amt")
    assert permissions.may(audit, "case.read", CATALOG, facts)
    for changing in ("task.work", "task.assign", "case.start", "case.note", "definition.deploy"):
        assert not permissions.may(audit, changing, CATALOG, facts)


def test_a_role_of_the_authority_without_the_lane_role_decides_nothing() -> None:
    facts = Facts(line=("ort",), measure="m")
    assert permissions.may(actor(AMT, "clerk"), "case.read", CATALOG, facts)
    assert not permissions.may(actor(AMT, "administration"), "case.read", CATALOG, facts)
    assert permissions.case_scope(actor(AMT, "clerk"), CATALOG) == CaseScope("amt", ("m",))


def test_an_audience_is_ones_own_organisation_and_lanes_open_to_its_kind() -> None:
    assert permissions.audiences(actor(ORT, "clerk"), CATALOG) == ("org:ort", "lane:Jede")
    assert permissions.audiences(actor(AMT, "clerk"), CATALOG) == ("org:amt",)


def test_without_facts_a_guard_hears_what_could_hold_for_some_object() -> None:
    assert permissions.may(actor(ORT, "clerk"), "case.read", CATALOG)
    assert not permissions.may(actor(ORT, "clerk"), "case.read", CATALOG, Facts(line=("fremd",)))
    assert not permissions.may(actor(ORT, "administration"), "task.work", CATALOG)
