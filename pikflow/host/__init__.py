"""The demo portal: a small Flask app that shows how a host uses pikflow.

pikflow demo            or            flask --app pikflow.host run
"""

from pikflow.host.app import create_app

__all__ = ["create_app"]
