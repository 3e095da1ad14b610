"""The settings of pikflow: one table, read once from the host's app config; nothing else reads
the environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One setting: `key` in the app's config, `kind` its type, what it is without an entry."""

    key: str
    kind: type
    default: Any
    meaning: str


SETTINGS = (
    Setting("PIKFLOW_URL_PREFIX", str, "", "path under which the pages lie, such as /foerderung"),
    Setting("PIKFLOW_TITLE", str, "pikflow", "name of the service in the page head"),
    Setting("PIKFLOW_SUBTITLE", str, "", "second line of the page head, such as the pact's name"),
    Setting("PIKFLOW_BASE_TEMPLATE", str, "pik/base.html", "template our pages extend"),
    Setting("PIKFLOW_SIGN_IN_URL", str, "", "where a visitor who is not signed in is sent"),
    Setting(
        "PIKFLOW_SIGN_OUT_URL", str, "", "target of the sign-out button (POST); none when empty"
    ),
    Setting("PIKFLOW_LANGUAGE", str, "de", "language of visitors who chose none: de or en"),
    Setting("PIKFLOW_WORKFLOWS", str, "", "folder with the catalog; the bundled one when empty"),
    Setting("PIKFLOW_FILES_FOLDER", str, "", "folder for uploads; <instance>/files when empty"),
    Setting("PIKFLOW_UPLOAD_BYTES", int, 20_000_000, "largest single upload, in bytes"),
    Setting("PIKFLOW_REQUEST_BYTES", int, 60_000_000, "largest request to our pages, in bytes"),
    Setting(
        "PIKFLOW_UPLOAD_KINDS", str, "pdf xlsx docx png jpg", "kinds of uploads, proven by content"
    ),
    Setting(
        "PIKFLOW_UNPACKED_BYTES", int, 200_000_000, "an office file that unpacks to more is refused"
    ),
    Setting(
        "PIKFLOW_DISK_FREE_BYTES", int, 500_000_000, "less free space and /health/ready says no"
    ),
    Setting("PIKFLOW_PAGE_SIZE", int, 25, "rows of a list on one page"),
    Setting("PIKFLOW_JOBS_RUNNER", str, "embedded", "what carries jobs: embedded, procrastinate"),
    Setting("PIKFLOW_JOBS_POLL_SECONDS", int, 2, "pause of a worker when nothing is due"),
    Setting("PIKFLOW_JOBS_SWEEP_SECONDS", int, 60, "pause between looks for jobs that got lost"),
    Setting("PIKFLOW_JOBS_STOP_SECONDS", int, 30, "time a stopping worker has for jobs at hand"),
    Setting(
        "PIKFLOW_JOBS_LEASE_SECONDS", int, 60, "a job not done after this goes to another worker"
    ),
    Setting("PIKFLOW_JOBS_ATTEMPTS", int, 6, "attempts before a job becomes an incident"),
    Setting(
        "PIKFLOW_JOBS_BACKOFF_SECONDS", int, 30, "pause before the second attempt, then doubled"
    ),
    Setting(
        "PIKFLOW_JOBS_OUTCOME_BYTES", int, 1_000_000, "largest outcome of a connector, in bytes"
    ),
    Setting("PIKFLOW_LOG_JSON", bool, False, "all logs of the process as JSON lines on stderr"),
    Setting("PIKFLOW_DEMO", bool, False, "demo mode: sign-in without password, movable clock"),
)


def read(config: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting by key; raises ValueError naming a key whose value has the wrong type."""
    settings = {}
    for setting in SETTINGS:
        value = config.get(setting.key, setting.default)
        if not isinstance(value, setting.kind):
            raise ValueError(f"{setting.key} must be {setting.kind.__name__}, not {value!r}")
        settings[setting.key] = value
    return settings
