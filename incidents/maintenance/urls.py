"""Addresses of the staff screens of maintenance, below ``/admin/``."""

from django.contrib import admin
from django.urls import path

from incidents.maintenance.views import acts, approvals, listing, window

app_name = "maintenance_staff"
staff = admin.site.admin_view

urlpatterns = [
    path("maintenance/", staff(listing.listing), name="windows"),
    path("maintenance/approvals/<str:public_id>/", staff(approvals.approval), name="approval"),
    path("maintenance/<mnt:public_id>/", staff(window.window), name="window"),
    path("maintenance/<mnt:public_id>/<slug:key>/", staff(acts.act), name="act"),
]
