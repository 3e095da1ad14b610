"""A clerk working with release 0.1.0: completes tasks until none is left for a while.

PYTHONPATH=<the unpacked release> python clerk-0.1.0.py URL FILES INSTANT PERSON...
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from pikflow import config
from pikflow.connectors import Connectors
from pikflow.errors import PikFlowError
from pikflow.services import Environment, Services
from pikflow.services.deployments import Deployments
from pikflow.services.organisations import Directory
from pikflow.store.database import Database

ANSWERS = {
    "Antrag ausfüllen": {"zweck": "Beratung", "betrag_eur": "1.200,50"},
    "Antrag prüfen": {"ergebnis": "gut"},
    "Entscheidung freigeben": {"freigegeben": True},
}
url, files, instant, *people = sys.argv[1:]
environment = Environment(
    database=Database(url),
    identity=Directory(lambda: environment.query()),
    clock=lambda: datetime.fromisoformat(instant),
    connectors=Connectors(),
    deployments=Deployments(),
    settings=config.read({}),
    files_folder=Path(files),
)
services = Services(environment)
actors = [services.environment.identity.actor(person) for person in people]
idle = 0
while idle < 20:
    done = 0
    for actor in actors:
        for group in services.tasks.inbox(actor, view="all", size=20).groups:
            for row in group.rows:
                try:
                    services.tasks.complete(actor, row.task_id, ANSWERS[row.task])
                except PikFlowError:
                    continue
                done += 1
                print(row.task_id, flush=True)
    idle = 0 if done else idle + 1
    time.sleep(0 if done else 0.05)
