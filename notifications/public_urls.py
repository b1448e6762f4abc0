"""The live addresses of a page: its forms for subscribers (DESIGN sections 8 and 10)."""

from django.urls import URLPattern

app_name = "subscriptions"

urlpatterns: list[URLPattern] = []
