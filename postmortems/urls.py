"""Addresses of the staff screens of post-mortems, below ``/admin/``."""

from django.contrib import admin
from django.urls import path

from postmortems.views import saving

app_name = "postmortems_staff"
staff = admin.site.admin_view

urlpatterns = [
    path("post-mortems/<str:public_id>/save/", staff(saving.save_document), name="save_document"),
    path("incident-records/<str:public_id>/save/", staff(saving.save_record), name="save_record"),
]
