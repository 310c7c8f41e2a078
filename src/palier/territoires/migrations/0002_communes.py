from django.db import migrations

from palier.territoires.loading import charger_territoires


def load(apps, schema_editor):
    charger_territoires(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("territoires", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
