"""Addresses of the staff screens that the status pages own, below ``/admin/``."""

from django.contrib import admin
from django.urls import path

from incidents.views.posted import posted
from statuspage.views import (
    changes_since,
    composer,
    confirm,
    new_incident,
    postmortem_files,
    preview,
    reopen,
    sample,
    series,
    updates,
    window_changes,
    windows,
)

app_name = "statuspage_staff"
staff = admin.site.admin_view

urlpatterns = [
    path("incidents/<str:public_id>/update/", staff(composer.composer), name="composer"),
    path("incidents/<str:public_id>/confirm/", staff(confirm.confirm), name="confirm"),
    path("incidents/<str:public_id>/reopen/", staff(reopen.reopen), name="reopen"),
    path("composer/<str:public_id>/preview/", staff(preview.preview), name="preview"),
    path("composer/<str:public_id>/changes/", staff(changes_since.changes_since), name="changes_since"),
    path("updates/<str:public_id>/correct/", staff(updates.correct), name="correct"),
    path("updates/<str:public_id>/withdraw/", staff(updates.withdraw), name="withdraw"),
    path("postmortems/<str:public_id>/files/", staff(postmortem_files.files), name="postmortem_files"),
    path(
        "postmortems/<str:public_id>/files/make/",
        staff(posted(postmortem_files.make, to="postmortems_staff:review")),
        name="postmortem_file_make",
    ),
    path(
        "postmortems/<str:public_id>/files/as/<str:form>/",
        staff(postmortem_files.export),
        name="postmortem_export",
    ),
    path("postmortems/<str:public_id>/files/<str:key>/", staff(postmortem_files.download), name="postmortem_file"),
    path(
        "postmortems/<str:public_id>/files/<str:key>/again/",
        staff(posted(postmortem_files.again, to="postmortems_staff:review")),
        name="postmortem_file_again",
    ),
    path("maintenance/plan/", staff(windows.plan), name="plan_window"),
    path("maintenance/plan/count/", staff(windows.count), name="count_window"),
    path("maintenance/series/", staff(series.listing), name="series_list"),
    path("maintenance/series/new/", staff(series.new), name="new_series"),
    path("maintenance/series/count/", staff(series.count), name="count_series"),
    path("maintenance/series/<str:public_id>/", staff(series.series), name="series"),
    path(
        "maintenance/series/<str:public_id>/act/",
        staff(posted(series.act, to="statuspage_staff:series")),
        name="series_act",
    ),
    path("maintenance/<mnt:public_id>/edit/", staff(windows.edit), name="edit_window"),
    path("maintenance/<mnt:public_id>/count/", staff(windows.count_draft), name="count_draft"),
    path("maintenance/<mnt:public_id>/move/", staff(window_changes.move), name="move_window"),
    path("maintenance/<mnt:public_id>/move/count/", staff(window_changes.count_move), name="count_move"),
    path("maintenance/<mnt:public_id>/amend/", staff(window_changes.amend), name="amend_window"),
    path("template-sample/", staff(sample.template_sample), name="sample"),
    path("new-incident/", staff(new_incident.choose_page), name="choose_page"),
    path("new-incident/<str:public_id>/", staff(new_incident.new_incident), name="new_incident"),
]
