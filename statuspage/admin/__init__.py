"""Pages and the templates of updates in the admin."""

from statuspage.admin import page, stage_template

__all__ = ["page", "stage_template"]
