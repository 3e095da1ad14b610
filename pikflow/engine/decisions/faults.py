"""What stops a decision while it is made."""

from pikflow.errors import EngineFault


class DecisionFault(EngineFault):
    """A decision gives no result; the message names the table and its rules, no value of a case.

    Codes: decision-missing, decision-conflict, decision-input, decision-type, decision-sum,
    decision-expression, decision-result.
    """
