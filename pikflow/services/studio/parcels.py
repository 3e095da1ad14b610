"""Definition files that come in and go out: single ones or one ZIP, which strangers may have made.

What is refused is named. A ZIP is read entry by entry and never further than a limit, whatever its
directory says about sizes, so a bomb costs no more than an honest file.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from pikflow.engine.xml import LIMIT
from pikflow.errors import Invalid
from pikflow.services.sources import SUFFIXES
from pikflow.texts import say

MOST_FILES = 1000
MOST_BYTES = 50_000_000  # of all files together, unpacked
PATH = 300  # characters, as the tables hold
_FOLDERS = ("workflows/", "forms/")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')  # some system can't store a file named so
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the same files always make the same bytes
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Parcel:
    """Files by path, and the names of those that are no definition files."""

    files: Mapping[str, bytes]
    skipped: tuple[str, ...] = ()


def open_parcel(uploads: Mapping[str, bytes]) -> Parcel:
    """The definition files of uploads (name -> content), those of ZIPs among them unpacked.

    Raises Invalid("file-too-large", "path-invalid", "file-kind", "parcel-damaged",
    "parcel-too-large", "file-twice"), each naming the file.
    """
    files: dict[str, bytes] = {}
    skipped: list[str] = []
    for name, data in uploads.items():
        if name.lower().endswith(".zip"):
            found = _unpack(name, data)
            skipped += found.skipped
            fresh = found.files
        else:
            fresh = {require_path(name): data}
        for path, content in fresh.items():
            if path in files:
                raise _twice(path)
            files[path] = require_size(path, content)
    require_few(len(files), sum(map(len, files.values())))
    return Parcel(files, tuple(skipped))


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of the files; equal files give equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _DAY_ONE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[path])
    return target.getvalue()


def require_path(path: str) -> str:
    """A path below the folder of the design that names a definition file; raises Invalid."""
    parts = path.split("/")
    inside = all(part and part.strip(" .") and part == part.strip() for part in parts)
    if not inside or len(path) > PATH or _FORBIDDEN.search(path) or not path.isprintable():
        raise Invalid(
            "path-invalid",
            say("„{name}“ ist kein Name für eine Datei in einem Entwurf.", name=_shown(path)),
            say("Erlaubt sind Ordner und Namen wie „workflows/antrag.bpmn“."),
        )
    if not path.lower().endswith(SUFFIXES):
        raise Invalid(
            "file-kind",
            say("„{name}“ ist weder Prozess noch Tabelle noch Formular.", name=_shown(path)),
            say("Der Name endet auf .bpmn, .dmn oder .yaml; mehrere auf einmal kommen als .zip."),
        )
    return path


def require_size(path: str, data: bytes) -> bytes:
    """The content, when it is not larger than any definition file may be; raises Invalid."""
    if len(data) > LIMIT:
        raise Invalid(
            "file-too-large",
            say("„{name}“ ist größer als {size} MB.", name=_shown(path), size=LIMIT // _MEGABYTE),
            say("Teilen Sie den Inhalt auf mehrere Dateien auf."),
        )
    return data


def require_few(count: int, size: int) -> None:
    """Refuse more files, or more bytes of them together, than a design may have."""
    if count > MOST_FILES or size > MOST_BYTES:
        raise Invalid(
            "parcel-too-large",
            say(
                "Das sind mehr als {count} Dateien oder {size} MB.",
                count=MOST_FILES,
                size=MOST_BYTES // _MEGABYTE,
            ),
            say("Bringen Sie weniger auf einmal."),
        )


def tidy(path: str) -> str:
    """The path of a deployed file as designs name it: as it is, or what remains of a path that
    led out of its folder (`pikflow deploy /srv/x`)."""
    return "/".join(part for part in path.split("/") if part not in ("", ".", ".."))


def _unpack(name: str, data: bytes) -> Parcel:
    files: dict[str, bytes] = {}
    skipped: list[str] = []
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            require_few(len(entries), 0)
            top = _top([entry.filename for entry in entries])
            for entry in entries:
                path = entry.filename.removeprefix(top)
                if not path.lower().endswith(SUFFIXES) or _is_hidden(path):
                    skipped.append(entry.filename)
                    continue
                require_path(path)
                if path in files:
                    raise _twice(path)
                files[path] = require_size(path, _read(archive, entry))
                size += len(files[path])
                require_few(0, size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as fault:
        raise _damaged(name) from fault
    return Parcel(files, tuple(skipped))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of an entry, at most one byte more than a file may have."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 0x1 or kind not in (0, stat.S_IFREG):
        raise Invalid(
            "parcel-damaged",
            say("„{name}“ ist verschlüsselt oder keine gewöhnliche Datei.", name=entry.filename),
            say("Packen Sie die Dateien ohne Passwort und ohne Verknüpfungen."),
        )
    with archive.open(entry) as stream:
        return stream.read(LIMIT + 1)


def _top(names: list[str]) -> str:
    """The one folder around `workflows/` or `forms/`, as an archive of a repository has it."""
    tops = {name.partition("/")[0] + "/" for name in names}
    top = tops.pop() if len(tops) == 1 else ""
    return top if any(name.removeprefix(top).startswith(_FOLDERS) for name in names) else ""


def _is_hidden(path: str) -> bool:
    """What tools leave behind: `.git/`, `__MACOSX/`."""
    parts = path.split("/")
    return any(part.startswith((".", "__MACOSX")) and part.strip(". ") for part in parts)


def _twice(path: str) -> Invalid:
    return Invalid(
        "file-twice",
        say("„{name}“ kommt zweimal vor.", name=_shown(path)),
        say("Lassen Sie eine der beiden Dateien weg."),
    )


def _damaged(name: str) -> Invalid:
    return Invalid(
        "parcel-damaged",
        say("„{name}“ ist keine lesbare ZIP-Datei.", name=_shown(name)),
        say("Packen Sie die Dateien noch einmal."),
    )


def _shown(path: str) -> str:
    """A name as a page can show it."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in path)
    return clean if len(clean) <= 120 else f"{clean[:117]}…"
