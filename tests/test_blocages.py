"""What holds a file today: each blocker appears on a real cause, says what to do, and goes when it is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from palier.base import clock
from palier.candidatures.actions import declare_change
from palier.demandes.models import Demande, Piece
from palier.demandes.queries import step_values
from palier.demandes.queries.blockers import BLOCKS, GRAVITY, Blocker, blockers
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.NOW.date()


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def fresh(demande: Demande) -> Demande:
    return Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)


def of(demande: Demande, au: date = TODAY, **more: Any) -> dict[str, Blocker]:
    return {each.code: each for each in blockers(fresh(demande), au, **more)}


def save(demande: Demande, step: str, at: Any = make.NOW, **changes: Any) -> None:
    now = fresh(demande)
    data = {**step_values(now, step), **changes}
    by = make.actor_of(now.titulaire)
    declare_change(demande_id=now.pk, step=step, data=data, version=now.version, by=by, at=at)


def read(demande: Demande, piece: str, *, state: str = "a_verifier", **rule: str) -> Piece:
    """A piece that was read, as the analysis writes it."""
    return Piece.objects.create(
        demande=demande, code=piece, state=state, state_since=make.NOW, deposee_le=make.NOW,
        analyse={"regles": [rule]} if rule else None,
    )  # fmt: skip


def test_a_draft_is_not_held_and_a_good_file_is_held_by_its_pieces_alone():
    assert blockers(fresh(make.make_demande(state="brouillon")), TODAY) == []
    assert set(of(make.make_demande())) == {"pieces_manquantes"}


def test_without_a_number_the_identity_piece_is_asked_for_first():
    demande = make.make_demande(state="deposee")
    found = of(demande)["numero_absent"]
    assert (found.gravite, found.page, found.reference) == (BLOCKS, ("demandeur:pieces",), "CCH L.441-2-1")
    make.make_piece(demande, "ID_FR")
    assert "numero_absent" not in of(demande)


def test_an_expired_piece_holds_until_another_one_proves():
    demande = make.make_demande()
    make.make_piece(demande, "AVIS_IMPOT_N2", expire_le=TODAY + timedelta(days=10))
    assert "piece_expiree" not in of(demande)
    later = TODAY + timedelta(days=11)
    found = of(demande, later)["piece_expiree"]
    assert "avis d'imposition" in found.phrase.lower()
    make.make_piece(demande, "AVIS_IMPOT_N2", expire_le=TODAY + timedelta(days=400))
    assert "piece_expiree" not in of(demande, later)


def test_a_piece_read_that_disagrees_with_the_incomes_leads_to_the_incomes():
    demande = make.make_demande()
    words = "Nous lisons 19 000 € sur l'avis. Vous avez déclaré 21 500 €."
    read(demande, "AVIS_IMPOT_N2", code="revenu_concordant", resultat="non_conforme", texte=words)
    found = of(demande)["revenus_differents"]
    assert (found.phrase, found.page) == (words, ("demandeur:changement", "revenus"))


def test_a_piece_to_mend_says_what_was_read():
    demande = make.make_demande()
    words = "Nous lisons « revenus de 2025 »."
    read(demande, "AVIS_IMPOT_N2", code="bonne_annee", resultat="non_conforme", texte=words)
    assert words in of(demande)["piece_a_corriger"].phrase


def test_an_inconclusive_reading_holds_nothing():
    demande = make.make_demande()
    before = of(demande)["pieces_manquantes"].phrase
    read(demande, "AVIS_IMPOT_N2", code="lisible", resultat="indetermine", texte="Une partie se lit mal.")
    after = of(demande)
    assert "piece_a_corriger" not in after
    assert after.get("pieces_manquantes") is None or after["pieces_manquantes"].phrase != before


def test_a_birth_that_was_due_is_to_be_declared():
    demande = make.make_demande()
    save(demande, "menage", enfants_a_naitre=1, naissance_prevue=TODAY + timedelta(days=3))
    assert "naissance_a_declarer" not in of(demande)
    found = of(demande, TODAY + timedelta(days=4))["naissance_a_declarer"]
    assert found.page == ("demandeur:changement", "naissance")


def test_a_child_who_comes_of_age_is_asked_about_once():
    child = {"role": "enfant", "nom": "Marchal", "prenom": "Léo", "naissance": "2008-12-24", "a_charge": True,
             "garde": "principale"}  # fmt: skip
    demande = make.make_demande(menage={"personnes": [child]})
    assert "enfant_majeur" not in of(demande, date(2026, 12, 23))
    found = of(demande, date(2026, 12, 24))["enfant_majeur"]
    assert "Léo a eu 18" in found.phrase
    save(demande, "menage", at=make.NOW + timedelta(days=31))
    assert "enfant_majeur" not in of(demande, date(2026, 12, 26))


def test_the_code_of_an_employer_that_works_no_more_is_said():
    demande = make.make_demande()
    assert "code_employeur" not in of(demande)
    Demande.objects.filter(pk=demande.pk).update(code_specifique=uuid4())
    assert of(demande)["code_employeur"].page == ("demandeur:code_employeur",)


def test_sizes_that_are_not_those_of_the_household():
    demande = make.make_demande(logement={"typologies": ["T1"]})
    found = of(demande)["taille_inadaptee"]
    assert "Vous demandez T1" in found.phrase
    save(demande, "logement", typologies=["T1", "T3"])
    assert "taille_inadaptee" not in of(demande)


@pytest.mark.parametrize(("days", "code", "grave"), [(300, None, ""), (350, "a_renouveler", "bientot"),
                                                    (380, "a_renouveler", BLOCKS)])  # fmt: skip
def test_the_renewal_is_due_in_its_last_month_and_holds_once_over(days: int, code: str | None, grave: str):
    found = of(make.make_demande(), TODAY + timedelta(days=days))
    assert ("a_renouveler" in found) is (code is not None)
    if code:
        assert found[code].gravite == grave


def test_few_dwellings_are_said_and_enough_are_not():
    demande = make.make_demande()
    assert "perimetre_etroit" not in of(demande)
    assert "3" in of(demande, logements=3)["perimetre_etroit"].phrase
    assert "perimetre_etroit" not in of(demande, logements=20)


def test_the_gravest_comes_first():
    demande = make.make_demande(state="deposee", logement={"typologies": ["T1"]})
    found = blockers(fresh(demande), TODAY, logements=0)
    assert [GRAVITY[each.gravite] for each in found] == sorted(GRAVITY[each.gravite] for each in found)
    assert len(found) >= 4
