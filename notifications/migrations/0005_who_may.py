"""Groups and people that were there before messages were get the rights that go with those they hold.

A new database gets them with its ready groups (incidents.defaults).
"""

from django.db import migrations


def every(model):
    return [f"{verb}_{model}" for verb in ("view", "add", "change", "delete")]


WITH = {  # who held the right on the left holds those on the right
    ("incidents", "incident", "view_incident"): {
        "announcement": ["view_announcement"],
        "telling": ["view_telling"],
        "stagetext": ["view_stagetext"],
        "channel": ["view_channel"],
    },
    ("incidents", "incident", "publish_incident"): {
        "announcement": ["send_announcement"],
        "subscriber": every("subscriber"),
    },
    ("statuspage", "page", "change_page"): {
        "telling": every("telling"),
        "stagetext": every("stagetext"),
        "channel": every("channel"),
        "subscriber": ["export_subscriber"],
    },
}
NAMES = {
    "send_announcement": "Can release, drop, replay and pause messages",
    "export_subscriber": "Can export subscribers",
}


def grant(apps, schema_editor):
    using = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(using)
    for (app, model, codename), wanted in WITH.items():
        held = permissions.filter(content_type__app_label=app, content_type__model=model, codename=codename).first()
        if held is None:
            continue
        groups = list(held.group_set.all())
        people = list(apps.get_model("incidents", "User").objects.using(using).filter(user_permissions=held))
        if not groups and not people:
            continue
        for other, codenames in wanted.items():
            kind, _created = kinds.get_or_create(app_label="notifications", model=other)
            for name in codenames:
                words = NAMES.get(name) or f"Can {name.replace('_', ' ')}"
                right, _created = permissions.get_or_create(content_type=kind, codename=name, defaults={"name": words})
                for group in groups:
                    group.permissions.add(right)
                for person in people:
                    person.user_permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_message_settings"),
        ("incidents", "0004_breaches"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
