from django.db import migrations, models


def forget_kinds(apps, schema_editor):
    """Backwards, a number stands for an incident: whatever else was dirty, all of its page is."""
    apps.get_model("statuspage", "DirtyPage").objects.exclude(kind="incident").update(subject_id=None)


class Migration(migrations.Migration):

    dependencies = [
        ("statuspage", "0005_names_of_the_field"),
    ]

    operations = [
        migrations.RenameField("dirtypage", "incident_id", "subject_id"),
        migrations.AddField(
            model_name="dirtypage",
            name="kind",
            field=models.CharField(default="incident", help_text="What subject_id is the key of.", max_length=30),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_kinds),
    ]
