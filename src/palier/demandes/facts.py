"""From the rows of a demande to the law: the case of the contract, the dictionary of situation, the pieces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from palier.demandes import rules
from palier.demandes.enums import Secteurs
from palier.demandes.models import Demande, Personne, Piece
from palier.droit.formulaire import attribut, liste

Case = dict[str, Any]
PROVING = ("conforme", "validee")
"""States in which a piece proves: recognised by every rule, or seen by a person."""


def cas(demande: Demande, *, au: date, logement: Mapping[str, Any] | None = None, commune: str | None = None) -> Case:
    """The case that `droit.menage.lire_cas` reads; amounts in euros, an unknown fact is left out.

    `commune` (INSEE) is the place whose zones count: the dwelling's one, else the first asked for, else home.
    """
    demande = demande.entiere or demande
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
    born = None if identite.get("naissance_partielle") else identite.get("naissance")
    optional = {
        "naissance": born,
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
    """The facts `situation.*`: those declared, and those that the present home says. An absent number is unknown.

    Once a question about the home is answered, it is the authority on the facts that it can say.
    """
    home = demande.logement_actuel or {}
    said = {name: value for name, value in (demande.situation or {}).items() if name not in _answered_by(home)}
    return {**_from_home(demande, home), **said}


def _answered_by(home: Mapping[str, Any]) -> set[str]:
    sources = [("logement", "statut"), ("motif", "motifs")]
    return {row["fait"] for name, key in sources if home.get(key) for row in liste(name).values() if row.get("fait")}


def _from_home(demande: Demande, home: Mapping[str, Any]) -> Case:
    """What the answers already say, so that nothing is asked twice."""
    statut = home.get("statut", "")
    moved = (attribut("motif", each, "fait") for each in home.get("motifs", ()))
    causes = [attribut("logement", statut, "fait"), *moved]
    said: Case = {cause: True for cause in causes if cause}
    if statut == "heberge_parents":
        said["heberge_tiers"] = True
    if any((each.protege or {}).get("mdph") for each in demande.personnes.all()):
        said["handicap"] = True
    said |= {fact: home[name] for fact, name in _SIZES.items() if home.get(name)}
    share = _loyer_share(demande, home)
    return said if share is None else {**said, "taux_effort_actuel": share}


_SIZES = {"pieces_actuelles": "pieces", "personnes_actuelles": "personnes"}


def _loyer_share(demande: Demande, home: Mapping[str, Any]) -> float | None:
    """Rent less aid, over what the household receives a month; None as long as one of the figures is unknown."""
    loyer = home.get("loyer_cents")
    earned = [each.net_mensuel_cents for each in demande.personnes.all() if each.role in ADULTS]
    if loyer is None or not earned or any(cents is None for cents in earned):
        return None
    total = sum(cents or 0 for cents in earned)
    return round(max(0, loyer - (home.get("aide_cents") or 0)) / total, 4) if total else None


def situation_pieces(demande: Demande) -> Case:
    """What `droit.pieces.pieces_exigibles` reads: facts, nationality, resources, motives, declared boxes."""
    holder = next((each for each in demande.personnes.all() if each.role == "demandeur"), None)
    identite = (holder.identite or {}) if holder else {}
    codes = {code for each in demande.personnes.all() for code in each.ressources}
    boxes = {
        attribut("situation_familiale", identite.get("situation_familiale", ""), "declare"),
        *(attribut("travail", work.get("statut", ""), "declare") for work in _works(demande)),
        *(box for each in demande.personnes.all() for box, key in _BOXES.items() if (each.protege or {}).get(key)),
    }
    said: Case = {**situation(demande), "motifs": motifs(demande), **{box: True for box in sorted(boxes) if box}}
    if identite.get("nationalite"):
        said["nationalite"] = identite["nationalite"]
    if codes:
        said["ressources"] = sorted(codes)
    return said


ADULTS = ("demandeur", "conjoint", "codemandeur")
_BOXES = {"protection_juridique": "tutelle", "conjoint_en_etablissement": "en_etablissement"}


def _works(demande: Demande) -> list[Case]:
    return [demande.travail, *(each.travail for each in demande.personnes.all())]


def motifs(demande: Demande) -> list[str]:
    """The motives of the form: ticked for the present home, or carried by another answer."""
    home = demande.logement_actuel or {}
    health = any((each.protege or {}).get("sante") for each in demande.personnes.all())
    carried = [
        attribut("logement", home.get("statut", ""), "motif"),
        *(attribut("travail", work.get("statut", ""), "motif") for work in _works(demande)),
        "sante" if health else "",
    ]
    return list(dict.fromkeys([*home.get("motifs", ()), *(each for each in carried if each)]))


def pieces(demande: Demande) -> list[dict[str, str | None]]:
    """The pieces that prove, with their expiry (AAAA-MM-JJ or None)."""
    return [piece_dict(piece) for piece in demande.pieces.all() if piece.state in PROVING]


def piece_dict(piece: Piece) -> dict[str, str | None]:
    """One piece as the grid reads it."""
    return {"code": piece.code, "expire_le": piece.expire_le.isoformat() if piece.expire_le else None}


def perimetre(demande: Demande) -> tuple[list[str], list[str]]:
    """INSEE codes of the priority ring and of the secondary ring, in the person's order."""
    rows = sorted(demande.communes.all(), key=lambda row: row.ordre)
    rings = {ring: [row.code for row in rows if row.secteur == ring] for ring in Secteurs.values}
    return rings[Secteurs.PRIORITAIRE], rings[Secteurs.SECONDAIRE]


def _without_nir(identite: Mapping[str, Any]) -> Case:
    return {name: value for name, value in identite.items() if name != "nir"}


def _whose(personne: Personne) -> Case:
    """Which person, and whose account their own facts are at this instant: rights on a version are read from it."""
    owner = rules.account_of(personne) or personne.demande.titulaire_id
    return {"personne": str(personne.pk), "compte": str(owner)}


def snapshot(demande: Demande, *, au: date) -> Case:
    """The whole demande at one instant, for the journal (sealed): what was declared, in the contract's words."""
    prioritaires, secondaires = perimetre(demande)
    return {
        "version": demande.version,
        "cas": cas(demande, au=au),
        "qui": [_whose(each) for each in demande.personnes.all()],
        "identites": [_without_nir(each.identite or {}) for each in demande.personnes.all()],
        "contact": dict(demande.contact or {}),
        "commune_domicile": demande.commune_domicile,
        "commune_travail": demande.commune_travail,
        "siret": demande.siret,
        "perimetre": {"prioritaires": prioritaires, "secondaires": secondaires},
        "typologies": list(demande.typologies),
        "budget": euros(demande.budget_cents),
        "travaux": _works(demande),
        "ressources": [dict(each.ressources) for each in demande.personnes.all()],
        "logement_actuel": dict(demande.logement_actuel or {}),
        "recherche": dict(demande.recherche),
        "situation": situation(demande),
        "pieces": pieces(demande),
        "vues_consenties": demande.vues_consenties,
    }
