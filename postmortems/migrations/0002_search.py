"""What incidents are found by. Those that there are already are marked, and read by the next sweep of a worker."""

import django.db.models.deletion
import django.utils.timezone
import postmortems.models.search_text
from django.db import migrations, models


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX search_text_words ON postmortems_searchtext USING gin (words)")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX search_text_words")


def mark_all(apps, schema_editor):
    alias = schema_editor.connection.alias
    marks, incidents = apps.get_model("postmortems", "SearchMark"), apps.get_model("incidents", "Incident")
    pks = incidents.objects.using(alias).values_list("pk", flat=True)
    marks.objects.using(alias).bulk_create((marks(incident_id=pk) for pk in pks.iterator()), batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0001_initial"),
        ("postmortems", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="incidents.incident",
                    ),
                ),
                ("words", postmortems.models.search_text.WordsField(default="")),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SearchMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="incidents.incident"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.RunPython(add_index, drop_index),
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
