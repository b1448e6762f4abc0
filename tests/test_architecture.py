"""The architecture is executable: the contracts stand in pyproject.toml (docs/architecture.md says why)."""

import subprocess
import sys
import tomllib
from pathlib import Path

from django.apps import apps

from tests import where

ROOT = Path(__file__).resolve().parent.parent


def test_all_import_contracts_are_kept():
    """In a process of its own: the linter configures logging anew and so silences every logger there is."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def contracts():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def modules(folder):
    found = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return found - {"__init__", "apps", "migrations"}


def test_every_module_of_an_app_has_a_layer():
    """A module that no contract names would be checked by none."""
    for contract in contracts():
        for app in contract.get("containers", []):
            named = {name.strip(" ()") for layer in contract["layers"] for name in layer.replace(":", "|").split("|")}
            assert modules(ROOT / app.replace(".", "/")) - named == set()


def test_every_app_is_in_a_contract():
    """A nested one too: what is inside it would be checked by none while it is only a layer of the app around it."""
    ruled = {app for contract in contracts() for app in contract.get("containers", [])}
    folders = {app.name: Path(app.path) for app in apps.get_app_configs()}
    ours = {name for name, folder in folders.items() if folder == ROOT / name.replace(".", "/") and modules(folder)}
    assert {"incidents", "statuspage", "notifications"} <= ours
    assert ours - {"config"} - ruled == set()


def test_the_table_of_where_tests_run_names_modules_that_there_are():
    assert [name for name in sorted(where.ONCE) if not (ROOT / name).exists()] == []
