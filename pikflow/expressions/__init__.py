"""The expression language of processes and forms.

One small language for gateway conditions, timers, scripts, form conditions, computed fields and
checks. Its text is parsed on the server only; the tree is evaluated here and, by the same rules,
in the browser (web/static/pik/expressions.js).
"""

from pikflow.expressions.errors import ExpressionError, ExpressionFault
from pikflow.expressions.expression import Expression, compile_expression, is_expression
from pikflow.expressions.functions import FUNCTIONS
from pikflow.expressions.script import Script, compile_script

__all__ = [
    "FUNCTIONS",
    "Expression",
    "ExpressionError",
    "ExpressionFault",
    "Script",
    "compile_expression",
    "compile_script",
    "is_expression",
]
