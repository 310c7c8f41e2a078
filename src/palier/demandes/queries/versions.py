"""The difference between two versions of a demande, as kept in the journal: one line per answer that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from palier.base.money import euros
from palier.droit.formulaire import libelle_formulaire, liste
from palier.droit.situation import faits_situation

NOTHING = "rien"
IGNORED = ("version", "etape", "pieces", "au", "commune", "id", "qui")
PEOPLE = ("personnes", "identites", "ressources", "travaux")
"""Branches with one value a person; the first of `travaux` is the work that the demande holds for its holder."""
HOLDER = "titulaire"
UNKNOWN = UUID(int=0)
CLASSES = {
    "identites": "P2",
    "contact": "P3",
    "commune_domicile": "P3",
    "situation": "P6",
    "emploi": "P4",
    "travaux": "P4",
    "ressources": "P4",
    "logement_actuel": "P4",
    "siret": "P4",
    "budget": "P4",
}
"""Classes of the answers by the branch of the version that holds them; P1 for the others."""
PERSONAL = {"handicap": "P6", "rfr": "P4", "douze_mois": "P4", "net_mensuel": "P4", "naissance": "P2"}
LABELS = {
    "prenom": "Prénom", "nom": "Nom", "naissance": "Date de naissance", "situation_familiale": "Situation familiale",
    "telephone": "Téléphone", "adresse": "Adresse", "code_postal": "Code postal", "ville": "Ville",
    "commune_domicile": "Commune de domicile", "commune_travail": "Commune de travail", "siret": "SIRET",
    "prioritaires": "Secteur prioritaire", "secondaires": "Secteur secondaire", "typologies": "Tailles",
    "budget": "Loyer le plus élevé", "union": "Union", "enfants_a_naitre": "Enfants à naître", "role": "Lien",
    "garde": "Garde", "a_charge": "À charge", "handicap": "Carte «\u00a0invalidité\u00a0»",
    "secteur": "Type d'employeur",
    "effectif": "Salariés de l'employeur", "contrat": "Contrat", "debut": "Emploi depuis",
    "demandeur_emploi": "En recherche d'emploi",
    "douze_mois": "Total des 12 derniers mois",
    "net_mensuel": "Revenu net du mois", "rfr": "Revenu fiscal", "loyer_cents": "Loyer actuel",
    "aide_cents": "Aide au logement", "statut": "Statut", "surface": "Surface", "personnes": "Personnes",
    "motifs": "Motifs", "vues_consenties": "Annonces gardées", "nationalite": "Nationalité", "civilite": "Civilité",
    "profession": "Profession", "elargissement": "Élargir la recherche", "ascenseur": "Ascenseur",
}  # fmt: skip
MONEY = ("budget", "rfr", "douze_mois", "net_mensuel")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Path = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One answer: its label (and whose it is), before, after, its class.

    `comptes`: the accounts whose own fact it was, in one version or the other; empty when it is the holder's.
    """

    libelle: str
    avant: str
    apres: str
    classe: str
    comptes: frozenset[UUID] = frozenset()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs; an empty `before` is the first version, which differs from nothing."""
    if not before or not after:
        return []
    by_id = "qui" in before and "qui" in after
    keys = [_keys(each, by_id) for each in (before, after)]
    old, new = (dict(_leaves(version, names)) for version, names in zip((before, after), keys, strict=True))
    owners = [_owners(version, names) for version, names in zip((before, after), keys, strict=True)]
    names = {**_names(before, keys[0]), **_names(after, keys[1])}
    return [
        Difference(_label(path, names), _said(path, old.get(path)), _said(path, new.get(path)), _class(path),
                   _accounts(path, owners))
        for path in dict.fromkeys((*old, *new))
        if _said(path, old.get(path)) != _said(path, new.get(path))
    ]  # fmt: skip


def _keys(version: Mapping[str, Any], by_id: bool) -> list[str]:
    """Each person of a version, by a name that stays theirs: places change when somebody comes or leaves."""
    if by_id:
        return [str(each["personne"]) for each in version["qui"]]
    said = ("prenom", "nom", "naissance")
    return ["|".join(str(each.get(name) or "") for name in said) for each in version.get("identites") or ()]


def _owners(version: Mapping[str, Any], keys: list[str]) -> dict[str, UUID]:
    accounts = [UUID(each["compte"]) for each in version.get("qui") or ()] or [UNKNOWN] * len(keys)
    return dict(zip(keys, accounts, strict=False))


def _accounts(path: Path, owners: list[dict[str, UUID]]) -> frozenset[UUID]:
    if path[0] in PEOPLE and path[1] != HOLDER:
        return frozenset(each[path[1]] for each in owners if path[1] in each) or frozenset({UNKNOWN})
    if path == ("situation", "handicap"):  # may be said by any person of the household
        return frozenset(account for each in owners for account in each.values())
    return frozenset()


def _names(version: Mapping[str, Any], keys: list[str]) -> dict[str, str]:
    """The name of each person; that of the holder also stands for the work that the demande holds."""
    people = [str(each.get("prenom") or each.get("nom") or "") for each in version.get("identites") or ()]
    roles = [each.get("role") for each in (version.get("cas") or {}).get("menage", {}).get("personnes", ())]
    holder = next((name for name, role in zip(people, roles, strict=False) if role == "demandeur"), "")
    return {HOLDER: holder, **dict(zip(keys, people, strict=False))}


def _leaves(value: Mapping[str, Any], keys: list[str], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for name, each in value.items():
        if name in IGNORED:
            continue
        if name == "cas" or (name == "menage" and path == ()):
            yield from _leaves(each, keys, path)
        elif isinstance(each, Mapping):
            yield from _leaves(each, keys, (*path, name))
        elif isinstance(each, list) and each and isinstance(each[0], Mapping):
            people = [HOLDER, *keys] if name == "travaux" else keys
            places = people if path == () and name in PEOPLE else [str(place) for place in range(len(each))]
            for place, one in zip(places, each, strict=False):
                yield from _leaves(one, keys, (*path, name, place))
        else:
            yield (*path, name), each


def _class(path: Path) -> str:
    return next((PERSONAL[name] for name in path if name in PERSONAL), CLASSES.get(path[0], "P1"))


def _label(path: Path, names: Mapping[str, str]) -> str:
    """« Revenu fiscal 2024, Karim »: the answer, its year, and whose it is."""
    name, *_ = (each for each in reversed(path) if not each.isdigit())
    known = faits_situation().get(name)
    form = "ressource" if name in liste("ressource") else "charge"
    label = LABELS.get(name) or (known.sens if known else libelle_formulaire(form, name))
    label = label.replace("_", " ")
    year = path[-1] if name == "rfr" and path[-1].isdigit() else ""
    whose = names.get(path[1], "") if path[0] in PEOPLE else ""
    words = f"{label[:1].upper()}{label[1:]}" + (f" {year}" if year else "")
    return f"{words}, {whose}" if whose else words


def _said(path: Path, value: Any) -> str:
    """A value as one would read it; the same words for equal answers."""
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(str(each).replace("_", " ") for each in value)
    if isinstance(value, int | float) and (path[-1] in MONEY or "rfr" in path):
        return euros(round(value * 100))
    if isinstance(value, int) and (path[-1].endswith("_cents") or path[0] == "ressources"):
        return euros(value)
    text = str(value)
    return date.fromisoformat(text).strftime("%d/%m/%Y") if _DAY.fullmatch(text) else text.replace("_", " ")
