from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("candidatures", "0001_initial")]

    operations = [
        migrations.AddField(
            "candidature", "taux_effort", models.DecimalField(decimal_places=4, max_digits=7, null=True)
        ),
        migrations.AddField("candidature", "reste_a_payer_cents", models.PositiveIntegerField(null=True)),
        migrations.AddField("candidature", "reste_a_vivre_cents", models.IntegerField(null=True)),
    ]
