"""Addresses of the staff screens about telling people, below ``/admin/``."""

from django.urls import URLPattern

app_name = "notifications_staff"

urlpatterns: list[URLPattern] = []
