"""Results are written again alike, without anything of the person housed; the decided rank is told by territory."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('attributions', '0002_resultats'),
    ]

    operations = [
        migrations.RunSQL('delete from attributions_resultatoffre', migrations.RunSQL.noop),
        migrations.RemoveField(model_name='resultatoffre', name='ordre_loge'),
        migrations.AlterField(
            model_name='resultatoffre',
            name='candidatures',
            field=models.PositiveIntegerField(),
        ),
        migrations.AddField(
            model_name='delaiterritoire',
            name='ordre',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None),
        ),
    ]
