"""What a bailleur sees is what the person is shown: the same page, V7 counts, V11 parts, and a line for each look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from palier.attributions.models import Proposition
from palier.base.actor import Actor
from palier.candidatures.models import Candidature
from palier.candidatures.queries import bailleur_view
from palier.journal.models import AccessLine
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Actor:
    return make.make_bailleur()[1]


def presented(candidature: Candidature) -> Candidature:
    Candidature.objects.filter(pk=candidature.pk).update(state="designee")
    return Candidature.objects.select_related("offre__grille", "offre__logement__programme", "demande").get(
        pk=candidature.pk
    )


def refused(agent: Actor, demande, motif: str, *, days: int = 10) -> None:
    """A refusal of this demande on an offre of this bailleur, so many days ago."""
    row = make.make_candidature(make.make_offre(agent), demande)
    when = make.NOW - timedelta(days=days)
    Candidature.objects.filter(pk=row.pk).update(state="refusee", state_since=when)
    Proposition.objects.create(
        candidature=row,
        offre=row.offre,
        envoyee_le=when,
        limite_le=when,
        motif_refus=motif,
        state="refusee",
        state_since=when,
    )


def values(view, title: str) -> dict[str, str]:
    return next(dict(section.lignes) for section in view.sections if section.titre == title)


def test_the_two_pages_are_the_same_and_only_one_is_logged(agent):
    row = presented(make.make_candidature(make.make_offre(agent)))
    person = Actor(row.demande.titulaire_id, "demandeur")
    mine = bailleur_view(candidature=row, by=person, at=make.NOW)
    assert AccessLine.objects.count() == 0
    theirs = bailleur_view(candidature=row, by=agent, at=make.NOW)
    assert theirs.sections == mine.sections
    assert set(AccessLine.objects.values_list("relation", flat=True)) == {"presented"}


def test_before_applying_the_page_is_the_same(agent):
    row = make.make_candidature(make.make_offre(agent))
    person = Actor(row.demande.titulaire_id, "demandeur")
    before = bailleur_view(demande=row.demande, offre=row.offre, by=person, at=make.NOW)
    after = bailleur_view(candidature=row, by=person, at=make.NOW)
    assert before.sections == after.sections


def test_refusals_are_counted_by_motive_here_and_alone_elsewhere(agent):
    demande = make.make_demande()
    refused(agent, demande, "localisation")
    refused(agent, demande, "accessibilite")
    refused(make.make_bailleur()[1], demande, "taille")
    refused(agent, demande, "localisation", days=900)
    row = make.make_candidature(make.make_offre(agent), demande)
    seen = values(
        bailleur_view(candidature=row, by=Actor(demande.titulaire_id, "demandeur"), at=make.NOW),
        "Candidatures et refus",
    )
    assert seen["Candidatures en cours"] == "1"
    assert seen["Refus chez d'autres bailleurs, sur 24 mois"] == "1"
    here = [value for label, value in seen.items() if label.startswith("Refus chez ce bailleur")]
    assert here == ["1"]


def test_points_are_a_total_and_three_parts(agent):
    demande = make.make_demande(situation={"handicap": True, "dalo": True})
    for code in ("HANDICAP", "DALO"):
        make.make_piece(demande, code)
    row = presented(make.make_candidature(make.make_offre(agent), demande))
    seen = values(bailleur_view(candidature=row, by=agent, at=make.NOW), "Points")
    assert set(seen) == {"Total", "Ancienneté", "Logement offert", "Priorités et situation"}
    assert seen["Total"] == str(row.points)
    assert not seen["Priorités et situation"].isdecimal()
