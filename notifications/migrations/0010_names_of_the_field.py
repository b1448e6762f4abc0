"""The models take the names of the field, and the rights on them stay with whom they were given to."""

import django.db.models.deletion
from django.db import migrations, models

RENAMED = [
    ('incidents', 'toldstate', 'updatecomponentstate'),
    ('statuspage', 'touched', 'dirtypage'),
    ('notifications', 'ask', 'subscriberequest'),
    ('notifications', 'lane', 'transporthealth'),
    ('notifications', 'sending', 'sendingswitch'),
    ('notifications', 'telling', 'messagesettings'),
    ('notifications', 'historicaltelling', 'historicalmessagesettings'),
    ('notifications', 'stagetext', 'messagetext'),
    ('notifications', 'historicalstagetext', 'historicalmessagetext'),
]


def _rename(apps, names):
    """Where both names are there, as after a way back, whoever held the old one holds the new one."""
    permissions = apps.get_model('auth', 'Permission').objects
    holders = [(apps.get_model('auth', 'Group'), 'permissions'), (apps.get_model('incidents', 'User'), 'user_permissions')]
    for app, old, new in names:
        for verb in ('view', 'add', 'change', 'delete'):
            for row in permissions.filter(content_type__app_label=app, codename=f'{verb}_{old}'):
                twin = permissions.filter(content_type=row.content_type_id, codename=f'{verb}_{new}').first()
                if twin is None:
                    permissions.filter(pk=row.pk).update(codename=f'{verb}_{new}')
                    continue
                for model, field in holders:
                    for holder in model.objects.filter(**{field: row}):
                        getattr(holder, field).add(twin)
                row.delete()


def forwards(apps, schema_editor):
    _rename(apps, RENAMED)


def backwards(apps, schema_editor):
    _rename(apps, [(app, new, old) for app, old, new in RENAMED])


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0009_pending_asks'),
        ('statuspage', '0005_names_of_the_field'),
        ('incidents', '0006_names_of_the_field'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.RemoveConstraint('stagetext', 'stage_text_is_one_per_event'),
        migrations.RenameModel('Ask', 'SubscribeRequest'),
        migrations.RenameModel('Lane', 'TransportHealth'),
        migrations.RenameModel('Sending', 'SendingSwitch'),
        migrations.RenameModel('Telling', 'MessageSettings'),
        migrations.RenameModel('HistoricalTelling', 'HistoricalMessageSettings'),
        migrations.RenameModel('StageText', 'MessageText'),
        migrations.RenameModel('HistoricalStageText', 'HistoricalMessageText'),
        migrations.RenameField('messagetext', 'telling', 'message_settings'),
        migrations.RenameField('historicalmessagetext', 'telling', 'message_settings'),
        migrations.AlterModelOptions(
            name='historicalmessagetext',
            options={'get_latest_by': ('history_date', 'history_id'), 'ordering': ('-history_date', '-history_id'), 'verbose_name': 'historical message text', 'verbose_name_plural': 'historical message texts'},
        ),
        migrations.AlterField(
            model_name='messagesettings',
            name='page',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='message_settings', serialize=False, to='statuspage.page'),
        ),
        migrations.AddConstraint(
            model_name='messagetext',
            constraint=models.UniqueConstraint(models.F('message_settings'), models.F('event'), name='message_text_is_one_per_event'),
        ),
        migrations.RunPython(forwards, backwards),
    ]
