"""gunicorn for pikflow, as measured: two processes of eight threads on two cores.

    gunicorn -c docs/deployment/gunicorn.conf.py 'pikflow.host:create_app("/var/lib/pikflow")'

Command line options win over what stands here.
"""

bind = "127.0.0.1:8000"  # behind a reverse proxy that speaks TLS
worker_class = "gthread"
workers = 2
threads = 8
timeout = 60  # seconds without a sign of life before a process is replaced
graceful_timeout = 30  # seconds a stopping process has for the requests it is working on
keepalive = 5
forwarded_allow_ips = "127.0.0.1"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "pikflow.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "alembic": {"level": "WARNING"},
    },
}
