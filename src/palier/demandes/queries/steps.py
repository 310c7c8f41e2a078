"""The steps of the form: what is missing before filing, the stored values of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from palier.demandes import facts
from palier.demandes.models import Demande, Personne
from palier.journal.models import Event

STEPS = ("identite", "menage", "travail", "ressources", "actuel", "perimetre", "logement", "situation", "relecture")
STEP_LABELS = {
    "identite": "Votre identité",
    "menage": "Votre foyer",
    "travail": "Votre travail",
    "ressources": "Vos revenus",
    "actuel": "Votre logement actuel",
    "perimetre": "Où vous cherchez",
    "logement": "Le logement cherché",
    "situation": "Votre situation",
    "relecture": "Relecture et dépôt",
}

AMOUNTS = ("rfr_n2_cents", "rfr_n1_cents", "douze_mois_cents", "net_mensuel_cents")
# What the form asks beyond what the law needs; each name is kept only when it was answered.
IDENTITE_PLUS = (
    "civilite", "nom_usage", "nationalite", "nir", "situation_familiale", "sexe", "lien", "naissance_partielle",
)  # fmt: skip
CONTACT_PLUS = (
    "heberge_chez", "courrier_chez", "courrier_adresse", "courrier_code_postal", "courrier_ville", "aidant_nom",
    "aidant_telephone", "aidant_email", "aidant_accord", "accord_mail", "accord_sms", "colocataires",
)  # fmt: skip
PROTEGE = ("mdph", "priorite", "stationnement", "tutelle", "en_etablissement", "sante")
ACTUEL = (
    "statut", "structure", "bailleur", "bailleur_siren", "loyer_cents", "aide_cents", "surface", "pieces", "personnes",
    "motifs", "autre_logement",
)  # fmt: skip
RECHERCHE = (
    "etage_max", "ascenseur", "accessible", "stationnement", "elargissement", "accession",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a demande lacks before it can be filed, and the step that asks for it."""

    step: str
    sentence: str


def completeness(demande: Demande) -> list[Missing]:
    """What is still missing before filing, in the order of the steps; an empty list means « ready to file »."""
    holder = holder_of(demande)
    born = bool(holder and (holder.identite or {}).get("naissance"))
    checks = (
        ("identite", born and "identite" in demande.etapes, "Votre nom et votre date de naissance."),
        ("menage", "menage" in demande.etapes, "Les personnes qui vivront avec vous, ou personne."),
        ("travail", "travail" in demande.etapes, "Votre travail, ou votre recherche d'emploi."),
        ("ressources", "ressources" in demande.etapes, "Vos revenus. Ce que vous ne savez pas peut rester vide."),
        ("perimetre", bool(facts.perimetre(demande)[0]), "Une commune au moins dans votre secteur prioritaire."),
        ("logement", bool(demande.typologies), "Une taille de logement au moins."),
        ("situation", "situation" in demande.etapes, "Votre situation actuelle, même si rien ne s'applique."),
    )
    return [Missing(step, sentence) for step, done, sentence in checks if not done]


def step_values(demande: Demande, step: str) -> dict[str, Any]:
    """The stored values of one step, under the names that `save_step` takes. LookupError for another step."""
    readers: dict[str, Callable[[Demande], dict[str, Any]]] = {
        "identite": _identite,
        "menage": _menage,
        "travail": _travail,
        "ressources": _ressources,
        "perimetre": _perimetre,
        "actuel": lambda d: dict(d.logement_actuel or {}),
        "logement": lambda d: {"typologies": list(d.typologies), "budget_cents": d.budget_cents, **d.recherche},
        "situation": _situation,
        "relecture": lambda d: {"vues_consenties": d.vues_consenties},
    }
    return readers[step](demande)


def saved_at(demande: Demande) -> datetime | None:
    """When the last answer was kept; None before the first."""
    kept = Event.objects.filter(aggregate_id=demande.pk, kind="demande.etape").order_by("-n")
    return kept.values_list("at", flat=True).first()


def holder_of(demande: Demande) -> Personne | None:
    """The person who asks, or None before the first step."""
    return next((each for each in demande.personnes.all() if each.role == "demandeur"), None)


def _identite(demande: Demande) -> dict[str, Any]:
    holder = holder_of(demande)
    identite = dict(holder.identite or {}) if holder else {}
    return {**identite, **(demande.contact or {}), "commune_domicile": demande.commune_domicile}


def _menage(demande: Demande) -> dict[str, Any]:
    holder = holder_of(demande)
    return {
        "union": demande.union,
        "enfants_a_naitre": demande.enfants_a_naitre,
        "naissance_prevue": demande.naissance_prevue,
        "handicap": _card(holder) if holder else False,
        "protege": _protected(holder) if holder else {},
        "colocataires": (demande.contact or {}).get("colocataires", []),
        "personnes": [
            {
                "id": str(each.pk),
                "role": each.role,
                **dict(each.identite or {}),
                "a_charge": each.a_charge,
                "garde": each.garde,
                "handicap": _card(each),
                "protege": _protected(each),
            }
            for each in demande.personnes.all()
            if each.role != "demandeur"
        ],
    }


def _card(personne: Personne) -> bool:
    return bool((personne.protege or {}).get("handicap", False))


def _protected(personne: Personne) -> dict[str, Any]:
    return {name: value for name, value in (personne.protege or {}).items() if name in PROTEGE}


def _travail(demande: Demande) -> dict[str, Any]:
    names = (
        "demandeur_emploi",
        "siret",
        "employeur",
        "secteur",
        "effectif",
        "contrat",
        "emploi_depuis",
        "commune_travail",
    )
    others = {str(each.pk): dict(each.travail) for each in demande.personnes.all() if each.travail}
    return {**{name: getattr(demande, name) for name in names}, "travail": dict(demande.travail), "autres": others}


def _ressources(demande: Demande) -> dict[str, Any]:
    persons = list(demande.personnes.all())
    year = next((each.annee_n2 for each in persons if each.annee_n2), None)
    amounts = {
        str(each.pk): {**{name: getattr(each, name) for name in AMOUNTS}, "ressources": dict(each.ressources)}
        for each in persons
    }
    return {"annee_n2": year, **amounts}


def _situation(demande: Demande) -> dict[str, Any]:
    written = {"precisions": demande.precisions["texte"]} if demande.precisions else {}
    return {**(demande.situation or {}), **written}


def _perimetre(demande: Demande) -> dict[str, Any]:
    prioritaires, secondaires = facts.perimetre(demande)
    return {"prioritaires": prioritaires, "secondaires": secondaires}
