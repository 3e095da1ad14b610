"""Where a search begins: small files of every kind, the bundled ones, and the inputs that once
broke something (found/)."""

import json
from pathlib import Path

import attacks

import pikflow.expressions

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
_LARGEST = 12_000  # bytes; larger seeds make a search slow
_PLACES = {
    "files": ("tests/fuzz/seeds/*.bpmn", "tests/fuzz/seeds/*.dmn", "workflows/*.bpmn",
              "tests/data/foreign/**/*.bpmn", "tests/data/foreign/**/*.dmn"),
    "forms": ("tests/fuzz/seeds/*.yaml", "forms/*/*.yaml"),
    "expressions": (),
}  # fmt: skip


def seeds(kind: str) -> list[bytes]:
    """The inputs of a target, always in the same order."""
    paths = [path for place in _PLACES[kind] for path in sorted(ROOT.glob(place))]
    found = [path.read_bytes() for path in paths if path.stat().st_size <= _LARGEST]
    return [*found, *broken(kind), *(_texts() if kind == "expressions" else ())]


def broken(kind: str) -> list[bytes]:
    """Inputs that broke a target once."""
    return [path.read_bytes() for path in sorted((HERE / "found" / kind).glob("*"))]


def _texts() -> list[bytes]:
    cases = Path(pikflow.expressions.__file__).with_name("conformance.json")
    known = json.loads(cases.read_text(encoding="utf-8"))["cases"]
    texts = [case["expression"] for case in known]
    texts += [*attacks.REFUSED, *(text for text, _ in attacks.HARMLESS), *attacks.SCRIPTS]
    return [text.encode("utf-8", "surrogatepass") for text in texts if len(text) < 500]
