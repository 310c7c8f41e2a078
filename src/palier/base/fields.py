"""Columns that the database computes."""

from django.db.models import F, Func, GeneratedField, TextField


def folded(source: str) -> GeneratedField:
    """A stored key of `source` without case or accents, to sort and search (GIN trigram) French names."""
    return GeneratedField(
        expression=Func(F(source), function="palier_fold"),
        output_field=TextField(db_collation="C"),
        db_persist=True,
    )
