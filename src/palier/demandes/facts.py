"""From the rows of a demande to the law: the case of the contract, the dictionary of situation, the pieces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from palier.demandes.enums import Secteurs
from palier.demandes.models import Demande, Personne

Case = dict[str, Any]
PROVING = ("conforme", "validee")
"""States in which a piece proves: recognised by every rule, or seen by a person."""


def cas(demande: Demande, *, au: date, logement: Mapping[str, Any] | None = None, commune: str | None = None) -> Case:
    """The case that `droit.menage.lire_cas` reads; amounts in euros, an unknown fact is left out.

    `commune` (INSEE) is the place whose zones count: the dwelling's one, else the first asked for, else home.
    """
    personnes = list(demande.personnes.all())
    case: Case = {"au": au.isoformat(), "emploi": emploi(demande)}
    place = commune or _place(demande)
    if place:
        case["commune"] = place
    if any(personne.role == "demandeur" for personne in personnes):
        case["menage"] = {
            "union": demande.union or None,
            "enfants_a_naitre": demande.enfants_a_naitre,
            "personnes": [personne_dict(each) for each in personnes],
        }
    if logement is not None:
        case["logement"] = dict(logement)
    return case


def _place(demande: Demande) -> str:
    prioritaires, secondaires = perimetre(demande)
    return next(iter((*prioritaires, *secondaires)), demande.commune_domicile)


def euros(cents: int | None) -> float | int | None:
    """Cents as the contract's number of euros, at most two decimals."""
    if cents is None:
        return None
    return cents // 100 if cents % 100 == 0 else cents / 100


def personne_dict(personne: Personne) -> Case:
    """One person of the contract's household. An adult's `a_charge` is left out: the law ignores it."""
    identite = personne.identite or {}
    facts: Case = {
        "id": f"p{personne.position}",
        "role": personne.role,
        "handicap": bool((personne.protege or {}).get("handicap", False)),
        "rfr": rfr(personne),
    }
    optional = {
        "naissance": identite.get("naissance"),
        "garde": personne.garde or None,
        "douze_mois": euros(personne.douze_mois_cents),
        "net_mensuel": euros(personne.net_mensuel_cents),
        "a_charge": personne.a_charge,
    }
    facts.update({name: value for name, value in optional.items() if value is not None})
    return facts


def rfr(personne: Personne) -> dict[str, float | int | None]:
    """Reference tax incomes by year; {} when the year is unknown."""
    if personne.annee_n2 is None:
        return {}
    return {
        str(personne.annee_n2): euros(personne.rfr_n2_cents),
        str(personne.annee_n2 + 1): euros(personne.rfr_n1_cents),
    }


def emploi(demande: Demande) -> Case:
    """The demandeur's work, as the contract writes it."""
    known = {
        "secteur": demande.secteur or None,
        "effectif": demande.effectif,
        "contrat": demande.contrat or None,
        "debut": demande.emploi_depuis.isoformat() if demande.emploi_depuis else None,
    }
    work: Case = {name: value for name, value in known.items() if value is not None}
    work["demandeur_emploi"] = demande.demandeur_emploi
    return work


def situation(demande: Demande) -> Case:
    """The facts `situation.*` that the person declared: an absent boolean is false, an absent number unknown."""
    return dict(demande.situation or {})


def pieces(demande: Demande) -> list[dict[str, str | None]]:
    """The pieces that prove, with their expiry (AAAA-MM-JJ or None)."""
    return [
        {"code": piece.code, "expire_le": piece.expire_le.isoformat() if piece.expire_le else None}
        for piece in demande.pieces.all()
        if piece.state in PROVING
    ]


def perimetre(demande: Demande) -> tuple[list[str], list[str]]:
    """INSEE codes of the priority ring and of the secondary ring, in the person's order."""
    rows = sorted(demande.communes.all(), key=lambda row: row.ordre)
    rings = {ring: [row.code for row in rows if row.secteur == ring] for ring in Secteurs.values}
    return rings[Secteurs.PRIORITAIRE], rings[Secteurs.SECONDAIRE]


def snapshot(demande: Demande, *, au: date) -> Case:
    """The whole demande at one instant, for the journal (sealed): what was declared, in the contract's words."""
    prioritaires, secondaires = perimetre(demande)
    return {
        "version": demande.version,
        "cas": cas(demande, au=au),
        "identites": [dict(each.identite or {}) for each in demande.personnes.all()],
        "contact": dict(demande.contact or {}),
        "commune_domicile": demande.commune_domicile,
        "commune_travail": demande.commune_travail,
        "siret": demande.siret,
        "perimetre": {"prioritaires": prioritaires, "secondaires": secondaires},
        "typologies": list(demande.typologies),
        "budget": euros(demande.budget_cents),
        "situation": situation(demande),
        "pieces": pieces(demande),
        "vues_consenties": demande.vues_consenties,
    }
