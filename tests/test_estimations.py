"""Stored estimates: what was shown is kept for ever as it was, what was not is replaced; off means nothing at all."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError

from palier.estimations.models import Ajustement, Estimation
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.NOW


def make_estimation(**fields: object) -> Estimation:
    candidature = make.make_candidature()
    given = {
        "genre": "chance", "demande": candidature.demande, "candidature": candidature, "faite_le": NOW,
        "cause": "candidature.deposee", "empreinte": "e" * 64, "proba": 0.4, "bas": 0.2, "haut": 0.6, "statut": "ok",
        **fields,
    }  # fmt: skip
    return Estimation.objects.create(**given)


def test_what_was_shown_can_neither_change_nor_go():
    shown = make_estimation(montree_le=NOW)
    for change in ({"proba": 0.5}, {"bas": 0.1}, {"montree_le": None}, {"detail": {"rang": 1}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Estimation.objects.filter(pk=shown.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        shown.delete()
    assert Estimation.objects.filter(pk=shown.pk).update(courante=False) == 1


def test_what_was_never_shown_is_replaced():
    fresh = make_estimation()
    assert Estimation.objects.filter(pk=fresh.pk).update(proba=0.5, montree_le=NOW) == 1


def test_one_current_estimate_a_question():
    first = make_estimation()
    again = Estimation.objects.get(pk=first.pk)
    again.pk, again._state.adding = None, True
    again.id = Estimation._meta.pk.get_default()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize("wrong", [{"proba": 1.2}, {"proba": -0.1}, {"bas": None}, {"haut": None}])
def test_no_number_without_its_range(wrong: dict[str, object]):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_estimation(**wrong)


def test_a_fit_is_never_edited():
    fit = Ajustement.objects.create(
        territoire=make.EPCI, coupe_le=NOW, fait_le=NOW, origine="demonstration", offres_finies=0, contactees=0,
        decisions=0, parametres={}, empreinte="f" * 64,
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Ajustement.objects.filter(pk=fit.pk).update(decisions=500)
