import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('statuspage', '0004_what_takes_back'),
    ]

    operations = [
        migrations.RenameModel('Touched', 'DirtyPage'),
        migrations.AlterField(
            model_name='dirtypage',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dirty', to='statuspage.page'),
        ),
    ]
