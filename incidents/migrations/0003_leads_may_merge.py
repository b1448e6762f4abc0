"""Groups and people who may reopen incidents may merge them too. A new database gets both with its ready groups."""

from django.db import migrations


def grant(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    using = schema_editor.connection.alias
    kind = ContentType.objects.using(using).filter(app_label="incidents", model="incident").first()
    reopen = Permission.objects.using(using).filter(content_type=kind, codename="reopen_incident").first()
    if kind is None or reopen is None:
        return
    merge, _created = Permission.objects.using(using).get_or_create(
        content_type=kind, codename="merge_incident", defaults={"name": "Can merge an incident into another"}
    )
    for group in reopen.group_set.all():
        group.permissions.add(merge)
    for person in apps.get_model("incidents", "User").objects.using(using).filter(user_permissions=reopen):
        person.user_permissions.add(merge)


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0002_merging_and_forgotten_passwords"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
