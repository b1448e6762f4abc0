"""What the worker does of itself."""

import pytest
from django.db import OperationalError

from incidents import outage
from incidents.outage import Outage
from statuspage import tasks
from statuspage.publishing import publisher


@pytest.fixture
def said(monkeypatch, caplog):
    monkeypatch.setattr(tasks, "_outage", Outage("sweeps"))
    return lambda: [record.getMessage() for record in caplog.records if record.name == outage.__name__]


def test_a_database_that_is_away_is_said_once_and_so_is_its_return(monkeypatch, said):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(publisher, "sweep", away)
    for _sweep in range(3):
        tasks.sweep()
    monkeypatch.setattr(publisher, "sweep", lambda: None)
    for _sweep in range(3):
        tasks.sweep()

    assert said() == [
        "The database does not answer; sweeps wait for it: connection refused",
        "The database answers again.",
    ]
