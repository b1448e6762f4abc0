"""The admin with our site as the default one."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "incidents.staff.site.StaffSite"
