"""What a demande is for the registration system: the record to export, and what still waits to be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from palier.demandes import facts
from palier.demandes.enums import OperationRegistre
from palier.demandes.models import Demande, Echange, Personne
from palier.demandes.queries.steps import holder_of
from palier.gateways.registre import Dossier, Membre


def departement_of(code: str) -> str:
    """The département of an INSEE code: « 44109 » -> « 44 », « 97411 » -> « 974 »."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def departement_asked(demande: Demande) -> str:
    """The département that gives the number: that of the first commune asked for, else of the home."""
    return departement_of(next(iter(facts.perimetre(demande)[0]), demande.commune_domicile))


def dossier(demande: Demande, *, reference: str = "") -> Dossier:
    """The whole record of a filed demande. LookupError when nobody holds it or it was never filed."""
    if holder_of(demande) is None or demande.deposee_le is None:
        raise LookupError(f"{demande} has nothing to export yet")
    return Dossier(
        departement=departement_asked(demande),
        depose_le=demande.deposee_le,
        membres=tuple(_member(each, demande) for each in demande.personnes.all() if _has_birth_date(each)),
        reference=reference,
        numero=number_of(demande),
        renouvelee_le=demande.renouvelee_le,
        union=demande.union,
        enfants_a_naitre=demande.enfants_a_naitre,
        naissance_prevue=demande.naissance_prevue,
        contact=_contact(demande),
        logement=dict(demande.logement_actuel or {}),
        recherche=_search(demande),
    )


def number_of(demande: Demande) -> str:
    """The numéro unique of a demande, "" while it has none."""
    return str((demande.numero or {}).get("numero_unique", ""))


def _has_birth_date(personne: Personne) -> bool:
    """False while a day is missing on the person's papers: the schema has no place for a part of a date."""
    return bool((personne.identite or {}).get("naissance"))


def _member(personne: Personne, demande: Demande) -> Membre:
    said, holder = personne.identite or {}, personne.role == "demandeur"
    work: Mapping[str, Any] = _holder_work(demande) if holder else dict(personne.travail or {})
    return Membre(
        nom=str(said.get("nom", "")),
        prenom=str(said.get("prenom", "")),
        naissance=date.fromisoformat(said["naissance"]),
        role=personne.role,
        nom_usage=str(said.get("nom_usage") or ""),
        civilite=str(said.get("civilite") or ""),
        nationalite=str(said.get("nationalite") or ""),
        situation_familiale=str(said.get("situation_familiale") or ""),
        garde=personne.garde,
        profession=str(work.get("profession") or ""),
        employeur=str(work.get("employeur") or ""),
        contrat="chomage" if work.get("demandeur_emploi") else str(work.get("contrat") or ""),
        annee_n1=personne.annee_n2 + 1 if personne.annee_n2 is not None else None,
        rfr_n1_cents=personne.rfr_n1_cents,
        rfr_n2_cents=personne.rfr_n2_cents,
        ressources={code: cents for code, cents in (personne.ressources or {}).items() if cents is not None},
    )


def _holder_work(demande: Demande) -> dict[str, Any]:
    return {
        **(demande.travail or {}),
        "employeur": demande.employeur,
        "contrat": demande.contrat,
        "demandeur_emploi": demande.demandeur_emploi,
    }


def _contact(demande: Demande) -> dict[str, Any]:
    said = demande.contact or {}
    kept = {name: said.get(name) for name in ("telephone", "adresse", "code_postal")}
    kept |= {"commune": demande.commune_domicile, "mel": demande.titulaire.email}
    return {name: value for name, value in kept.items() if value}


def _search(demande: Demande) -> dict[str, Any]:
    prioritaires, secondaires = facts.perimetre(demande)
    return {
        "elargie": bool((demande.recherche or {}).get("elargissement")),
        "typologies": list(demande.typologies),
        "communes": [*prioritaires, *secondaires],
        "budget_cents": demande.budget_cents,
    }


def waiting(demande: Demande) -> list[str]:
    """What the registration system has not heard yet, or refused, in sentences for the person; usually nothing."""
    if not getattr(demande, "non_dit", True):
        return []
    rows = list(demande.echanges.exclude(state="envoye").order_by("cree_le", "pk"))
    silent = any(each.state == "a_envoyer" and each.essais for each in rows)
    said = (_sentence(each, demande, silent) for each in rows)
    return list(dict.fromkeys(sentence for sentence in said if sentence))


def asks_existing_number(demande: Demande) -> bool:
    """True while the register knows another demande of this person: its number is asked for."""
    refused = demande.echanges.filter(operation=OperationRegistre.CREATION, state="refuse").first()
    return demande.state == "deposee" and refused is not None and _refusal(refused) == DEJA


def import_state(demande: Demande) -> str:
    """Of an imported draft: « a_prouver », « preremplie », « bloquee »; "" for any other demande."""
    return str((demande.numero or {}).get("import", "")) if demande.importee else ""


DEJA = "demande_deja_enregistree"


def _refusal(row: Echange) -> str:
    return str((row.contenu or {}).get("refus", ""))


def _sentence(row: Echange, demande: Demande, silent: bool) -> str:
    if row.state == "refuse":
        if row.operation != OperationRegistre.CREATION:
            return _refused_later(row, demande)
        if demande.numero_index:
            return ""
        if _refusal(row) == DEJA:
            return EXISTING
        return "Le système d'enregistrement n'a pas donné de numéro. Montrez votre demande à un guichet."
    return TOLD[OperationRegistre(row.operation)][1 if silent else 0]


def _refused_later(row: Echange, demande: Demande) -> str:
    """A message that the register refused, until a later one of its kind was taken; the end of a demande needs none."""
    taken = demande.echanges.filter(operation=row.operation, state="envoye", cree_le__gt=row.cree_le).exists()
    return "" if taken else REFUSED.get(OperationRegistre(row.operation), "")


REFUSED = {
    OperationRegistre.MODIFICATION: (
        "Le système d'enregistrement a refusé un changement. Il compte ici. Montrez-le à un guichet."
    ),
    OperationRegistre.RENOUVELLEMENT: (
        "Le système d'enregistrement a refusé votre renouvellement. Allez à un guichet avant la date de fin."
    ),
}
"""What the person reads when a message was refused and none was taken since."""
EXISTING = "Une demande à votre nom existe déjà dans ce département. Donnez son numéro, qui garde votre ancienneté."
SILENT = "Le système d'enregistrement ne répond pas."
TOLD = {
    OperationRegistre.CREATION: (
        "Votre numéro unique est demandé. Il arrive ici et par courriel.",
        f"{SILENT} Nous redemandons votre numéro unique sans vous. Votre ancienneté court déjà.",
    ),
    OperationRegistre.MODIFICATION: (
        "Votre changement compte déjà. Il part au système d'enregistrement.",
        f"{SILENT} Votre changement compte déjà ici, il sera transmis sans vous.",
    ),
    OperationRegistre.RENOUVELLEMENT: (
        "Votre renouvellement compte déjà. Il part au système d'enregistrement.",
        f"{SILENT} Votre renouvellement compte déjà ici, il sera transmis sans vous.",
    ),
    OperationRegistre.RADIATION: (
        "La fin de votre demande part au système d'enregistrement.",
        f"{SILENT} La fin de votre demande sera transmise sans vous.",
    ),
}
"""What the person reads before the first try, then while the system is silent."""
