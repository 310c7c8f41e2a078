"""« Complet pour candidater », « complet pour la commission »: what is missing, why, and the page that mends it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from palier.base import clock
from palier.demandes.models import Demande, Piece
from palier.demandes.queries.meters import Meter, meters
from palier.droit.pieces import pieces
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.NOW.date()


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def of(demande: Demande, au: date = TODAY) -> tuple[Meter, Meter]:
    fresh = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)
    return meters(fresh, au)


def test_a_draft_lacks_its_steps_and_its_filing_each_with_its_page():
    user = make.make_user()
    draft = make.demandes.open_demande(user=user, by=make.actor_of(user), at=make.NOW)
    apply, _ = of(draft)
    assert not apply.complet
    assert {item.code for item in apply.manques} >= {"etape_identite", "etape_menage", "depot"}
    assert next(item.page for item in apply.manques if item.code == "etape_menage") == ("demandeur:etape", "menage")
    assert all(item.raison and item.reference for item in apply.items)


def test_a_filed_demande_may_apply_without_any_piece():
    demande = make.make_demande(state="deposee")
    apply, commission = of(demande)
    assert apply.complet
    assert Piece.objects.filter(demande=demande).count() == 0
    missing = {item.code for item in commission.manques}
    assert "numero" in missing
    assert any(code.startswith("piece_") for code in missing)


def test_every_required_piece_seen_makes_it_complete_for_the_commission():
    demande = make.make_demande()
    _, commission = of(demande)
    for item in commission.manques:
        if item.code.startswith("piece_") and item.code != "piece_ID_FR":
            make.make_piece(demande, item.code.removeprefix("piece_"))
    _, after = of(demande)
    assert after.complet, [item.code for item in after.manques]
    assert after.faits == len(after.items)


def test_a_protected_or_optional_piece_never_holds():
    demande = make.make_demande(situation={"handicap": True, "violences_conjugales": True})
    codes = {item.code.removeprefix("piece_") for item in of(demande)[1].items if item.code.startswith("piece_")}
    known = pieces()
    assert codes
    assert all(known[code].bloquante and not known[code].sensible for code in codes)


def test_a_demande_that_ended_its_year_is_no_longer_complete():
    demande = make.make_demande()
    later = TODAY + timedelta(days=380)
    item = next(each for each in of(demande, later)[1].items if each.code == "validite")
    assert not item.fait
    assert item.page == ("demandeur:renouveler",)
