"""Templates and policies, the post-mortem with its records and parts, and its versions."""

from postmortems.models.action_item import ActionItem
from postmortems.models.calendar_feed import CalendarFeed
from postmortems.models.parts import Assessment, Cause, Citation, Event, Mitigation, Paragraph, Part, Why
from postmortems.models.postmortem import Postmortem, Section
from postmortems.models.record import Dispute, Evidence, Presence, Record
from postmortems.models.review import Comment, ReviewMeeting, Settlement
from postmortems.models.search_text import SearchMark, SearchText
from postmortems.models.template import Question, ReviewPolicy, Signatory, Template, TemplateSection
from postmortems.models.version import Rendering, SignOff, Version

__all__ = [
    "ActionItem",
    "Assessment",
    "CalendarFeed",
    "Cause",
    "Citation",
    "Comment",
    "Dispute",
    "Event",
    "Evidence",
    "Mitigation",
    "Paragraph",
    "Part",
    "Postmortem",
    "Presence",
    "Question",
    "Record",
    "Rendering",
    "ReviewMeeting",
    "ReviewPolicy",
    "SearchMark",
    "SearchText",
    "Section",
    "Settlement",
    "SignOff",
    "Signatory",
    "Template",
    "TemplateSection",
    "Version",
    "Why",
]
