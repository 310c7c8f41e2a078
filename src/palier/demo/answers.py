"""What the form asks beyond the law, for invented menages: drawn from their ids, so that the story stays the same."""

from __future__ import annotations

from typing import Any

from palier.demandes.models import Demande, Personne
from palier.demo.draw import territory

METIERS = (
    "Aide-soignante", "Cariste", "Comptable", "Cuisinier", "Électricien", "Employée de commerce", "Infirmier",
    "Magasinière", "Menuisier", "Préparatrice de commandes", "Technicien", "Vendeuse",
)  # fmt: skip
UNIONS = {"mariage": "marie", "pacs": "pacse", "concubinage": "concubin"}
HOMES = {"sans_logement": "sans_logement", "heberge_tiers": "heberge_tiers", "heberge_structure": "structure"}
MOTIFS = {
    "habitat_indigne": "insalubre_ou_dangereux", "logement_repris": "logement_repris_ou_vendu",
    "menace_expulsion": "menace_expulsion", "mobilite_professionnelle": "mutation_professionnelle",
    "sapeur_pompier_volontaire": "sapeur_pompier_volontaire",
}  # fmt: skip
IDENTITY = {"FR": "ID_FR", "UE": "ID_UE", "HORS_UE": "TITRE_SEJOUR"}
AF_CENTS = 14_800
"""Family allowances of a household with two children, in the invented year."""


def answer_form(demande: Demande, personnes: list[Personne], pieces: list[str]) -> None:
    """Fill what is asked and was not drawn; `pieces` gets the title of identity of the holder's nationality."""
    holder = personnes[0]
    for each in personnes:
        _identity(demande, each)
    nationality = holder.identite["nationalite"]
    pieces[:] = [IDENTITY[nationality] if code == "ID_FR" else code for code in pieces]
    children = sum(each.role == "enfant" for each in personnes)
    for each in personnes:
        _money(each, seeks=demande.demandeur_emploi and each is holder, children=children if each is holder else 0)
    demande.travail = {"profession": _pick(demande, "métier", METIERS), "statut": _statut(demande)}
    for each in personnes[1:]:
        if each.role == "conjoint":
            each.travail = {"statut": "salarie_prive" if each.net_mensuel_cents else "chomage"}
    demande.logement_actuel = _home(demande, personnes)
    demande.recherche = {"elargissement": "oui" if _share(demande, "proche") < 70 else "non"}
    if "handicap" in (demande.situation or {}):
        holder.protege = {**(holder.protege or {}), "mdph": True}


def _share(row: Demande | Personne, salt: str) -> int:
    """A number under 100 that goes with the row and the salt, the same for the same seed."""
    name = f"{row.demande_id}{row.position}" if isinstance(row, Personne) else str(row.pk)
    return sum(ord(each) * (place + 7) for place, each in enumerate(f"{name}{salt}")) % 100


def _pick(row: Demande | Personne, salt: str, choices: tuple[str, ...]) -> str:
    return choices[_share(row, salt) % len(choices)]


def _identity(demande: Demande, person: Personne) -> None:
    names = territory()["noms"]
    woman = person.identite["prenom"] in names["femmes"]
    if person.role == "enfant":
        person.identite = {**person.identite, "sexe": "F" if _share(person, "sexe") < 50 else "M"}
        return
    share = _share(person, "nationalité")
    more: dict[str, Any] = {
        "civilite": "MME" if woman else "M",
        "nationalite": "FR" if share < 86 else "UE" if share < 92 else "HORS_UE",
    }
    if person.role == "demandeur":
        alone = "divorce" if _share(person, "famille") < 35 else "celibataire"
        more["situation_familiale"] = UNIONS.get(demande.union, alone)
    person.identite = {**person.identite, **more}


def _money(person: Personne, *, seeks: bool, children: int) -> None:
    """The monthly net by kind: its sum is the net that was drawn."""
    net = person.net_mensuel_cents
    if not net:
        return
    kind = "CHO" if seeks else "SAL"
    allowance = AF_CENTS if children > 1 and net > 4 * AF_CENTS else 0
    person.ressources = {kind: net - allowance, **({"AF": allowance} if allowance else {})}


def _statut(demande: Demande) -> str:
    if demande.demandeur_emploi:
        return "chomage"
    return "agent_collectivite" if demande.secteur == "public" else "salarie_prive"


def _home(demande: Demande, personnes: list[Personne]) -> dict[str, Any]:
    """A present home that says the facts already drawn, no other."""
    facts = demande.situation or {}
    said = [statut for fact, statut in HOMES.items() if facts.get(fact)]
    home: dict[str, Any] = {"personnes": len(personnes)}
    if len(said) <= 1:
        home["statut"] = said[0] if said else "locataire_prive" if _share(demande, "logement") < 60 else "locataire_hlm"
    motifs = [motif for fact, motif in MOTIFS.items() if facts.get(fact)]
    ratio = facts.get("taux_effort_actuel")
    if ratio and not said:
        earned = sum(each.net_mensuel_cents or 0 for each in personnes)
        home["loyer_cents"] = round(earned * ratio) // 100 * 100
        motifs += ["logement_trop_cher"] if ratio >= 1 / 3 else []
    return {**home, "motifs": motifs} if motifs else home
