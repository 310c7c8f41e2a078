"""What anyone may ask without a token: offres, communes, grids."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest
from ninja import Query, Router

from palier.api import schemas
from palier.api.inputs import Text, euros
from palier.base import clock, limits
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.states import LIVE
from palier.parc.enums import Financement, Typologie
from palier.parc.models import Offre, OffreQuerySet
from palier.parc.queries import Filters, matching, open_offres, page_of
from palier.territoires.models import Commune, Grille
from palier.territoires.queries import suggest_communes

router = Router(tags=["public"])
BAD = {400: schemas.Probleme, 422: schemas.Probleme}


def commune_of(commune: Commune) -> dict[str, Any]:
    return {
        "code": commune.code,
        "nom": commune.nom,
        "departement": commune.code_departement,
        "codes_postaux": list(commune.codes_postaux),
    }


def with_counts(offres: OffreQuerySet) -> OffreQuerySet:
    """The place of each offre and its number of live candidatures, in the same query."""
    live = Count("candidatures", filter=Q(candidatures__state__in=LIVE))
    return offres.with_place().annotate(nombre=live)


def offre_of(offre: Offre) -> dict[str, Any]:
    logement = offre.logement
    return {
        "id": offre.pk,
        "etat": offre.state,
        "commune": commune_of(logement.programme.commune),
        "quartier": logement.programme.quartier,
        "bailleur": logement.programme.bailleur.nom,
        "typologie": logement.typologie,
        "surface": float(logement.surface),
        "etage": logement.etage,
        "ascenseur": logement.ascenseur,
        "financement": logement.financement,
        "loyer_hc": euros(logement.loyer_hc_cents),
        "loyer_cc": euros(logement.loyer_cc_cents),
        "disponible_le": offre.disponible_le,
        "cloture_le": offre.cloture_le,
        "candidatures": offre.nombre,  # type: ignore[attr-defined]
    }


def _chosen(values: list[str], known: list[str], field: str) -> tuple[str, ...]:
    for value in values:
        if value not in known:
            raise Refused(
                "filtre", "Cette valeur n'existe pas.", field=field, value=value[:40],
                mend=f"Choisissez parmi {', '.join(known)}.", status=422,
            )  # fmt: skip
    return tuple(values)


@router.get("/offres", response={200: schemas.PageOffres, **BAD}, summary="Offres ouvertes, par date de clôture")
@policy("recherche.lire")
def list_offres(
    request: HttpRequest,
    filtres: Query[schemas.FiltresIn],
) -> dict[str, Any]:
    """Filtres répétables ; `loyer_max` en euros charges comprises ; `curseur` vient de `suivant`."""
    filters = Filters(
        _chosen(filtres.typologie, Typologie.values, "typologie"),
        _chosen(filtres.financement, Financement.values, "financement"),
        filtres.loyer_max * 100 if filtres.loyer_max is not None else None,
    )
    offres = with_counts(matching(open_offres(clock.now()), filters))
    if filtres.commune:
        offres = offres.filter(logement__programme__commune__in=filtres.commune)
    page = page_of(offres, cursor=filtres.curseur, size=limits.value("api_page"))
    return {"resultats": [offre_of(offre) for offre in page.offres], "suivant": page.suivant or None}


@router.get("/offres/{uuid:offre_id}", response={200: schemas.Offre, 404: schemas.Probleme}, summary="Une offre")
@policy("recherche.lire")
def one_offre(request: HttpRequest, offre_id: UUID) -> dict[str, Any]:
    """Une offre publiée, ouverte ou close."""
    offre = with_counts(Offre.objects.public().filter(pk=offre_id)).first()
    if offre is None:
        raise NotVisible
    return offre_of(offre)


@router.get("/communes", response={200: list[schemas.Commune], **BAD}, summary="Communes pour ce qui est tapé")
@policy("commune.lire")
def communes(request: HttpRequest, q: Text) -> list[dict[str, Any]]:
    """Nom ou code postal ; accents, casse et tirets ne comptent pas."""
    return [commune_of(commune) for commune in suggest_communes(q)]


@router.get("/grilles", response=list[schemas.Grille], summary="Grilles de points publiées")
@policy("public.lire")
def grilles(request: HttpRequest, en_vigueur: date | None = None) -> list[dict[str, Any]]:
    """Le texte complet de chaque grille, avec son empreinte ; `en_vigueur=AAAA-MM-JJ` garde celles de ce jour."""
    published = Grille.objects.public().order_by("code", "version")
    if en_vigueur is not None:
        published = published.in_force(en_vigueur)
    return list(published.values(*schemas.Grille.model_fields))
