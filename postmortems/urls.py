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

app_name = "postmortems_staff"
staff = admin.site.admin_view


def around(route, view, name):
    """An address around one post-mortem."""
    return path(f"post-mortems/<str:public_id>/{route}", staff(view), name=name)


urlpatterns = [
    path("post-mortems/", staff(listing.listing), name="postmortems"),
    path("incidents/<str:public_id>/post-mortem/", staff(opening.begin), name="begin"),
    around("", writing.postmortem, "postmortem"),
    around("form/", opening.way, "way"),
    around("lead/", opening.lead, "lead"),
    around("document/", reading.document, "document"),
    around("versions/<int:number>/", reading.version, "version"),
    around("comments/", reading.comment, "comment"),
    around("comments/<key:pk>/", reading.resolve, "resolve_comment"),
    around("review/", review.review, "review"),
    around("review/ask/", review.ask, "ask"),
    around("review/sign/", review.sign, "sign"),
    around("review/meeting/", review.meeting, "meeting"),
    around("send-back/", review.send_back, "send_back"),
    around("publish/", publishing.publish, "publish"),
    around("revise/", review.revise, "revise"),
    around("withdraw/", review.withdraw, "withdraw"),
    around("history/", history.history, "history"),
    around("write/", writing.write, "write"),
    around("take-over/", writing.take_over, "take_over"),
    around("draft/", writing.draft, "draft"),
    around("settle/", writing.settle, "settle"),
    around("save/", saving.save_document, "save_document"),
    path("incident-records/<str:public_id>/save/", staff(saving.save_record), name="save_record"),
    # Action items
    path("action-items/", staff(action_items.action_items), name="action_items"),
    path("action-items/change/", staff(action_items.change), name="action_items_change"),
    path("action-items/export/", staff(action_items.export), name="action_items_export"),
    path("action-items/near/", staff(open_actions.open_actions), name="open_actions"),
    path("action-items/calendar/", staff(action_calendar.calendar), name="calendar"),
    path("action-items/mine.ics", staff(action_calendar.download), name="calendar_download"),
    path("action-items/calendar/<str:token>.ics", action_calendar.feed, name="calendar_feed"),
    path("action-items/<str:key>/", staff(action_item.action_item), name="action_item"),
    # Incident records
    around("records/", inviting.records, "records"),
    around("records/invite/", inviting.invite, "invite"),
    around("records/own/", inviting.start, "start_record"),
    path("evidence/<str:public_id>/", staff(evidence.download), name="evidence"),
    path("incident-records/<str:public_id>/", staff(records.record), name="record"),
    path("incident-records/<str:public_id>/whole/", staff(records.whole), name="whole_record"),
    path("incident-records/<str:public_id>/hand-in/", staff(records.submit), name="submit_record"),
    path("incident-records/<str:public_id>/take-back/", staff(records.take_back), name="take_back_record"),
    path("incident-records/<str:public_id>/remind/", staff(inviting.remind), name="remind_record"),
    path("incident-records/<str:public_id>/remove/", staff(inviting.remove), name="remove_record"),
    path("incident-records/<str:public_id>/evidence/", staff(evidence.upload), name="attach_evidence"),
    path("incident-records/<str:public_id>/<str:section>/", staff(records.section), name="record_section"),
    # What was learned
    path("incident-search/", staff(learning.search), name="search"),
    path("similar-incidents/", staff(learning.similar_incidents), name="similar"),
    path("causes/", staff(causes.causes), name="causes"),
    path("causes/export/", staff(causes.export), name="causes_export"),
    path("recovery/", staff(recovery.recovery), name="recovery"),
    path("recovery/export/", staff(recovery.export), name="recovery_export"),
]
