from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0005_accounts'),
    ]

    operations = [
        migrations.RenameModel('PasswordAsk', 'PasswordResetRequest'),
        migrations.RenameModel('ToldState', 'UpdateComponentState'),
    ]
