"""pikflow: forms and BPMN workflows that plug into a Flask app."""

__version__ = "0.1.0"
