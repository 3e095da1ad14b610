"""BPMN of other products: what means the same here is translated, on request and with a note."""

from pikflow.engine.foreign.forms import EmbeddedForm
from pikflow.engine.foreign.translation import Translation, forms_inside, translate

__all__ = ["EmbeddedForm", "Translation", "forms_inside", "translate"]
