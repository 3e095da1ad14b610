"""The connectors that come with pikflow and need nothing but the call itself.

Connectors that store something in pikflow's own database are registered by the services.
"""

from typing import Any

from pikflow.connectors.registry import Call, Connector, Connectors


def echo(call: Call) -> Any:
    """Gives its input back: a place holder while a process is being drawn."""
    return call.input


def register_all(connectors: Connectors) -> None:
    """Register the built-in connectors by the same door as everybody's."""
    connectors.register(Connector("eingabe.zurueck", "Gibt seine Eingabe zurück.", run=echo))
