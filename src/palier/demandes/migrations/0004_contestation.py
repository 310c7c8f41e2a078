import django.db.models.deletion
import palier.base.ids
import palier.coffre.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('demandes', '0003_renouvellement'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contestation',
            fields=[
                ('id', models.UUIDField(default=palier.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(editable=False, max_length=32)),
                ('state_since', models.DateTimeField(editable=False)),
                ('auteur', models.UUIDField()),
                ('objet', models.CharField(choices=[('ligne', 'Une ligne de mes points'), ('fait', 'Un fait de mon dossier')], max_length=8)),
                ('candidature_id', models.UUIDField(null=True)),
                ('contenu', palier.coffre.fields.SealedField()),
                ('reponse', palier.coffre.fields.SealedField(null=True)),
                ('deposee_le', models.DateTimeField()),
                ('echeance', models.DateField()),
                ('repondue_le', models.DateTimeField(null=True)),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contestations', to='demandes.demande')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'echeance'], name='contestation_a_repondre')],
            },
        ),
    ]
