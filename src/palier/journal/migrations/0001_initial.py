# Access lines are cut by months, which Django cannot say: their table is made by SQL.

import palier.base.ids
import pgtrigger.compiler
import pgtrigger.migrations
from datetime import date

from django.db import migrations, models

from palier.journal import partitions

FIRST_MONTH, MONTHS = date(2026, 11, 1), 26


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("key", models.CharField(editable=False, max_length=80, primary_key=True, serialize=False)),
                ("aggregate", models.CharField(max_length=40)),
                ("aggregate_id", models.UUIDField()),
                ("n", models.PositiveIntegerField()),
                ("hash", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(default=palier.base.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("aggregate", models.CharField(max_length=40)),
                ("aggregate_id", models.UUIDField()),
                ("n", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=60)),
                ("from_state", models.CharField(blank=True, max_length=32)),
                ("to_state", models.CharField(blank=True, max_length=32)),
                ("actor_id", models.UUIDField(null=True)),
                ("role", models.CharField(max_length=20)),
                ("organisation_id", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("prev", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Idempotency",
            fields=[
                (
                    "id",
                    models.UUIDField(default=palier.base.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("actor_id", models.UUIDField(null=True)),
                ("scope", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("location", models.CharField(blank=True, max_length=500)),
                ("body", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="Payload",
            fields=[
                ("event_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(null=True)),
                ("blob", models.BinaryField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(partitions.CREATE_TABLE, partitions.DROP_TABLE),
                *(
                    migrations.RunSQL(partitions.create_month(first), migrations.RunSQL.noop)
                    for first in partitions.months(FIRST_MONTH, MONTHS)
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="AccessLine",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=palier.base.ids.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("actor_id", models.UUIDField(null=True)),
                        ("role", models.CharField(max_length=20)),
                        ("organisation_id", models.UUIDField(null=True)),
                        ("relation", models.CharField(max_length=30)),
                        ("purpose", models.CharField(max_length=60)),
                        ("aggregate", models.CharField(max_length=40)),
                        ("object_id", models.UUIDField()),
                        ("person_id", models.UUIDField(null=True)),
                        ("classes", models.CharField(max_length=40)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["person_id", "-at"], name="accessline_person")],
                    },
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accessline",
            trigger=pgtrigger.compiler.Trigger(
                name="accessline_rows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d4c8aa75e174c55d2175ff182124caeb7d2fbb5c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_accessline_rows_c822c",
                    table="journal_accessline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accessline",
            trigger=pgtrigger.compiler.Trigger(
                name="accessline_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'journal: append only (% on %)', TG_OP, TG_TABLE_NAME;",
                    hash="3403c59bd7cac962b7801b160283d75f26ac5f43",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_accessline_table_b38a2",
                    table="journal_accessline",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="chainhead",
            constraint=models.UniqueConstraint(fields=("aggregate", "aggregate_id"), name="chainhead_one_per_object"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["kind", "at"], name="event_kind_at"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(fields=("aggregate", "aggregate_id", "n"), name="event_one_number"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="event_rows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d0e2eab501eb6e28c893a33e6340c4b32e534105",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_event_rows_8007f",
                    table="journal_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="event_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'journal: append only (% on %)', TG_OP, TG_TABLE_NAME;",
                    hash="fdef2847d67572b5f99ea0be90bb319e857ab520",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_event_table_c0b77",
                    table="journal_event",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="idempotency",
            index=models.Index(fields=["at"], name="idempotency_at"),
        ),
        migrations.AddConstraint(
            model_name="idempotency",
            constraint=models.UniqueConstraint(
                fields=("actor_id", "scope", "key"), name="idempotency_one_answer", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotency",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="idempotency_key_given"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payload",
            trigger=pgtrigger.compiler.Trigger(
                name="payload_rows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cd3f08fd9fcc70d289394f8ae3ee2981585da2c0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_payload_rows_ca19e",
                    table="journal_payload",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payload",
            trigger=pgtrigger.compiler.Trigger(
                name="payload_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'journal: append only (% on %)', TG_OP, TG_TABLE_NAME;",
                    hash="174e49f41d2bdcfca212aa0b8b7264852dcba4cf",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_payload_table_643dd",
                    table="journal_payload",
                    when="BEFORE",
                ),
            ),
        ),
    ]
