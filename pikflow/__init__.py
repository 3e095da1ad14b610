"""pikflow: forms and BPMN workflows that plug into a Flask app.

from pikflow import PikFlow
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pikflow.extension import PikFlow

__version__ = "0.1.0"
__all__ = ["PikFlow", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the extension when it is asked for, so that the lower rooms need no Flask."""
    if name == "PikFlow":
        return import_module("pikflow.extension").PikFlow
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
