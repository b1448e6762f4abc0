"""What our migrations need beside Django's own operations."""

from __future__ import annotations

from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation


class CreateModels(Operation):
    """Several ``CreateModel``, in any order, that may refer to each other.

    After each operation Django renders every model that is connected with what it changed, and all of ours are: one
    after another, 50 tables take ten times as long as at once.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        vars(state).pop("apps", None)  # rendered once, when it is next asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return "; ".join(operation.describe() for operation in self.operations)


def utc_for_no_place(app: str, *models: str) -> RunPython:
    """Zones that are of no place (``incidents.zones``), which could be chosen once, become UTC."""

    def forwards(apps, schema_editor):
        for model in models:
            rows = apps.get_model(app, model).objects.using(schema_editor.connection.alias)
            rows.filter(time_zone__in=["localtime", "Factory", "posixrules"]).update(time_zone="UTC")

    return RunPython(forwards, RunPython.noop, elidable=True)
