import django.db.models.deletion
import palier.base.ids
import palier.coffre.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('demandes', '0004_contestation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AttestationEmployeur',
            fields=[
                ('id', models.UUIDField(default=palier.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('siret', models.CharField(max_length=14)),
                ('present', models.BooleanField()),
                ('contrat', models.CharField(blank=True, choices=[('cdi', 'CDI'), ('cdd', 'CDD'), ('interim', 'Intérim'), ('alternance', 'Alternance')], default='', max_length=12)),
                ('depuis', models.DateField(null=True)),
                ('fin', models.DateField(null=True)),
                ('mobilite_le', models.DateField(null=True)),
                ('signataire', palier.coffre.fields.SealedField()),
                ('signee_le', models.DateTimeField()),
                ('lien', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='attestation', to='demandes.lien')),
                ('titulaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attestations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': "attestation de l'employeur",
                'indexes': [models.Index(fields=['titulaire', '-signee_le'], name='attestation_par_personne')],
                'constraints': [models.CheckConstraint(condition=models.Q(('present', False), models.Q(('contrat', ''), _negated=True), _connector='OR'), name='attestation_present_a_un_contrat')],
            },
        ),
    ]
