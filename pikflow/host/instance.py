"""What a demo instance starts from: tables, organisations, people, bundled processes and forms."""

from pathlib import Path

from flask import Flask

from pikflow import bundle
from pikflow.host import demo
from pikflow.services import Services
from pikflow.services.definitions import Deployed


def prepare(app: Flask) -> Deployed:
    """Bring an empty or older instance up to date; what is there already stays as it is.

    Raises DefinitionInvalid when the bundled files have errors.
    """
    services: Services = app.extensions["pikflow"].services
    services.environment.database.create()
    people = demo.load()
    services.organisations.save(
        people.organisations.values(), inhabitants=people.inhabitants, source="demo"
    )
    services.organisations.save_people(people.actors.values())
    return services.definitions.deploy(bundled_files())


def bundled_files() -> dict[str, bytes]:
    """The bundled workflows and forms by path, `workflows/…` and `forms/…`."""
    folders = {"workflows": bundle.workflows_path(), "forms": bundle.forms_path()}
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for name, folder in folders.items()
        for path in _files(folder)
    }


def _files(folder: Path) -> list[Path]:
    """Files of kinds that are deployed; Python's own caches and read-me files are not."""
    wanted = {".bpmn", ".dmn", ".yaml", ".yml"}
    return sorted(path for path in folder.rglob("*") if path.suffix in wanted)
