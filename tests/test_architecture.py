"""The architecture is executable: the contracts stand in pyproject.toml (docs/architecture.md says why)."""

import tomllib
from pathlib import Path

from importlinter.cli import lint_imports

from tests import where

ROOT = Path(__file__).resolve().parent.parent


def test_all_import_contracts_are_kept(capsys):
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert code == 0, capsys.readouterr().out


def test_every_module_of_an_app_has_a_layer():
    """A module that no contract names would be checked by none."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    for contract in contracts:
        for app in contract.get("containers", []):
            named = {name.strip(" ()") for layer in contract["layers"] for name in layer.replace(":", "|").split("|")}
            modules = {
                path.stem for path in (ROOT / app).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
            }
            assert modules - named - {"__init__", "apps", "migrations"} == set()


def test_the_table_of_where_tests_run_names_modules_that_there_are():
    assert [name for name in sorted(where.ONCE) if not (ROOT / name).exists()] == []
