"""One offre: may I, for how much, at which rank, until when, and what happens next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.base.clock import local_day
from palier.base.money import whole_euros
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.candidatures.actions import note_seen
from palier.candidatures.models import Candidature
from palier.candidatures.queries import (
    Rang,
    Verdict4,
    conditions,
    designator_name,
    my_rank,
    rank,
    verdict,
    with_candidats,
)
from palier.candidatures.rules import MAY_APPLY
from palier.estimations.actions import note_shown
from palier.estimations.queries import chances_of
from palier.parc.models import Offre
from palier.parc.rules import is_open
from palier.parc.states import BEFORE_CLOSING
from palier.portals.chances_words import Shown, before, shown
from palier.portals.public import rows
from palier.portals.public.viewer import Viewer, address, tabs, viewing


@policy("public.lire")
@require_safe
def offre_page(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """`/offres/<id>/`: any offre ever published; a draft is unknown."""
    with viewing(request) as viewer:
        offre = with_candidats(Offre.objects.with_place().public(), viewer.demande).filter(pk=offre_id).first()
        if offre is None:
            raise NotVisible
        if viewer.demande is not None and viewer.demande.vues_consenties:
            note_seen(viewer.demande, offre, at=viewer.now)
        context = {**described(offre, viewer), **judged(offre, viewer), "onglets": tabs(viewer, "Offres")}
        return render(request, "public/offre.html", context)


def described(offre: Offre, viewer: Viewer) -> dict[str, Any]:
    """The dwelling, its price, its dates: the same for everybody."""
    logement = offre.logement
    return {
        "offre": offre,
        "titre": rows.place_title(offre),
        "sous_titre": rows.subtitle(offre),
        "bailleur": logement.programme.bailleur.nom,
        "designe": designator_name(offre),
        "ouverte": is_open(offre, viewer.now),
        "maintenant": viewer.now,
        "cloture": rows.closing(offre, viewer.now),
        "candidats": rows.candidats_of(offre),
        "logement_faits": [
            ("Étage", rows.floor(offre)),
            ("Énergie", f"classe {logement.dpe}" if logement.dpe else "non indiquée"),
            ("Accessibilité", "adapté au handicap" if logement.adapte else "logement ordinaire"),
            ("Libre", f"le {offre.disponible_le:%d/%m/%Y}"),
        ],
    }


def standing(offre: Offre) -> Rang | None:
    """My rank on this offre: live while it is open, the frozen one after; None without a live candidature."""
    found = my_rank(offre)
    if found is None or offre.state in BEFORE_CLOSING:
        return found
    return rank(Candidature(pk=offre.ma_candidature))  # type: ignore[attr-defined]


def holds(viewer: Viewer) -> bool:
    """True for the holder of the demande: the other adult who shares it reads ranks, never an estimate."""
    return viewer.demande is not None and viewer.demande.titulaire_id == viewer.actor.user_id


def mine_chance(offre: Offre, viewer: Viewer) -> Shown | None:
    """The stored chance of the reader's own candidature, for them alone; None without one."""
    if not holds(viewer) or my_rank(offre) is None:
        return None
    row = Candidature(pk=offre.ma_candidature)  # type: ignore[attr-defined]
    found = chances_of([row], viewer.now).get(row.pk)
    note_shown([found] if found else [], at=viewer.now)
    return shown(found, offre, viewer.now, rang=standing(offre)) if found else None


def living(answer: Verdict4) -> list[tuple[str, str]]:
    """What is left a day for each part of the household once the loyer is paid; nothing while it is unknown."""
    left = answer.charge.reste_a_vivre.valeur if answer.charge is not None else None
    return [] if left is None else [("Reste à vivre", f"{whole_euros(left)} par jour et par part")]


def judged(offre: Offre, viewer: Viewer) -> dict[str, Any]:
    """The verdict, the rank one would have, and the one button that follows."""
    today = local_day(viewer.now)
    answer = verdict(viewer.known, offre, today)
    mine = standing(offre)
    would, chance = None, mine_chance(offre, viewer)
    if viewer.known is not None and mine is None and answer.may_apply and is_open(offre, viewer.now):
        would, chance = before(viewer.known, offre, viewer.now, told=holds(viewer))
    demande = viewer.demande
    return {
        "viewer": viewer,
        "verdict": rows.verdict_line(answer, None, mine),
        "reponse": answer,
        "manques": rows.missing_rows(answer) if viewer.known is not None else [],
        "conditions": conditions(viewer.known, offre, today) if viewer.known else [],
        "rang": mine or would,
        "chance": chance,
        "mienne": getattr(offre, "ma_candidature", None),
        "peut_postuler": demande is not None
        and mine is None
        and answer.may_apply
        and demande.state in MAY_APPLY
        and is_open(offre, viewer.now),
        "brouillon": demande is not None and demande.state == "brouillon",
        "faits": [*rows.money(answer, " de vos revenus"), *living(answer), (rows.TRAVEL, rows.minutes(answer.trajet))],
        "charge": answer.charge if answer.charge is not None and answer.charge.reste_a_payer.sur else None,
        "aide_inconnue": answer.charge.aide_logement.manquants if answer.charge is not None else (),
        "url_postuler": address("demandeur:postuler", f"/offres/{offre.pk}/postuler/", offre.pk),
        "url_contester": address("demandeur:contester_refus", f"/offres/{offre.pk}/contester/", offre.pk),
        "url_bailleur": address("demandeur:offre_bailleur", f"/offres/{offre.pk}/bailleur/", offre.pk),
        "url_candidatures": address("demandeur:candidatures", "/candidatures/"),
        "url_demande": address("demandeur:accueil", "/demande/"),
    }
