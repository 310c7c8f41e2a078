"""What the person keeps on paper: the attestation, and the national form filled with their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from palier.base.money import euros
from palier.demandes import facts, queries
from palier.demandes.models import Demande, Personne
from palier.droit.formulaire import attribut, libelle_formulaire, liste
from palier.portals.demandeur import places, review
from palier.portals.pdf import make_pdf

TEMPLATE = Path(__file__).parent / "templates" / "demandeur" / "document.typ"
EMPTY = "Non renseigné"
Line = dict[str, str]
Section = dict[str, Any]


def attestation_pdf(demande: Demande, printed: date) -> bytes:
    """The proof of registration, or of filing while the number is awaited, with everything that was said."""
    number = review.numero_text(demande)
    sections = [_section("Enregistrement", _registration(demande, number))]
    for _step, title, rows in review.lines(demande):
        sections.append(_section(title, (_line("", label, value) for label, value in rows)))
    title = "Attestation d'enregistrement" if number else "Récapitulatif de dépôt"
    lead = (
        "Ce document atteste l'enregistrement d'une demande de logement locatif social."
        if number
        else "Demande déposée. L'attestation viendra avec le numéro unique, après la pièce d'identité."
    )
    return _document(title, lead, sections, printed)


def form_pdf(demande: Demande, printed: date) -> bytes:
    """Every field of the form in its order, with its box when it was read."""
    lead = "Vos réponses dans l'ordre du formulaire national de demande de logement social."
    pages = (
        ("Votre demande, vos coordonnées", _identity(demande)),
        ("Conjoint ou codemandeur", _partners(demande)),
        ("Colocataires, handicap, personnes à charge", _menage(demande)),
        ("Autres enfants", _visiting(demande)),
        ("Situation professionnelle", _works(demande)),
        ("Revenus", _ressources(demande)),
        ("Logement actuel et motifs", _home(demande)),
        ("Logement recherché", _search(demande)),
        ("Précisions complémentaires", [_line("H1", "Précisions", (demande.precisions or {}).get("texte"))]),
    )
    return _document(
        "Demande de logement social, Cerfa 14069", lead, [_section(title, lines) for title, lines in pages], printed
    )


def _document(title: str, lead: str, sections: list[Section], printed: date) -> bytes:
    foot = f"Imprimé le {review.day(printed)}"
    return make_pdf(TEMPLATE, {"titre": title, "chapeau": lead, "sections": sections, "pied": foot})


def _section(title: str, lines: Iterable[Line]) -> Section:
    return {"titre": title, "lignes": list(lines)}


def _line(case: str, question: str, value: object) -> Line:
    """One row; what was not answered is said so, what is a number keeps its zero."""
    if isinstance(value, bool):
        value = "Oui" if value else "Non"
    return {"case": case, "question": question, "reponse": EMPTY if value in (None, "") else str(value)}


def _money(cents: int | None) -> str | None:
    return None if cents is None else euros(cents)


def _registration(demande: Demande, number: str) -> list[Line]:
    holder = queries.holder_of(demande)
    said: Mapping[str, Any] = (holder.identite or {}) if holder else {}
    return [
        _line("", "Numéro unique", number or "En attente"),
        _line("", "Nom", review.name_of(holder) if holder else ""),
        _line("", "Date de naissance", _born(said)),
        _line("", "Déposée le", review.day(demande.deposee_le)),
        _line("", "À renouveler avant le", review.day(demande.renouveler_avant)),
    ]


def _born(said: Mapping[str, Any]) -> str:
    """The birth date; 00 for what the title does not say."""
    if not said.get("naissance"):
        return ""
    born = date.fromisoformat(str(said["naissance"]))
    if not said.get("naissance_partielle"):
        return review.day(born)
    return f"00/{born.month:02d}/{born.year}" if born.month > 1 else f"00/00/{born.year}"


def _civil(said: Mapping[str, Any], box: str) -> list[Line]:
    kept = str(said.get("nir") or "")
    return [
        _line("", "Civilité", libelle_formulaire("civilite", said.get("civilite", ""))),
        _line("", "Nom de naissance", said.get("nom")),
        _line("", "Nom d'usage", said.get("nom_usage")),
        _line("", "Prénoms", said.get("prenom")),
        _line("", "Date de naissance", _born(said)),
        _line("", "Nationalité", libelle_formulaire("nationalite", said.get("nationalite", ""))),
        _line(box, "Numéro de sécurité sociale", f"Enregistré, se termine par {kept[-2:]}" if kept else ""),
    ]


def _identity(demande: Demande) -> list[Line]:
    said = queries.step_values(demande, "identite")
    operation = "Création" if demande.renouvelee_le is None else "Modification ou renouvellement"
    town = " ".join(each for each in (said.get("code_postal"), said.get("ville")) if each)
    mail = " ".join(each for each in (said.get("courrier_code_postal"), said.get("courrier_ville")) if each)
    return [
        _line("A1", "Numéro unique", review.numero_text(demande)),
        _line("", "Type d'opération", operation),
        *_civil(said, "A2"),
        _line(
            "", "Situation familiale", libelle_formulaire("situation_familiale", said.get("situation_familiale", ""))
        ),
        _line("", "Téléphone", said.get("telephone")),
        _line("", "Courriel", demande.titulaire.email),
        _line("", "Accord pour être informé par courriel", bool(said.get("accord_mail"))),
        _line("", "Accord pour être informé par SMS", bool(said.get("accord_sms"))),
        _line("", "Tiers aidant", said.get("aidant_nom")),
        _line("", "Tiers aidant, téléphone", said.get("aidant_telephone")),
        _line("", "Tiers aidant, courriel", said.get("aidant_email")),
        _line("", "Accord de transmission au tiers", bool(said.get("aidant_accord"))),
        _line("", "Adresse du logement actuel", ", ".join(each for each in (said.get("adresse"), town) if each)),
        _line("", "Hébergé chez", said.get("heberge_chez")),
        _line("", "Adresse pour le courrier", ", ".join(each for each in (said.get("courrier_adresse"), mail) if each)),
        _line("", "Courrier chez", said.get("courrier_chez")),
    ]


UNION_BOXES = {"mariage": "B2", "pacs": "B3", "concubinage": "B4"}


def _partners(demande: Demande) -> list[Line]:
    found: list[Line] = []
    for each in demande.personnes.all():
        if each.role not in ("conjoint", "codemandeur"):
            continue
        said = each.identite or {}
        if each.role == "conjoint":
            tie = _line(UNION_BOXES.get(demande.union, "B2-B4"), "Lien", demande.get_union_display())
        else:
            code = said.get("lien", "")
            tie = _line(attribut("lien", code, "case"), "Lien", libelle_formulaire("lien", code))
        found += [*_civil(said, "B1"), tie]
    return found


CARDS = {
    "handicap": "Carte mobilité inclusion «\u00a0invalidité\u00a0»",
    "priorite": "Carte mobilité inclusion «\u00a0priorité\u00a0»",
    "stationnement": "Carte mobilité inclusion «\u00a0stationnement\u00a0»",
    "mdph": "Handicap reconnu par la MDPH",
}


def _menage(demande: Demande) -> list[Line]:
    mates = (demande.contact or {}).get("colocataires", [])
    disabled = [each for each in demande.personnes.all() if any((each.protege or {}).get(name) for name in CARDS)]
    dependants = [each for each in demande.personnes.all() if each.a_charge]
    return [
        *(_line("", "Colocataire", _person(each)) for each in mates if each),
        _line("C1", "Personnes en situation de handicap", len(disabled)),
        *(_line("", f"Complément handicap, {review.name_of(each)}", _cards(each)) for each in disabled),
        *(_line("", f"Personne à charge, {each.get_role_display()}", _dependant(each)) for each in dependants),
        _line("", "Enfants à naître", demande.enfants_a_naitre),
        _line("", "Naissance prévue", review.day(demande.naissance_prevue) if demande.naissance_prevue else ""),
    ]


def _person(said: Mapping[str, Any]) -> str:
    name = f"{said.get('prenom', '')} {said.get('nom', '')}".strip()
    return ", ".join(each for each in (name, _born(said)) if each)


def _dependant(person: Personne) -> str:
    said = person.identite or {}
    custody = str(person.get_garde_display()).lower() if person.garde else ""
    sex = libelle_formulaire("sexe", said.get("sexe", ""))
    return ", ".join(each for each in (_person(said), sex, custody) if each)


def _cards(person: Personne) -> str:
    return ", ".join(label for name, label in CARDS.items() if (person.protege or {}).get(name))


CUSTODY = {"visite": "D, droit de visite", "alternee": "G, garde alternée"}


def _visiting(demande: Demande) -> list[Line]:
    others = [each for each in demande.personnes.all() if each.role == "enfant" and not each.a_charge]
    return [_line(CUSTODY.get(each.garde, "")[:1], "Enfant", _dependant(each)) for each in others]


def _works(demande: Demande) -> list[Line]:
    places_known = places.known(demande)
    mine = {**queries.step_values(demande, "travail"), **demande.travail}
    found = _work("", mine, places_known, 0)
    for each in demande.personnes.all():
        if each.role in ("conjoint", "codemandeur"):
            found += _work(f"{review.name_of(each)}\u00a0: ", each.travail, places_known, 1)
    return found


def _work(who: str, work: Mapping[str, Any], known: Mapping[str, str], column: int) -> list[Line]:
    """The boxes of the holder are the first of each pair, those of the other adult the second."""
    statut = str(work.get("statut", ""))
    box = attribut("travail", statut, "case").split("/")
    end = work.get("fin_chomage")
    return [
        _line("" if column else "D1", f"{who}profession", work.get("profession")),
        _line(box[column] if len(box) > column else "", f"{who}situation", libelle_formulaire("travail", statut)),
        _line(("D12", "D27")[column], f"{who}SIRET de l'employeur", work.get("siret")),
        _line("", f"{who}employeur", work.get("employeur")),
        _line("", f"{who}lieu de travail", known.get(str(work.get("commune_travail", "")), "")),
        _line(("D13", "D28")[column], f"{who}CDD ou intérim", work.get("contrat") in ("cdd", "interim")),
        _line(("D14", "D29")[column], f"{who}chômage de plus d'un an", bool(work.get("chomage_plus_1_an"))),
        _line(("D15", "D30")[column], f"{who}fin du chômage", review.day(end) if end else ""),
    ]


def _ressources(demande: Demande) -> list[Line]:
    found: list[Line] = []
    for each in demande.personnes.all():
        person = f"{review.name_of(each)}\u00a0: "
        year = each.annee_n2
        cells = {"codemandeur": ("E3", "E6")}.get(each.role, ("E2", "E5"))
        if year:
            found += [
                _line(cells[0], f"{person}revenu fiscal de référence {year}", _money(each.rfr_n2_cents)),
                _line(cells[1], f"{person}revenu fiscal de référence {year + 1}", _money(each.rfr_n1_cents)),
                _line("", f"{person}douze derniers mois", _money(each.douze_mois_cents)),
            ]
        for code, cents in each.ressources.items():
            paid = code in liste("charge")
            label = libelle_formulaire("charge" if paid else "ressource", code).lower()
            found.append(_line("E9" if paid else "E7/E8", f"{person}{label} ({code}), par mois", _money(cents)))
        if each.net_mensuel_cents is not None:
            found.append(_line("E7/E8", f"{person}total du mois", _money(each.net_mensuel_cents)))
    return found


def _home(demande: Demande) -> list[Line]:
    said = demande.logement_actuel or {}
    statut, structure = str(said.get("statut", "")), str(said.get("structure", ""))
    kind = "foyer" if statut == "foyer" else "structure"
    boxes = {"ase": "F46"}
    flags = [name for name in boxes if facts.situation(demande).get(name) is True]
    return [
        _line(attribut("logement", statut, "case"), "Logement actuel", libelle_formulaire("logement", statut)),
        _line("F3", "Nom du bailleur", said.get("bailleur")),
        _line("F4", "SIREN du bailleur", said.get("bailleur_siren")),
        _line({"foyer": "F15"}.get(statut, "F7"), "Structure", libelle_formulaire(kind, structure)),
        _line("F23", "Personnes dans le logement actuel", said.get("personnes")),
        _line("", "Pièces", said.get("pieces")),
        _line("", "Surface", f"{said['surface']}\u00a0m²".replace(".", ",") if said.get("surface") else ""),
        _line("", "Loyer, charges comprises", _money(said.get("loyer_cents"))),
        _line("F25", "Aide au logement, par mois", _money(said.get("aide_cents"))),
        *(
            _line(attribut("motif", code, "case"), "Motif", libelle_formulaire("motif", code))
            for code in said.get("motifs", ())
        ),
        *(_line(boxes[name], "Aide sociale à l'enfance depuis moins de trois ans", True) for name in flags),
        _line("F48/F49", "Propriétaire d'un autre logement", bool(said.get("autre_logement"))),
    ]


def _search(demande: Demande) -> list[Line]:
    said = demande.recherche
    known = places.known(demande)
    first, second = facts.perimetre(demande)
    mates = bool((demande.contact or {}).get("colocataires"))
    wide = {"oui": "Oui", "non": "Non"}.get(str(said.get("elargissement", "")), "")
    lodged = [each for each in demande.personnes.all() if each.role == "demandeur" or _lodged(each)]
    return [
        _line("G1", "Taille du logement", ", ".join(demande.typologies)),
        _line("G1", "Colocation", mates),
        _line("G2", "Personnes à loger", len(lodged)),
        *(
            _line("G3", f"Commune n° {rank}", known.get(code, code))
            for rank, code in enumerate([*first, *second], start=1)
        ),
        _line("", "Élargissement aux communes proches", wide),
        _line("", "Loyer le plus élevé", _money(demande.budget_cents)),
        _line("", "Étage le plus haut sans ascenseur", said.get("etage_max")),
        _line("", "Ascenseur", bool(said.get("ascenseur"))),
        _line("", "Logement accessible en fauteuil roulant", bool(said.get("accessible"))),
        _line("", "Stationnement", bool(said.get("stationnement"))),
        _line("", "Informé de l'accession à la propriété", bool(said.get("accession"))),
    ]


def _lodged(person: Personne) -> bool:
    """Who will live there: the adults who sign, who is à charge, and the children of another home."""
    return person.role in ("conjoint", "codemandeur") or person.a_charge or person.role == "enfant"
