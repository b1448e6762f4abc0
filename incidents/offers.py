"""How an app offers something of its own without being named: in a module whose name is known, gathered from here.

A new app has a file each of ``rights.py``, ``navigation.py``, ``defaults.py`` and ``home.py`` for what it adds, and
nothing below it changes. What is offered has positions of its own, so that no order of installation is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


def of(module: str, name: str) -> Iterator[Any]:
    """What every installed app keeps under this name in its module."""
    for _app, offered in by_app(module, name):
        yield offered


def by_app(module: str, name: str) -> Iterator[tuple[AppConfig, Any]]:
    """The same with the app that offers it. Libraries have modules of the same names, and nothing of ours in them."""
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, module):
            found = import_module(f"{app.name}.{module}")
            if hasattr(found, name):
                yield app, getattr(found, name)
