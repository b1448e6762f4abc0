"""Where each test runs: a table by path and two rules, so that no test has to say it.

A run of the suite tries everything on SQLite and, a second time, on PostgreSQL whatever may differ there: verbs,
constraints, locks, queries, addressing and publishing. Once is enough for what does not:

- a test that asks for no database touches none (pytest-django refuses it one);
- in SCREENS, a form, a document or a message is looked at, or who may do what. The queries behind it are tried on both
  by the tests of the verbs and of what is derived, and ``tests/walks`` asks PostgreSQL, which refuses a query that
  SQLite lets pass, for a part of all addresses and forms in each run, another part each time. So it is with a bucket,
  to which goes what ``test_publishing`` publishes from both, and with the demo, which each product of PROCESSES begins
  with.

A module that is not named here runs on both.
"""

import pytest

DATABASE = {"_django_db_helper", "db", "live_server", "transactional_db"}
WALKS = "tests/walks/"
PROCESSES = ("tests/config/", "tests/faults/", "tests/test_telling_job.py")  # ``tools.suite`` collects no other
SCREENS = {
    "tests/incidents/": (
        "account_history", "actions_permissions", "addresses", "business_calendars_admin", "catalogue_admin",
        "forgotten_password", "home", "incident_acts", "incident_admin", "incident_conflicts", "incident_leaks",
        "incident_reporting", "leaks", "links", "merging_screens", "offered", "people", "signin", "workspace",
    ),
    "tests/incidents/maintenance/": ("notice_screens", "report", "screens"),
    "tests/notifications/": (
        "account_mails", "channel_admin", "holding", "mailbox", "maintenance_mails", "maintenance_news",
        "maintenance_staff", "manage_pages", "message_settings_admin", "one_click", "postmortem_news",
        "postmortem_staff", "queue", "staff_news", "subscribe_pages", "subscriber_admin",
    ),
    "tests/postmortems/": (
        "action_calendar", "action_item", "admin", "choosing", "evidence", "exports", "proposals", "record_pages",
        "review_rounds", "screens", "session_over", "writing",
    ),
    "tests/postmortems/learning/": ("screens",),
    "tests/statuspage/": (
        "api_v2", "badges", "bucket_publishing", "composer", "confirm", "corrections", "crowd", "demo", "documents",
        "feeds", "grid", "kinds", "maintenance_calendars", "maintenance_pages", "maintenance_programs", "merged",
        "new_incident", "page_admin", "postmortem_files", "report_promise", "series_screens", "standing", "times",
        "window_forms",
    ),
}  # fmt: skip
ONCE = {f"{folder}test_{name}.py" for folder, names in SCREENS.items() for name in names}


def mark(item: pytest.Item) -> None:
    """Add the marks that ``tools.suite`` chooses by."""
    path = item.nodeid.partition("::")[0]
    if path.startswith(WALKS):
        item.add_marker("strict")
    elif path in ONCE or not (DATABASE & set(item.fixturenames) or item.get_closest_marker("django_db")):
        item.add_marker("once")
    if path.startswith(PROCESSES):
        item.add_marker("processes")
        if shared := _shared(item, path):
            item.add_marker(pytest.mark.xdist_group(shared))


def _shared(item: pytest.Item, path: str) -> str | None:
    """Whose product a test asks, which one worker starts for all that ask it: the module's or that of all faults."""
    if "empty" in item.fixturenames or hasattr(item.module, "product"):
        return path
    return "product" if "product" in item.fixturenames else None
