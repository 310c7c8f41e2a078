"""Applying and withdrawing: « Je postule », « Retirer ma candidature »."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import prefetch_related_objects

from palier import coffre
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.ids import new_id
from palier.base.refusal import NotVisible, Refused, explain_constraint
from palier.candidatures import rules
from palier.candidatures.facts import (
    Frozen,
    Profil,
    cas_offre,
    closing_day,
    cotation_facts,
    count,
    law_grille,
    profil,
    travel_minutes,
)
from palier.candidatures.models import Candidature
from palier.candidatures.queries.ranks import order_key
from palier.candidatures.queries.verdicts import verdict
from palier.demandes.models import Demande
from palier.droit.cotation import parties
from palier.droit.effort import charge_logement, effort_brut
from palier.droit.menage import Cas
from palier.journal.mover import act, create, lock, move, share
from palier.parc.models import Offre
from palier.parc.rules import is_open

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST_WEIGHT = 999
"""What the column holds: beyond, incomes are next to nothing and the figure says no more."""
EXISTS = "Vous avez déjà une candidature en cours sur cette offre."

explain_constraint(
    "candidature_une_vivante_par_offre",
    code="deja_candidat",
    detail=EXISTS,
    mend="Elle est dans «\u00a0Vos candidatures\u00a0».",
)
explain_constraint(
    "candidature_une_acceptee_par_demande",
    code="deja_accepte",
    detail="Vous avez déjà accepté un autre logement.",
    mend="Un seul logement peut être accepté par demande.",
)


def pseudonym(candidature_id: UUID) -> str:
    """Eight signs that name a candidature on its offre and nowhere else; nobody can link two of them."""
    digest = int(coffre.blind_index(candidature_id.hex, scope="pseudonyme"), 16)
    signs = "".join(ALPHABET[digest >> (5 * place) & 31] for place in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def cote(candidature: Candidature, known: Profil, offre: Offre, at: datetime) -> None:
    """Write on an unsaved or locked row its points, parts and order keys, counted at the closing day."""
    write_points(candidature, cotation_facts(known.demande, offre, known), offre, at)
    _, candidature.anciennete_le, candidature.cle_egalite = order_key(known.demande, offre, candidature.points)
    candidature.trajet_minutes = travel_minutes(known, offre)
    _weigh(candidature, cas_offre(known, offre, closing_day(offre)))


def write_points(candidature: Candidature, frozen: Frozen, offre: Offre, at: datetime) -> None:
    """Write on the row what these inputs bring on the grid of the offre; the demande is not read."""
    grille = law_grille(offre.grille)
    counted = count(grille, frozen)
    shown = parties(counted)
    candidature.points = counted.points
    candidature.points_anciennete, candidature.points_logement = shown.anciennete, shown.logement_offert
    candidature.cotation = {**frozen, "grille": grille.empreinte}
    candidature.cote_le = at


def _weigh(candidature: Candidature, cas: Cas) -> None:
    """Write what the dwelling weighs on the household: before aid, and after it when the law can estimate it."""
    gross, charge = effort_brut(cas).valeur, charge_logement(cas)
    net = charge.taux_effort.valeur
    candidature.taux_effort_brut = None if gross is None else _ratio(gross)
    candidature.taux_effort = None if net is None else _ratio(net)
    candidature.reste_a_payer_cents = charge.reste_a_payer.valeur
    candidature.reste_a_vivre_cents = charge.reste_a_vivre.valeur


def _ratio(value: float) -> Decimal:
    return Decimal(str(min(value, MOST_WEIGHT)))


def new_candidature(known: Profil, offre: Offre, at: datetime) -> Candidature:
    """An unsaved candidature with its points; `create` or `create_many` of the journal gives it its state."""
    made = Candidature(id=new_id(), demande=known.demande, offre=offre, deposee_le=at)
    made.pseudonyme = pseudonym(made.pk)
    cote(made, known, offre, at)
    return made


@act
def submit_candidature(*, demande_id: UUID, offre_id: UUID, by: Actor, at: datetime) -> Candidature:
    """« Je postule ». Refused with its reason: offre closed, demande not filed, already applied, verdict « Non »."""
    demande = lock(share(Offre, offre_id), (Demande, demande_id))[1]
    prefetch_related_objects([demande], "personnes", "communes", "pieces")
    offre = Offre.objects.with_place().public().filter(pk=offre_id).first()
    if offre is None or not rules.holds(by, demande):
        raise NotVisible
    check_may_apply(demande, offre, at)
    known = profil(demande, closing_day(offre))
    answer = verdict(known, offre, local_day(at))
    if not answer.may_apply:
        raise Refused(
            "hors_regles",
            f"Ce logement n'est pas ouvert à votre demande. {answer.phrase}",
            mend="Voyez les autres offres de vos communes.",
            motifs=answer.motifs,
        )
    made = new_candidature(known, offre, at)
    create(
        made, by=by, at=at, data={"points": made.points, "trajet_minutes": made.trajet_minutes, "verdict": answer.kind}
    )
    return made


def check_may_apply(demande: Demande, offre: Offre, at: datetime) -> None:
    """Refused when the window, the state of the demande or an earlier candidature closes the door."""
    if not is_open(offre, at):
        raise Refused(
            "offre_close",
            f"Cette offre ne prend plus de candidature. Elle est {offre.state_label.lower()}.",
            mend="Voyez les offres encore ouvertes.",
        )
    if demande.state not in rules.MAY_APPLY:
        raise Refused(
            "demande_non_deposee",
            f"Votre demande est à l'état «\u00a0{demande.state_label}\u00a0».",
            mend="Déposez votre demande, puis postulez.",
        )
    mine = Candidature.objects.live().filter(demande=demande, offre=offre)
    # A page has read it with the offre (`with_candidats`); the act, on a locked offre, asks again.
    if offre.ma_candidature is not None if hasattr(offre, "ma_candidature") else mine.exists():
        raise Refused("deja_candidat", EXISTS, mend="Elle est dans «\u00a0Vos candidatures\u00a0».")


@act
def withdraw_candidature(*, candidature_id: UUID, by: Actor, at: datetime) -> Candidature:
    """« Retirer ma candidature », until a proposition; the place is given back at that commit."""
    candidature: Candidature = lock((Candidature, candidature_id))[0]
    if not rules.holds(by, candidature.demande):
        raise NotVisible
    move(candidature, "retirer", by=by, at=at)
    return candidature
