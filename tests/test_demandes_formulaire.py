"""What the form asks beyond the law: written by parts, kept, and given to the law once."""

from __future__ import annotations

from typing import Any

import pytest

from palier.base.refusal import Refused
from palier.demandes import actions, facts, queries
from palier.demandes.models import Demande
from palier.droit.menage import lire_cas
from palier.droit.pieces import ETAPE_INSTRUCTION, pieces_exigibles
from tests.factories import NOW, actor_of, make_demande

pytestmark = pytest.mark.django_db


def answer(demande: Demande, step: str, question: str, *, complete: bool = False, **data: Any) -> Demande:
    fresh = Demande.objects.get(pk=demande.pk)
    return actions.save_answer(
        demande_id=demande.pk, step=step, questions=[question], data=data, complete=complete, version=fresh.version,
        by=actor_of(demande.titulaire), at=NOW,
    )  # fmt: skip


def found(demande: Demande) -> Demande:
    current = queries.current_demande(demande.titulaire)
    assert current is not None
    return current


def test_an_answer_writes_its_part_and_nothing_else():
    demande = make_demande(state="brouillon")
    answer(demande, "identite", "nationalite", nationalite="UE")
    answer(demande, "identite", "courrier", courrier_chez="Mme Roux")
    said = queries.step_values(found(demande), "identite")
    assert (said["nom"], said["nationalite"], said["courrier_chez"]) == ("Marchal", "UE", "Mme Roux")
    assert found(demande).reponses == ["nationalite", "courrier"]


def test_a_stale_answer_is_refused_with_the_difference_of_that_answer():
    demande = make_demande(state="brouillon")
    by = actor_of(demande.titulaire)
    answer(demande, "identite", "nom", nom="Marchal-Roux")
    with pytest.raises(Refused) as refusal:
        actions.save_answer(
            demande_id=demande.pk, step="identite", questions=["nom"], data={"nom": "Autre"}, complete=False,
            version=demande.version, by=by, at=NOW,
        )  # fmt: skip
    assert refusal.value.status == 409
    assert [str(each).replace("\u00a0", " ") for each in refusal.value.motifs] == [
        "Nom : enregistré « Marchal-Roux », saisi « Autre »."
    ]


def test_the_social_security_number_is_never_said_back():
    demande = make_demande(state="brouillon")
    answer(demande, "identite", "nir", nir="295109912611193")
    with pytest.raises(Refused) as refusal:
        actions.save_answer(
            demande_id=demande.pk, step="identite", questions=["nir"], data={"nir": "1"}, complete=False,
            version=demande.version, by=actor_of(demande.titulaire), at=NOW,
        )  # fmt: skip
    assert "295109912611193" not in str(refusal.value.motifs)
    assert "295109912611193" not in str(facts.snapshot(found(demande), au=NOW.date()))


def test_resources_by_kind_make_the_monthly_net_and_an_unknown_amount_leaves_it_unknown():
    demande = make_demande(state="brouillon")
    holder = str(queries.holder_of(demande).pk)
    known = queries.step_values(found(demande), "ressources")
    answer(demande, "ressources", "r", **{holder: {**known[holder], "ressources": {"SAL": 150_000, "PAV": 10_000}}})
    assert queries.holder_of(found(demande)).net_mensuel_cents == 150_000
    answer(demande, "ressources", "r", **{holder: {**known[holder], "ressources": {"SAL": 150_000, "AF": None}}})
    assert queries.holder_of(found(demande)).net_mensuel_cents is None
    with pytest.raises(Refused, match="n'est pas dans la liste"):
        answer(demande, "ressources", "r", **{holder: {**known[holder], "ressources": {"XX": 1}}})


def test_the_present_home_says_facts_once_and_zero_aid_is_an_answer():
    demande = make_demande(state="brouillon")
    answer(demande, "actuel", "a", statut="locataire_hlm", loyer_cents=86_000, aide_cents=0, personnes=3, pieces=2,
           motifs=["logement_repris_ou_vendu"])  # fmt: skip
    said = facts.situation(found(demande))
    assert said == {"logement_repris": True, "pieces_actuelles": 2, "personnes_actuelles": 3, "taux_effort_actuel": 0.5}
    assert queries.step_values(found(demande), "actuel")["aide_cents"] == 0


def test_the_law_asks_for_the_pieces_of_the_answers():
    demande = make_demande(state="brouillon")
    answer(demande, "identite", "s", situation_familiale="instance_divorce", nationalite="HORS_UE")
    answer(demande, "menage", "h", protege={"tutelle": True, "sante": True})
    answer(demande, "travail", "t", travail={"statut": "assistant_familial_maternel"})
    holder = str(queries.holder_of(demande).pk)
    answer(demande, "ressources", "r", **{holder: {"ressources": {"SAL": 90_000, "AAH": 20_000}}})
    answer(demande, "actuel", "a", statut="sans_logement", motifs=["non_decent"])
    said = facts.situation_pieces(found(demande))
    case = lire_cas(facts.cas(found(demande), au=NOW.date()))
    codes = {piece.code for piece, _ in pieces_exigibles(case, said, ETAPE_INSTRUCTION)}
    assert {
        "INSTANCE_DIVORCE", "TUTELLE_CURATELLE", "SANTE", "AGREMENT_ASSMAT", "BULLETINS_SALAIRE", "ATTESTATION_CAF_MSA",
        "SANS_LOGEMENT", "NON_DECENT",
    } <= codes  # fmt: skip
    assert said["nationalite"] == "HORS_UE"


def test_a_birth_date_whose_day_is_unknown_is_not_given_to_the_law():
    demande = make_demande(state="brouillon")
    answer(demande, "identite", "n", naissance="1992-01-01", naissance_partielle=True)
    case = facts.cas(found(demande), au=NOW.date())
    assert "naissance" not in case["menage"]["personnes"][0]
