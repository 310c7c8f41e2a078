"""The demande said back to its person: the lines of the last reading, and the dashboard."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from palier.base import clock
from palier.base.money import euros
from palier.demandes import facts, queries
from palier.demandes.models import Demande, Personne
from palier.droit.bareme import dictionnaire
from palier.droit.dates import mois_complets
from palier.droit.numero_unique import lire_numero_unique
from palier.portals.demandeur import places
from palier.portals.demandeur.common import address

NBSP = "\u00a0"
EMPTY = "Non renseigné"
CARD = "CMI invalidité"
"""The « carte mobilité inclusion » that raises the income ceilings."""
UNITS = {"trajet_travail_minutes": "min"}
Lines = list[tuple[str, str, list[tuple[str, str]]]]


def day(value: date | str | None) -> str:
    """« 02/03/1992 », or what says that nothing is known."""
    if not value:
        return EMPTY
    return (value if isinstance(value, date) else date.fromisoformat(value)).strftime("%d/%m/%Y")


def name_of(person: Personne) -> str:
    """First name and name, as typed."""
    said = person.identite or {}
    return f"{said.get('prenom', '')} {said.get('nom', '')}".strip()


def persons(demande: Demande) -> list[dict[str, Any]]:
    """The other persons of the household, for the list with its acts."""
    return [
        {"id": each.pk, "nom": name_of(each), "detail": _person_detail(each)}
        for each in demande.personnes.all()
        if each.role != "demandeur"
    ]


def _person_detail(person: Personne) -> str:
    born = (person.identite or {}).get("naissance")
    parts = [str(person.get_role_display()), f"né(e) le {day(born)}"]
    if person.role not in ("conjoint", "codemandeur"):
        parts.append("à charge" if person.a_charge else "non à charge")
    if person.garde:
        parts.append(str(person.get_garde_display()).lower())
    return ", ".join(parts)


def lines(demande: Demande) -> Lines:
    """(step, its title, [(question, answer)]) of every step."""
    readers = {
        "identite": _identite,
        "menage": _menage,
        "travail": _travail,
        "ressources": _ressources,
        "perimetre": _perimetre,
        "logement": _logement,
        "situation": _situation,
    }
    return [(step, queries.STEP_LABELS[step], reader(demande)) for step, reader in readers.items()]


def _identite(demande: Demande) -> list[tuple[str, str]]:
    said = queries.step_values(demande, "identite")
    town = " ".join(each for each in (said.get("code_postal"), said.get("ville")) if each)
    return [
        ("Nom", f"{said.get('prenom', '')} {said.get('nom', '')}".strip() or EMPTY),
        ("Date de naissance", day(said.get("naissance"))),
        ("Adresse", ", ".join(each for each in (said.get("adresse"), town) if each) or EMPTY),
        ("Téléphone", said.get("telephone") or EMPTY),
    ]


def _menage(demande: Demande) -> list[tuple[str, str]]:
    others = [(each["nom"], each["detail"]) for each in persons(demande)]
    rows = others or [("Autres personnes", "Aucune" if "menage" in demande.etapes else EMPTY)]
    if "menage" in demande.etapes:
        rows += [
            (f"{CARD}, {name_of(each)}", "Oui" if (each.protege or {}).get("handicap") else "Non")
            for each in demande.personnes.all()
        ]
    if demande.union:
        rows.append(("Union", str(demande.get_union_display())))
    if demande.enfants_a_naitre:
        rows.append(("Enfants à naître", str(demande.enfants_a_naitre)))
    return rows


def _travail(demande: Demande) -> list[tuple[str, str]]:
    if "travail" not in demande.etapes:
        return [("Travail", EMPTY)]
    if demande.demandeur_emploi:
        return [("Travail", "En recherche d'emploi")]
    if not (demande.siret or demande.employeur or demande.contrat or demande.secteur):
        return [("Travail", "Sans emploi salarié")]
    staff = f", au moins {demande.effectif} salariés" if demande.effectif is not None else ""
    return [
        ("Employeur", f"{demande.employeur or EMPTY}{staff}"),
        ("Type d'employeur", str(demande.get_secteur_display()) if demande.secteur else EMPTY),
        ("Contrat", str(demande.get_contrat_display()) if demande.contrat else EMPTY),
        ("Depuis", day(demande.emploi_depuis)),
        ("Lieu", places.labels([demande.commune_travail]).get(demande.commune_travail, EMPTY)),
    ]


def _ressources(demande: Demande) -> list[tuple[str, str]]:
    rows = []
    for person in demande.personnes.all():
        known = [(f"Revenu fiscal {person.annee_n2}", person.rfr_n2_cents), ("Net du mois", person.net_mensuel_cents)]
        said = [f"{label}{NBSP}: {euros(cents)}" for label, cents in known if cents is not None]
        if said or person.role in ("demandeur", "conjoint", "codemandeur"):
            rows.append((name_of(person), ". ".join(said) or EMPTY))
    return rows


def _perimetre(demande: Demande) -> list[tuple[str, str]]:
    first, second = facts.perimetre(demande)
    names = places.labels([*first, *second])
    rings = (("Secteur prioritaire", first), ("Secteur secondaire", second))
    return [(label, ", ".join(names.get(code, code) for code in codes) or EMPTY) for label, codes in rings]


def _logement(demande: Demande) -> list[tuple[str, str]]:
    budget = euros(demande.budget_cents) if demande.budget_cents is not None else EMPTY
    return [("Taille", ", ".join(demande.typologies) or EMPTY), ("Loyer le plus élevé", budget)]


def _situation(demande: Demande) -> list[tuple[str, str]]:
    said = facts.situation(demande)
    known = {fact["nom"]: fact["sens"] for fact in dictionnaire("situation")["fait"]}
    rows = [
        (known[name][0].upper() + known[name][1:], _value(name, value)) for name, value in said.items() if name in known
    ]
    return rows or [("Situation", "Rien de particulier" if "situation" in demande.etapes else EMPTY)]


def capital(text: str) -> str:
    """The same text, its first letter a capital."""
    return text[:1].upper() + text[1:]


def _value(name: str, value: object) -> str:
    if value is True:
        return "Oui"
    if name == "taux_effort_actuel" and isinstance(value, float):
        return f"{round(value * 100)}{NBSP}%"
    return f"{value}{NBSP}{UNITS[name]}" if name in UNITS else str(value)


def numero_text(demande: Demande) -> str:
    """The number in its groups, "" while it is awaited."""
    number = (demande.numero or {}).get("numero_unique", "")
    return str(lire_numero_unique(number)) if number else ""


def dashboard(demande: Demande) -> dict[str, Any]:
    """What the dashboard shows: number, seniority, main action, completeness, pieces, rings, four status lines."""
    first, second = facts.perimetre(demande)
    names = places.labels([*first, *second, demande.commune_travail])
    missing = queries.completeness(demande)
    lacking = {each.step for each in missing}
    steps = queries.STEPS[:-1]
    return {
        "numero": numero_text(demande),
        "mois": mois_complets(demande.deposee_le, clock.today()) if demande.deposee_le else 0,
        "action": main_action(demande, missing),
        "manques": missing,
        "etapes": [(step, queries.STEP_LABELS[step], step not in lacking) for step in steps],
        "cellules": ["vide" if step in lacking else "plein" for step in steps],
        "remplies": len(steps) - len(missing),
        "total_etapes": len(steps),
        "pieces": pieces(demande),
        "prioritaires": [names.get(code, code) for code in first],
        "secondaires": [names.get(code, code) for code in second],
        "travail": names.get(demande.commune_travail, ""),
        "statut": status(demande),
    }


def pieces(demande: Demande) -> list[dict[str, str]]:
    """The pieces seen at a counter, with the day they stop counting."""
    known = {piece["code"]: piece["libelle"] for piece in dictionnaire("pieces")["piece"]}
    known |= {row["code"]: row["libelle"] for row in dictionnaire("pieces").get("preuve", ())}
    return [
        {
            "nom": known.get(each.code, each.code.replace("_", " ").capitalize()),
            "etat": f"Vue le {day(each.vue_le)}",
            "detail": f"jusqu'au {day(each.expire_le)}" if each.expire_le else "",
        }
        for each in demande.pieces.all()
        if each.state == "validee"
    ]


def main_action(demande: Demande, missing: list[queries.Missing]) -> dict[str, str]:
    """The one thing to do now: time, title, words, button, address."""
    if demande.state == "brouillon":
        step = missing[0].step if missing else "relecture"
        words = missing[0].sentence if missing else "Tout est rempli. Relisez une fois, puis déposez."
        return _action("10 minutes", "Finir votre demande", words, "Continuer", reverse("demandeur:etape", args=[step]))
    if demande.state == "deposee":
        words = "Montrez votre pièce d'identité à un guichet. Votre numéro unique arrive ensuite."
        return _action("Un passage", "Obtenir votre numéro unique", words, "Créer mon code", reverse("demandeur:code"))
    if demande.state == "radiee":
        words = "Votre demande est close. Vous pouvez en déposer une autre."
        return _action("10 minutes", "Déposer une nouvelle demande", words, "Commencer", reverse("demandeur:numero"))
    words = "Votre demande est active. Chaque annonce dit si vous pouvez postuler."
    return _action("5 minutes", "Chercher un logement", words, "Voir les offres", address("public:recherche") or "/")


def _action(temps: str, titre: str, texte: str, bouton: str, url: str) -> dict[str, str]:
    return {"temps": temps, "titre": titre, "texte": texte, "bouton": bouton, "url": url}


def status(demande: Demande) -> dict[str, str]:
    """Where it stands, who acts, what comes next, by when."""
    until = (
        f"Renouvellement avant le {day(demande.renouveler_avant)}" if demande.renouveler_avant else "Pas de date limite"
    )
    table = {
        "brouillon": (
            "Brouillon, enregistré à chaque étape",
            "Vous",
            "Le dépôt, qui fait votre ancienneté",
            "Pas de date limite",
        ),
        "deposee": (
            "Déposée, numéro unique en attente",
            "Vous, puis le guichet",
            "Le numéro, nécessaire pour la commission. Vous pouvez déjà postuler.",
            until,
        ),
        "active": ("Active", "Vous, quand une annonce vous va", "Une candidature, puis la commission", until),
        "a_renouveler": ("À renouveler", "Vous", "Le renouvellement, sans perdre d'ancienneté", until),
        "radiee": ("Close", "Personne", demande.motif_label, "Rien à faire"),
    }
    ou, qui, ensuite, limite = table[demande.state]
    return {"ou": ou, "qui": qui, "ensuite": ensuite, "au_plus_tard": limite}
