"""Since when customers could read a version. Of those that there are, what stands at an incident for the public counts
as read since it was published."""

from django.db import migrations, models


def of_public_incidents(apps, schema_editor):
    rows = apps.get_model("postmortems", "Version").objects.using(schema_editor.connection.alias)
    rows = rows.filter(published_at__isnull=False, postmortem__incident__audience="public")
    rows.update(public_at=models.F("published_at"))
    rows.filter(withdrawn_at__isnull=False).update(withdrawn_in_public=True)


class Migration(migrations.Migration):
    dependencies = [
        ("postmortems", "0003_roles_of_a_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="public_at",
            field=models.DateTimeField(help_text="Since when customers could read it.", null=True),
        ),
        migrations.AddField(
            model_name="version",
            name="withdrawn_in_public",
            field=models.BooleanField(
                default=False, help_text="Whether customers could read it when it was withdrawn."
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("public_at__isnull", True), ("published_at__isnull", False), _connector="OR"),
                name="version_is_published_before_it_is_public",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_in_public", False),
                    models.Q(("public_at__isnull", False), ("withdrawn_at__isnull", False)),
                    _connector="OR",
                ),
                name="version_is_withdrawn_before_that_is_public",
            ),
        ),
        migrations.RunPython(of_public_incidents, migrations.RunPython.noop),
    ]
