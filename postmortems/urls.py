"""Addresses of the staff screens of post-mortems, below ``/admin/``."""

from django.contrib import admin
from django.urls import path

from postmortems.views import (
    action_calendar,
    action_item,
    action_items,
    causes,
    evidence,
    history,
    inviting,
    learning,
    listing,
    open_actions,
    opening,
    publishing,
    reading,
    records,
    recovery,
    review,
    saving,
    writing,
)
from postmortems.views.base import posted

app_name = "postmortems_staff"
staff = admin.site.admin_view


def around(route, view, name):
    """An address around one post-mortem."""
    return path(f"post-mortems/<str:public_id>/{route}", staff(view), name=name)


def of_record(route, view, name):
    """An address around one incident record."""
    return path(f"incident-records/<str:public_id>/{route}", staff(view), name=name)


urlpatterns = [
    path("post-mortems/", staff(listing.listing), name="postmortems"),
    path("incidents/<str:public_id>/post-mortem/", staff(opening.begin), name="begin"),
    around("", writing.postmortem, "postmortem"),
    around("form/", opening.way, "way"),
    around("lead/", opening.lead, "lead"),
    around("document/", reading.document, "document"),
    around("versions/<int:number>/", reading.version, "version"),
    around("comments/", posted(reading.comment, to="document"), "comment"),
    around("comments/<key:pk>/", posted(reading.resolve, to="review", anchor="#comments"), "resolve_comment"),
    around("review/", review.review, "review"),
    around("review/ask/", posted(review.ask, to="review"), "ask"),
    around("review/sign/", posted(review.sign, to="review"), "sign"),
    around("review/meeting/", review.meeting, "meeting"),
    around("send-back/", review.send_back, "send_back"),
    around("publish/", publishing.publish, "publish"),
    around("revise/", review.revise, "revise"),
    around("withdraw/", review.withdraw, "withdraw"),
    around("history/", history.history, "history"),
    around("write/", writing.write, "write"),
    around("take-over/", posted(writing.take_over, to="write"), "take_over"),
    around("draft/", posted(writing.draft, to="write"), "draft"),
    around("settle/", posted(writing.settle, to="write", anchor="#contradictions"), "settle"),
    around("save/", posted(saving.save_document, to="write"), "save_document"),
    of_record("save/", posted(saving.save_record, to="record"), "save_record"),
    # Action items
    path("action-items/", staff(action_items.action_items), name="action_items"),
    path("action-items/change/", staff(posted(action_items.change, to="action_items")), name="action_items_change"),
    path("action-items/export/", staff(action_items.export), name="action_items_export"),
    path("action-items/near/", staff(open_actions.open_actions), name="open_actions"),
    path("action-items/calendar/", staff(action_calendar.calendar), name="calendar"),
    path("action-items/mine.ics", staff(action_calendar.download), name="calendar_download"),
    path("action-items/calendar/<str:token>.ics", action_calendar.feed, name="calendar_feed"),
    path("action-items/<str:key>/", staff(action_item.action_item), name="action_item"),
    # Incident records
    around("records/", inviting.records, "records"),
    around("records/invite/", posted(inviting.invite, to="records"), "invite"),
    around("records/own/", posted(inviting.start, to="records"), "start_record"),
    path("evidence/<str:public_id>/", staff(evidence.download), name="evidence"),
    of_record("", records.record, "record"),
    of_record("whole/", records.whole, "whole_record"),
    of_record("hand-in/", posted(records.submit, to="record"), "submit_record"),
    of_record("take-back/", posted(records.take_back, to="record"), "take_back_record"),
    of_record("remind/", posted(inviting.remind, to="record"), "remind_record"),
    of_record("remove/", posted(inviting.remove, to="record"), "remove_record"),
    of_record("evidence/", posted(evidence.upload, to="record"), "attach_evidence"),
    of_record("<str:section>/", records.section, "record_section"),
    # What was learned
    path("incident-search/", staff(learning.search), name="search"),
    path("similar-incidents/", staff(posted(learning.similar_incidents, to="search")), name="similar"),
    path("causes/", staff(causes.causes), name="causes"),
    path("causes/export/", staff(causes.export), name="causes_export"),
    path("recovery/", staff(recovery.recovery), name="recovery"),
    path("recovery/export/", staff(recovery.export), name="recovery_export"),
]
