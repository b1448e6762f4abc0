"""Addresses of the staff screens of maintenance, below ``/admin/``."""

from django.contrib import admin
from django.urls import path

from incidents.maintenance.views import acts, approvals, linking, listing, notices, report, window
from incidents.views.posted import posted

app_name = "maintenance_staff"
staff = admin.site.admin_view

urlpatterns = [
    path("maintenance/", staff(listing.listing), name="windows"),
    path("maintenance/approvals/<str:public_id>/", staff(approvals.approval), name="approval"),
    path("incidents/<str:public_id>/maintenance/", staff(linking.link), name="link"),
    path("maintenance/notices/", staff(notices.notices), name="notices"),
    path(
        "maintenance/notices/<str:public_id>/",
        staff(posted(notices.act, to="maintenance_staff:notices", is_around=False)),
        name="notice_act",
    ),
    path("maintenance/notices/<str:public_id>/raw/", staff(notices.raw), name="notice_raw"),
    path("maintenance/report/", staff(report.report), name="report"),
    path("maintenance/report/export/", staff(report.export), name="report_export"),
    path("maintenance/<mnt:public_id>/", staff(window.window), name="window"),
    path("maintenance/<mnt:public_id>/<slug:key>/", staff(acts.act), name="act"),
]
