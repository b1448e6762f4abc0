"""Every live address. All other public addresses are the published tree (statuspage.serving)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", include("postmortems.urls")),
    path("admin/", include("statuspage.urls")),
    path("admin/", include("notifications.urls")),
    path("admin/", include("incidents.maintenance.urls")),
    path("admin/", admin.site.urls),
    path("", include("notifications.public_urls")),
]

handler500 = "config.errors.broken"
