"""The bundled processes and forms, in the wheel and in an editable checkout alike."""

from pathlib import Path

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent


def _folder(name: str) -> Path:
    """The installed copy, or the repository's folder in an editable install.

    Editable mode does not map nested packages, so the repository root is looked at second.
    """
    installed = _HERE / name
    return installed if installed.is_dir() else _ROOT / name


def workflows_path() -> Path:
    """The folder with the bundled BPMN files, catalog and parameters."""
    return _folder("workflows")


def forms_path() -> Path:
    """The folder with the bundled form files."""
    return _folder("forms")
