"""« Ai-je accès ? »: what the employer and the ceilings open, with the reasons, and what else to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NBSP, Refused
from palier.demandes import facts
from palier.demandes.enums import Secteur
from palier.demandes.models import Demande
from palier.droit.menage import lire_cas
from palier.droit.orientation import Orientation, orientation
from palier.gateways import sirene
from palier.gateways.outage import GatewayDown
from palier.portals.demandeur.common import page_context, with_demande

PAGES = {
    "travail": ("demandeur:etape", "travail", ""),
    "situation": ("demandeur:etape", "situation", ""),
    "ressources": ("demandeur:etape", "ressources", ""),
    "demande": ("demandeur:accueil", "", ""),
    "urgence": ("public:danger", "", ""),
    "aides": ("public:simulateur", "", ""),
    "recherche_intermediaire": ("public:recherche", "", "?financement=PLI"),
}
EMPLOYEUR = {
    "sans_emploi": ("doubt", "Cela dépend d'une priorité."),
    "employeur_inconnu": ("doubt", "Nous ne le savons pas encore."),
    "employeur_oui": ("ok", "Oui, votre employeur ouvre cet accès."),
    "employeur_non": ("err", "Non, pas par votre employeur."),
}
PLAFONDS = {
    "sous_plafonds": ("ok", "Oui, vos ressources permettent un logement social."),
    "plafonds_inconnus": ("doubt", "Nous ne le savons pas encore."),
    "intermediaire": ("warn", "Seulement le logement intermédiaire."),
    "hors_intermediaire": ("err", "Non, vos ressources dépassent tous les plafonds."),
}


@dataclass(frozen=True, slots=True)
class Employeur:
    """What the register says of the employer, in words; `alerte` when there is something to check."""

    lignes: list[tuple[str, str]]
    alerte: str


@policy("demande.lire", roles=("demandeur",))
@require_safe
@with_demande
def acces(request: HttpRequest, demande: Demande) -> HttpResponse:
    """The two answers, the employer as the register knows it, and every way that remains."""
    found = orientation(lire_cas(facts.cas(demande, au=clock.today())))
    context = page_context(
        demande,
        employeur=_answer(found, EMPLOYEUR),
        verdict=found.employeur,
        plafonds=_answer(found, PLAFONDS),
        financements=list(found.plafonds.items()),
        registre=employeur_of(demande.siret) if demande.siret else None,
        voies=[(voie, _address(voie.page)) for voie in found.voies],
    )
    return render(request, "demandeur/acces.html", context)


def _answer(found: Orientation, words: dict[str, tuple[str, str]]) -> tuple[str, str]:
    return next(said for state, said in words.items() if state in found.etats)


def _address(page: str) -> str:
    if not page:
        return ""
    name, step, query = PAGES[page]
    return reverse(name, args=[step] if step else []) + query


def employeur_of(siret: str) -> Employeur:
    """What the register says of this SIRET. Down, unknown or closed is told, and never blocks."""
    try:
        known = sirene.sirene().etablissement(siret)
    except GatewayDown as down:
        return Employeur([], f"{down} La réponse ci-dessus vient de ce que vous avez écrit.")
    except Refused as refusal:
        return Employeur([], str(refusal))
    if known is None:
        return Employeur([], "Ce SIRET n'est pas dans le répertoire. Vérifiez-le sur votre bulletin de salaire.")
    lines: list[tuple[str, str]] = [
        ("Nom", known.nom or "non diffusé"),
        ("Type", str(Secteur(known.secteur).label)),
        ("Effectif de l'employeur", head_count(known.effectif, known.effectif_max)),
    ]
    closed = "Cet établissement est fermé dans le répertoire. Donnez le SIRET de celui où vous travaillez aujourd'hui."
    return Employeur(lines, "" if known.ouvert else closed)


def head_count(low: int | None, high: int | None) -> str:
    """A bracket in words: the register gives no exact figure."""
    if low is None:
        return "inconnu du répertoire"
    if high is None:
        return f"{low:,} salariés ou plus".replace(",", NBSP)
    return f"de {low:,} à {high:,} salariés".replace(",", NBSP) if high > low else f"{low:,} salarié".replace(",", NBSP)


urlpatterns: list[URLPattern] = [path("demande/acces/", acces, name="acces")]
