"""From a checked message to a record: the mirror of `writing`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from palier.gateways.registre.codes import slug
from palier.gateways.registre.envelope import BadMessage, Element, tag
from palier.gateways.registre.facts import Dossier, Membre


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says: what it asks, our reference, the record, and (code, sentence) of what is wrong."""

    operation: str
    reference: str
    dossier: Dossier | None
    anomalies: tuple[tuple[str, str], ...] = ()


def read_message(root: Element) -> Message:
    """The message of a checked tree. BadMessage for a fact that the schema cannot check."""
    header = _need(root, "entete")
    reference = _text(header, "reference")
    found = _find(root, "demande", "demandeLogement")
    rows = _rows(found, "listeAnomalie", "anomalie")
    anomalies = tuple((str(row.get("code")), _text(row, "libelle")) for row in rows)
    return Message(slug("fichier", _text(header, "typeFichier")), reference, _dossier(found, reference), anomalies)


def _dossier(parent: Element | None, reference: str) -> Dossier | None:
    if parent is None or _date(parent, "dateCreationDemande") is None:
        return None
    radiation, person = _find(parent, "radiation"), _find(parent, "personnePhysique")
    union, members = _menage(person)
    born = _find(person, "personneANaitre")
    return Dossier(
        departement=_text(parent, "codeDepartement"),
        depose_le=_date(parent, "dateCreationDemande") or date.min,
        membres=tuple(members),
        reference=reference,
        numero=_text(parent, "numUnique"),
        renouvelee_le=_date(parent, "dateRenouvellement"),
        radie_le=_date(radiation, "dateRadiation"),
        motif_radiation=slug("motif_radiation", _code(radiation, "motifRadiation")),
        union=union,
        enfants_a_naitre=_int(born, "nombre") or 0,
        naissance_prevue=_date(born, "dateNaissancePrevue"),
        contact=_contact(_find(person, "demandeur")),
        logement=_home(_find(person, "logementActuel")),
        recherche=_search(_find(parent, "logementRecherche")),
    )


def _menage(parent: Element | None) -> tuple[str, list[Membre]]:
    if parent is None:
        return "", []
    union, members = "", [_person(_need(parent, "demandeur"), "demandeur")]
    for row in _rows(parent, "listeCotitulaire", "cotitulaire"):
        link = slug("lien", _code(row, "lienDemandeur"))
        conjoint = link != "codemandeur"
        union = link if conjoint and not union else union
        members.append(_person(row, "conjoint" if conjoint else "codemandeur"))
    for row in _rows(parent, "listePersonneACharge", "personneACharge"):
        role = slug("parente", _code(row, "lienParente")) or "autre"
        garde = "principale" if role == "enfant" else ""
        members.append(Membre(_text(row, "nom"), _text(row, "prenom"), _born(row), role, garde=garde))
    for row in _rows(parent, "listePersonneEnGarde", "personneEnGarde"):
        garde = slug("coparentalite", _code(row, "coParentalite"))
        members.append(Membre("", "", _born(row), "enfant", garde=garde))
    return union, members


def _person(row: Element, role: str) -> Membre:
    shown, born = _text(row, "nom"), _text(row, "nomPatronymique")
    work, tax = _find(row, "situationProfessionnelle"), _find(row, "revenuFiscal")
    return Membre(
        nom=born or shown,
        nom_usage=shown if born else "",
        prenom=_text(row, "prenom"),
        naissance=_born(row),
        role=role,
        civilite=slug("civilite", _code(row, "civilite")),
        nationalite=slug("nationalite", _code(row, "nationalite")),
        situation_familiale=slug("situation_familiale", _code(row, "situationFamiliale")),
        profession=_text(work, "profession"),
        employeur=_text(work, "nomEmployeurPrincipal"),
        contrat=slug("contrat", _code(work, "typeContratTravail")),
        annee_n1=_int(tax, "anneeMoins1"),
        rfr_n1_cents=_cents(tax, "montantMoins1"),
        rfr_n2_cents=_cents(tax, "montantMoins2"),
        ressources=_amounts(row),
    )


def _amounts(row: Element) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, kind in (("listeRessourceRecue", "ressource_recue"), ("listeRessourceVersee", "ressource_versee")):
        for detail in _rows(row, name, "detailRessource"):
            known, cents = slug(kind, _code(detail, "ressource")), _cents(detail, "montant")
            if known and cents is not None:
                found[known] = found.get(known, 0) + cents
    return found


def _contact(row: Element | None) -> dict[str, Any]:
    home = _find(row, "adressePostale")
    street = " ".join(part for part in (_text(home, "numero"), _text(home, "voie")) if part)
    said = {
        "telephone": _text(row, "telPortable"),
        "mel": _text(row, "mel"),
        "adresse": street,
        "code_postal": _text(home, "codePostal"),
        "commune": _code(home, "commune"),
    }
    return {name: value for name, value in said.items() if value}


def _home(row: Element | None) -> dict[str, Any]:
    models = [slug("logement", each.get("code")) for each in _rows(row, "listeModeleLogement", "modeleLogement")]
    area = _text(row, "surface")
    said = {
        "statut": next((each for each in models if each), ""),
        "loyer_cents": _cents(row, "montantMensuelLoyer"),
        "personnes": _int(row, "nombreHabitant"),
        "surface": round(float(area), 2) if area else None,
    }
    return {name: value for name, value in said.items() if value not in (None, "")}


def _search(row: Element | None) -> dict[str, Any]:
    if row is None:
        return {}
    sizes = (slug("typologie", each.get("code")) for each in _rows(row, "listeTypeLogement", "typeLogement"))
    places = (_code(each, "commune") for each in _rows(row, "listeLocalisationSouhaite", "localisationSouhaite"))
    said = {
        "elargie": _text(row, "demandeElargie") in ("true", "1"),
        "budget_cents": _cents(row, "montantMaximum"),
        "typologies": [each for each in sizes if each],
        "communes": list(dict.fromkeys(each for each in places if each)),
    }
    return {name: value for name, value in said.items() if value is not None}


def _find(parent: Element | None, *names: str) -> Element | None:
    for name in names:
        parent = parent.find(tag(name)) if parent is not None else None
    return parent


def _need(parent: Element, name: str) -> Element:
    found = _find(parent, name)
    if found is None:
        raise BadMessage(f"Le message n'a pas d'élément {name}.")
    return found


def _rows(parent: Element | None, table: str, row: str) -> Iterator[Element]:
    found = _find(parent, table)
    return iter(()) if found is None else found.iterchildren(tag(row))


def _text(parent: Element | None, name: str) -> str:
    found = _find(parent, name)
    return (found.text or "").strip() if found is not None else ""


def _code(parent: Element | None, name: str) -> str:
    found = _find(parent, name)
    return str(found.get("code") or "") if found is not None else ""


def _int(parent: Element | None, name: str) -> int | None:
    text = _text(parent, name)
    return int(text) if text else None


def _cents(parent: Element | None, name: str) -> int | None:
    text = _text(parent, name)
    return int(Decimal(text) * 100) if text else None


def _date(parent: Element | None, name: str) -> date | None:
    """A day without its time zone. BadMessage for a year that no calendar of ours holds."""
    text = _text(parent, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadMessage(f"L'élément {name} n'est pas une date utilisable.") from error


def _born(row: Element) -> date:
    found = _date(row, "dateNaissance")
    if found is None:
        raise BadMessage("Une personne du message n'a pas de date de naissance.")
    return found
