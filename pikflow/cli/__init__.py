"""The command line: parse, call one service, print. Hangs on a host's app as `flask pikflow`.

A module per subject, each with its COMMANDS. A command with a database takes flask's
`with_appcontext`. Exit codes: 0 fine, 1 something is wrong or a rule refused, 2 wrong usage.
"""

from flask.cli import AppGroup

from pikflow.cli import backup, database, doctor, files, imports, organisations, worker

commands = AppGroup("pikflow", help="Abläufe und Formulare prüfen, ausprobieren und einspielen.")

for _module in (files, imports, database, organisations, doctor, backup, worker):
    for _command in _module.COMMANDS:
        commands.add_command(_command)
