"""The layers of docs/architecture.md, held by the imports themselves."""

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pikflow"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))

# Lower rows know nothing of higher ones. Modules that share a row and a number never meet.
ROWS = {
    "errors": 1.0, "texts": 1.0, "notes": 1.0, "values": 1.1, "identity": 1.1, "deadlines": 1.1,
    "config": 1.1, "signals": 1.1, "bundle": 1.1, "logs": 1.1, "proofreading": 1.1,
    "expressions": 1.2, "catalog": 1.2, "permissions": 1.3, "engine": 2, "forms": 2, "letters": 2,
    "connectors": 2, "runners": 2, "sheets": 2, "store": 2,
    "services": 3, "web": 4, "cli": 4.1, "extension": 5, "host": 6, "testing": 6,
}  # fmt: skip
HOMES = {  # library -> the places that may import it
    "flask": ("web", "cli", "extension", "host", "testing"),
    "sqlalchemy": ("store", "extension", "host", "testing"),
    "SpiffWorkflow": ("engine",),
    "wtforms": ("forms",),
    "procrastinate": ("runners",),
    "psycopg": ("runners",),
    "yaml": ("forms", "bundle", "catalog", "proofreading", "services", "host", "cli"),
    "openpyxl": ("sheets", "forms", "web", "host", "testing"),
}


def _place(path: Path) -> str:
    part = path.relative_to(PACKAGE).parts[0]
    return part.removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down_only(path: Path) -> None:
    here = _place(path)
    if here == "__init__":
        return
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "pikflow" and len(parts) > 1 and parts[1] not in (here, "__version__"):
            assert ROWS[parts[1]] < ROWS[here], f"{here} must not import {name}"
        home = HOMES.get(parts[0].removeprefix("flask_") if parts[0] == "flask" else parts[0])
        if home is not None:
            assert here in home, f"{parts[0]} does not live in {here}"


def test_no_measure_and_no_lane_is_named_in_python() -> None:
    catalog = yaml.safe_load((ROOT / "workflows" / "catalog.yaml").read_text(encoding="utf-8"))
    slugs = [measure["slug"] for measure in catalog["measures"]]
    lanes = [f'"{lane}"' for lane in catalog["lanes"]]
    for path in MODULES:
        if _place(path) == "host":  # the demo portal brings demo data of its own
            continue
        text = path.read_text(encoding="utf-8")
        assert not [word for word in [*slugs, *lanes] if word in text], path
