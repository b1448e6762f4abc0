"""Addresses of the staff screens that the status pages own, below ``/admin/``."""

from django.contrib import admin
from django.urls import path

from statuspage.views import (
    changes_since,
    composer,
    confirm,
    new_incident,
    preview,
    sample,
    updates,
)

app_name = "statuspage_staff"
staff = admin.site.admin_view

urlpatterns = [
    path("telling/<str:public_id>/", staff(composer.composer), name="composer"),
    path("telling/<str:public_id>/preview/", staff(preview.preview), name="preview"),
    path("telling/<str:public_id>/news/", staff(changes_since.news), name="news"),
    path("telling/<str:public_id>/confirm/", staff(confirm.confirm), name="confirm"),
    path("updates/<str:public_id>/correct/", staff(updates.correct), name="correct"),
    path("updates/<str:public_id>/withdraw/", staff(updates.withdraw), name="withdraw"),
    path("template-sample/", staff(sample.template_sample), name="sample"),
    path("new-incident/", staff(new_incident.choose_page), name="choose_page"),
    path("new-incident/<str:public_id>/", staff(new_incident.new_incident), name="new_incident"),
]
