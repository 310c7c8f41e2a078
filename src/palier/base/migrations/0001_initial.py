import datetime

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

FOLD = """
create or replace function public.palier_fold(text) returns text
language sql immutable strict parallel safe as
$$ select lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(FOLD, "drop function if exists public.palier_fold(text)"),
        migrations.CreateModel(
            name="ClockOffset",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                ),
                ("offset", models.DurationField(default=datetime.timedelta(0))),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="clockoffset_single_row")
                ],
            },
        ),
    ]
