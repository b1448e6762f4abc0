"""Why something may not be sent any more. Kept in the ledger as they are, translated where a person reads them."""

from django.utils.translation import gettext_noop

IS_GONE = gettext_noop("What it was about is gone.")
IS_NOT_PUBLIC = gettext_noop("The incident is not public any more.")
IS_RESTRICTED = gettext_noop("The incident was restricted.")
IS_WITHDRAWN = gettext_noop("The update was withdrawn.")
IS_MERGED = gettext_noop("The incident was merged into another, where it goes on.")
IS_POSTMORTEM_WITHDRAWN = gettext_noop("The post-mortem was withdrawn.")
IS_POSTMORTEM_CORRECTED = gettext_noop("A later version of the post-mortem was told in a message of its own.")
IS_CALLED_BACK = gettext_noop("It was called back.")
IS_OFF_THE_PAGE = gettext_noop("The incident stands on that page no longer.")
IS_DONE = gettext_noop("It was done, or handed in, before this could leave.")
IS_TAKEN_BACK = gettext_noop("It was taken back before this could leave.")
IS_ANOTHERS = gettext_noop("It was given to somebody else since.")
IS_SUPERSEDED = gettext_noop("What became of the update was told in a message of its own.")
IS_NOT_PUBLIC_MAINTENANCE = gettext_noop("The maintenance is not for customers any more.")
IS_CANCELLED = gettext_noop("The maintenance was cancelled.")
IS_OVER = gettext_noop("The maintenance was over before this could leave.")
IS_MOVED = gettext_noop("The maintenance was moved to another time.")
IS_MOVED_AGAIN = gettext_noop("Later times were announced since, in a message of their own.")
HAS_BEGUN = gettext_noop("The maintenance had begun before this could leave.")
IS_DECIDED = gettext_noop("It was decided, or not asked for any more, before this could leave.")
