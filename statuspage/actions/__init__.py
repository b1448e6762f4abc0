"""What staff do from the screens of a page: tell the public about an incident, and look after the pages themselves."""

from statuspage.actions.pages import check_default, check_logos, check_removable, remove_page, save_page
from statuspage.actions.series import write_series
from statuspage.actions.telling import (
    confirm_and_publish,
    declare_and_publish,
    place,
    publish_update,
    reopen_and_publish,
)
from statuspage.actions.windows import place_window, write_window

__all__ = [
    "check_default",
    "check_logos",
    "check_removable",
    "confirm_and_publish",
    "declare_and_publish",
    "place",
    "place_window",
    "publish_update",
    "remove_page",
    "reopen_and_publish",
    "save_page",
    "write_series",
    "write_window",
]
