"""The sheet of a demande in words, for the adviser: only what the frozen sheets hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from palier.accompagnement.queries import FileSheet, Opened
from palier.base.money import euros
from palier.demandes.enums import Contrat, Garde, RolePersonne, Secteur, Union
from palier.demandes.models import Piece
from palier.droit.pieces import libelle_court

Row = tuple[str, str]
CONTACT = (("telephone", "Téléphone"), ("adresse", "Adresse"), ("code_postal", "Code postal"), ("ville", "Ville"))
AMOUNTS = (
    ("net_mensuel_cents", "Revenus nets par mois"),
    ("rfr_n2_cents", "Revenu fiscal de référence, année N-2"),
    ("rfr_n1_cents", "Revenu fiscal de référence, année N-1"),
)


@dataclass(frozen=True)
class Section:
    """A titled list of (label, value)."""

    titre: str
    lignes: list[Row]


@dataclass(frozen=True)
class PieceLine:
    """One piece in the list of a sheet."""

    piece: Piece
    libelle: str
    a_verifier: bool


def sections(sheet: FileSheet) -> list[Section]:
    """Identity, contact, work, incomes of each person."""
    main = sheet.demande
    people = [_person(each) for each in sheet.personnes]
    ressources = [row for each in sheet.personnes for row in _ressources(each)]
    made = [
        Section("La demande", _main(main)),
        Section("Le foyer", people),
        Section("Joindre la personne", [(label, said) for key, label in CONTACT if (said := _contact(main, key))]),
        Section("Travail", _work(main)),
        Section("Revenus déclarés", ressources),
    ]
    return [each for each in made if each.lignes]


def _main(main: Any) -> list[Row]:
    rows = [
        ("Numéro unique", (main.get("numero") or {}).get("numero_unique", "en attente")),
        ("Déposée le", _day(main.get("deposee_le"))),
        ("À renouveler avant le", _day(main.get("renouveler_avant"))),
        ("Tailles", ", ".join(main.get("typologies") or ()) or "—"),
        ("Budget", euros(main["budget_cents"]) if main.get("budget_cents") else "—"),
    ]
    if main.get("union"):
        rows.append(("Union", str(Union(main["union"]).label)))
    if main.get("enfants_a_naitre"):
        rows.append(("Enfants à naître", str(main["enfants_a_naitre"])))
    return rows


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "—"


def _contact(main: Any, key: str) -> str:
    return str((main.get("contact") or {}).get(key) or "")


def _work(main: Any) -> list[Row]:
    rows = [
        ("Employeur", main.get("employeur") or ""),
        ("Secteur", str(Secteur(main["secteur"]).label) if main.get("secteur") else ""),
        ("Contrat", str(Contrat(main["contrat"]).label) if main.get("contrat") else ""),
        ("Depuis le", _day(main.get("emploi_depuis")) if main.get("emploi_depuis") else ""),
    ]
    return [row for row in rows if row[1]]


def name(sheet: Any) -> str:
    """« Inès Marchal », or the role when the name is not opened."""
    said = sheet.get("identite") or {}
    return f"{said.get('prenom', '')} {said.get('nom', '')}".strip() or str(RolePersonne(sheet["role"]).label)


def _person(sheet: Any) -> Row:
    said = sheet.get("identite") or {}
    parts = [name(sheet)]
    if said.get("naissance"):
        parts.append(f"né(e) le {_day(date.fromisoformat(said['naissance']))}")
    if sheet.get("garde"):
        parts.append(str(Garde(sheet["garde"]).label).lower())
    return str(RolePersonne(sheet["role"]).label), ", ".join(parts)


def _ressources(sheet: Any) -> list[Row]:
    who = name(sheet)
    return [(f"{who}, {label.lower()}", euros(sheet[key])) for key, label in AMOUNTS if sheet.get(key) is not None]


def declared(sheet: FileSheet, piece: Piece) -> list[Row]:
    """What was declared of the person whose piece it is, to hold beside it."""
    owner = next((each for each in sheet.personnes if each.id == piece.personne_id), None)
    person = owner or next((each for each in sheet.personnes if each["role"] == "demandeur"), None)
    if person is None:
        return []
    return [_person(person), *_work(sheet.demande), *_ressources(person)]


def piece_lines(pieces: list[Piece], found: Opened) -> list[PieceLine]:
    """The pieces of a sheet; those to verify only under the relation that verifies."""
    verifies = found.can("piece.verifier")
    return [PieceLine(each, libelle_court(each.code), verifies and each.state == "a_verifier") for each in pieces]
