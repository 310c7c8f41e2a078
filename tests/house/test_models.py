"""Every concrete field has exactly one class (promises.md D2), and the journal knows no foreign key."""

import pytest
from django.apps import apps
from django.db.models import CompositePrimaryKey, Model

from palier.base.policy import FIELD_CLASSES
from palier.journal.models import Stateful

LOWEST = ("base", "coffre", "journal")
OURS = [model for model in apps.get_models() if model.__module__.startswith("palier.")]


def _field_names(model: type[Model]) -> set[str]:
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_has_one_class(model: type[Model]):
    declared = model.__dict__.get("field_classes")
    assert declared is not None, "declare field_classes"
    composed = {field.name for field in model._meta.fields if isinstance(field, CompositePrimaryKey)}
    assert set(declared) - composed == _field_names(model)
    assert set(declared.values()) <= set(FIELD_CLASSES)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_lower_floors_hold_ids_never_foreign_keys(model: type[Model]):
    if model._meta.app_label in LOWEST:
        assert [field.name for field in model._meta.get_fields() if field.is_relation] == []


def test_life_cycles_have_one_name_each_and_fit_their_column():
    lives = [model.life for model in OURS if issubclass(model, Stateful)]
    names = [life.name for life in lives]
    assert len(names) == len(set(names))
    widest = Stateful._meta.get_field("state").max_length
    assert [state for life in lives for state in life.states if len(state) > widest] == []


def test_sealed_rows_say_whose_they_are():
    for model in OURS:
        if any(type(field).__name__ == "SealedField" for field in model._meta.concrete_fields):
            assert callable(getattr(model, "person_id", None)), model._meta.label
