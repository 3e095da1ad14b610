"""What service tasks call: a registry per PikFlow, filled by the host and by pikflow alike."""

from pikflow.connectors.registry import Call, Connector, Connectors

__all__ = ["Call", "Connector", "Connectors"]
