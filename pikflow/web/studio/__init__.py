"""The Werkstatt: designs, and an editor for each kind of file, one module each.

A new editor is a module with ROUTES in MODULES, and a row in `editors.EDITORS`.
"""

from pikflow.web.guards import Route
from pikflow.web.studio import (
    catalog,
    data,
    deploying,
    design,
    diagram,
    dmn,
    forms,
    imports,
    overview,
    rates,
    steps,
    tables,
    text,
)

MODULES = (
    overview,
    design,
    deploying,
    diagram,
    steps,
    tables,
    forms,
    catalog,
    rates,
    imports,
    text,
    data,
    dmn,
)
ROUTES: tuple[Route, ...] = tuple(route for module in MODULES for route in module.ROUTES)
