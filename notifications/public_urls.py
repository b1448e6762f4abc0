"""The live addresses of a page: its forms for subscribers (DESIGN sections 8 and 10).

The published tree passes exactly these on (``statuspage.serving.tree.FORMS``), also from a page's own host, where it
puts ``/p/<slug>`` before them. ``notifications.links`` makes them.
"""

from django.urls import URLPattern, URLResolver, include, path, re_path

from notifications.views import leave, manage, public_base, subscribe

app_name = "subscriptions"

of_a_page: list[URLPattern] = [
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("subscriptions/", subscribe.lost, name="lost"),
    path("subscriptions/confirm/<str:signed>/", subscribe.confirm, name="confirm"),
    path("subscriptions/<str:token>/", manage.manage, name="manage"),
    path("subscriptions/<str:token>/leave/", leave.leave, name="leave"),
    path("subscriptions/<str:token>/forget/", leave.forget, name="forget"),
    path("subscriptions/<str:token>/mute/<str:subject_id>/", leave.mute, name="mute"),
    re_path(r"^(?:subscribe|subscriptions)/.+/$", public_base.nowhere, name="nowhere"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<slug:slug>/", include((of_a_page, "of_a_page"))),
    path("", include((of_a_page, "of_the_default_page"))),
]
