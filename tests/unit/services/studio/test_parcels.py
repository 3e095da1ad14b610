"""Files that come in: no other than definition files, no bombs, each refusal with a name."""

import io
import struct
import time
import zipfile

import pytest

from pikflow.engine.xml import LIMIT
from pikflow.errors import Invalid
from pikflow.services.studio import parcels

FILES = {"workflows/a.bpmn": b"<a/>", "forms/b.yaml": b"pikform: 1\n", "forms/x/c.dmn": b"<d/>"}


def packed(entries: "dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]]") -> bytes:
    """A ZIP as another program makes one."""
    target = io.BytesIO()
    listed = entries.items() if isinstance(entries, dict) else entries
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in listed:
            archive.writestr(name, data)
    return target.getvalue()


def test_what_was_packed_is_unpacked() -> None:
    assert parcels.open_parcel({"x.zip": parcels.pack(FILES)}).files == FILES


def test_the_same_files_make_the_same_bytes() -> None:
    assert parcels.pack(FILES) == parcels.pack(dict(reversed(FILES.items())))


def test_a_repository_is_taken_without_its_outer_folder_and_what_is_no_definition() -> None:
    other = {"README.md": b"x", ".git/config": b"x", "workflows/.hidden.yaml": b"pikform: 1"}
    entries = {f"projekt-main/{name}": data for name, data in {**FILES, **other}.items()}
    found = parcels.open_parcel({"projekt.ZIP": packed(entries)})
    assert found.files == FILES
    assert set(found.skipped) == {f"projekt-main/{name}" for name in other}


def test_a_folder_of_ones_own_stays() -> None:
    entries = {"masse/a.bpmn": b"<a/>", "masse/b.yaml": b"pikform: 1"}
    assert parcels.open_parcel({"x.zip": packed(entries)}).files == entries


@pytest.mark.parametrize(
    "name",
    [
        "../a.bpmn", "workflows/../../a.bpmn", "/etc/a.yaml", "a//b.yaml", "./a.yaml", "C:/a.yaml",
        "a\\..\\b.yaml", "a\0b.yaml", "a\nb.yaml", " a.yaml", "a /b.yaml", "x" * 300 + ".yaml",
        "a/.. /b.yaml", "\u202ea.yaml",
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        parcels.open_parcel({"x.zip": packed([(name, b"x")])} if "\0" not in name else {name: b""})
    assert caught.value.code == "path-invalid"


@pytest.mark.parametrize("name", ["bild.png", "a", "a.yaml.exe", "zip", "a.xml"])
def test_other_kinds_are_refused_by_name(name: str) -> None:
    with pytest.raises(Invalid, match=name) as caught:
        parcels.open_parcel({name: b"x"})
    assert caught.value.code == "file-kind"


def test_a_bomb_costs_no_more_than_an_honest_file() -> None:
    bomb = packed({"workflows/bombe.bpmn": b"0" * 40_000_000})
    assert len(bomb) < 50_000
    began = time.process_time()
    with pytest.raises(Invalid, match=r"workflows/bombe\.bpmn") as caught:
        parcels.open_parcel({"x.zip": bomb})
    assert caught.value.code == "file-too-large"
    assert time.process_time() - began < 1


def test_sizes_a_directory_lies_about_are_not_believed() -> None:
    bomb = bytearray(packed({"a.yaml": b"0" * 8_000_000}))
    at = bomb.rindex(b"PK\x01\x02")
    struct.pack_into("<L", bomb, at + 24, 100)  # the size unpacked, as the directory tells it
    with pytest.raises(Invalid):
        parcels.open_parcel({"x.zip": bytes(bomb)})


def test_many_small_ones_are_too_much_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "MOST_BYTES", 10_000)
    entries = {f"a{n}.yaml": b"x" * 2000 for n in range(9)}
    with pytest.raises(Invalid) as caught:
        parcels.open_parcel({"x.zip": packed(entries)})
    assert caught.value.code == "parcel-too-large"


def test_too_many_files_are_refused() -> None:
    entries = {f"f/{n}.yaml": b"" for n in range(parcels.MOST_FILES + 1)}
    with pytest.raises(Invalid, match="1000") as caught:
        parcels.open_parcel({"x.zip": packed(entries)})
    assert caught.value.code == "parcel-too-large"


def test_a_file_of_more_than_five_megabytes_is_refused() -> None:
    assert parcels.require_size("a.bpmn", b"x" * LIMIT)
    with pytest.raises(Invalid, match=r"a\.bpmn.*5 MB"):
        parcels.open_parcel({"a.bpmn": b"x" * (LIMIT + 1)})


def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed([("a.yaml", b"1"), ("a.yaml", b"2")])
    for uploads in ({"x.zip": twice}, {"a.yaml": b"1", "x.zip": packed({"a.yaml": b"2"})}):
        with pytest.raises(Invalid, match=r"a\.yaml") as caught:
            parcels.open_parcel(uploads)
        assert caught.value.code == "file-twice"


def test_links_and_secrets_are_refused() -> None:
    link = zipfile.ZipInfo("a.yaml")
    link.external_attr = 0o120777 << 16
    secret = bytearray(packed({"a.yaml": b"x"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        secret[secret.index(mark) + at] |= 1
    for data in (packed([(link, b"/etc/passwd")]), bytes(secret)):
        with pytest.raises(Invalid, match=r"a\.yaml") as caught:
            parcels.open_parcel({"x.zip": data})
        assert caught.value.code == "parcel-damaged"


@pytest.mark.parametrize("cut", [0, 10, 40, -1, -30])
def test_a_damaged_zip_is_refused_by_name(cut: int) -> None:
    whole = packed({"a.yaml": b"pikform: 1\n" * 50})
    broken = whole[:cut] if cut != 40 else whole[:40] + bytes([whole[40] ^ 255]) + whole[41:]
    with pytest.raises(Invalid, match=r"x\.zip") as caught:
        parcels.open_parcel({"x.zip": broken})
    assert caught.value.code == "parcel-damaged"


def test_paths_of_deployed_files_are_named_inside() -> None:
    assert parcels.tidy("workflows/a.bpmn") == "workflows/a.bpmn"
    assert parcels.tidy("/srv/x/../a.bpmn") == "srv/x/a.bpmn"
