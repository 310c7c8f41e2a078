"""One writer per step of the form: data as the queries give them back -> rows. Called under the lock of the demande."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from palier.base.refusal import Refused
from palier.demandes.enums import Contrat, Garde, RolePersonne, Secteur, Secteurs, Union
from palier.demandes.models import CommuneDemandee, Demande, Personne
from palier.demandes.queries import AMOUNTS, holder_of
from palier.droit.bareme import bareme

Data = Mapping[str, Any]
PERSONNES_MAXIMUM = 20
IDENTITE = ("prenom", "nom", "naissance")
CONTACT = ("telephone", "adresse", "code_postal", "ville")
TRAVAIL = (
    "demandeur_emploi",
    "siret",
    "employeur",
    "secteur",
    "effectif",
    "contrat",
    "emploi_depuis",
    "commune_travail",
)

BLANK: Data = {name: None if name in ("effectif", "emploi_depuis") else "" for name in TRAVAIL} | {
    "demandeur_emploi": False
}


def _refuse(field: str, value: object, detail: str, mend: str) -> Refused:
    return Refused("valeur", detail, field=field, value=value, mend=mend, status=422)


def _choice(value: object, allowed: list[str], field: str, *, empty: bool = True) -> str:
    text = str(value or "")
    if text in allowed or (empty and not text):
        return text
    raise _refuse(field, text, "Cette réponse n'est pas dans la liste.", "Choisissez une réponse proposée.")


def _iso(value: object, field: str) -> str:
    try:
        return value.isoformat() if isinstance(value, date) else date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise _refuse(field, value, "Ce n'est pas une date.", "Donnez le jour, le mois et l'année.") from error


def _identity(data: Data) -> dict[str, str]:
    """Names as typed (never capitalised by us), birth date AAAA-MM-JJ; a first name may be empty."""
    nom = str(data.get("nom") or "").strip()
    if not nom:
        raise _refuse("Nom", "", "Il manque le nom de famille.", "Écrivez-le comme sur la carte d'identité.")
    return {
        "prenom": str(data.get("prenom") or "").strip(),
        "nom": nom,
        "naissance": _iso(data.get("naissance"), "Naissance"),
    }


def identite(demande: Demande, data: Data) -> None:
    """Names and birth date of the holder, address, telephone, commune of residence."""
    holder = holder_of(demande) or Personne(demande=demande, position=1, role=RolePersonne.DEMANDEUR)
    holder.identite = _identity(data)
    holder.save()
    demande.contact = {name: str(data.get(name) or "") for name in CONTACT}
    demande.commune_domicile = str(data.get("commune_domicile") or "")


def menage(demande: Demande, data: Data) -> None:
    """The whole household but the holder: persons given by `id` are kept, others made, the rest removed."""
    demande.union = _choice(data.get("union"), list(Union.values), "Union")
    demande.enfants_a_naitre = int(data.get("enfants_a_naitre") or 0)
    holder = holder_of(demande)
    if holder is None:
        raise Refused("etape", "Votre identité manque.", mend="Remplissez d'abord la première étape.", status=422)
    holder.protege = {"handicap": bool(data.get("handicap"))}
    holder.save(update_fields=["protege"])
    given = list(data.get("personnes") or ())
    _check_menage(demande.union, given)
    known = {str(each.pk): each for each in demande.personnes.all() if each.role != RolePersonne.DEMANDEUR}
    kept = {str(each.get("id")) for each in given} & known.keys()
    Personne.objects.filter(pk__in=[known[key].pk for key in known.keys() - kept]).delete()
    for rank, each in enumerate(known[key] for key in kept):
        each.position = 1000 + rank
        each.save(update_fields=["position"])
    for position, each in enumerate(given, start=2):
        _person(demande, known.get(str(each.get("id"))), position, each)


def _check_menage(union: str, given: list[Data]) -> None:
    roles = [str(each.get("role")) for each in given]
    if len(given) >= PERSONNES_MAXIMUM:
        raise _refuse("Foyer", len(given) + 1, f"Un foyer compte au plus {PERSONNES_MAXIMUM} personnes.", "Retirez-en.")
    if roles.count(RolePersonne.CONJOINT) > 1:
        raise _refuse("Foyer", "2 conjoints", "Un foyer a un seul conjoint.", "Gardez une seule personne de ce rôle.")
    if union and RolePersonne.CONJOINT not in roles:
        raise _refuse(
            "Union",
            Union(union).label,
            "Votre conjoint n'est pas dans le foyer.",
            "Ajoutez-le, ou choisissez « Aucune ».",
        )


def _person(demande: Demande, found: Personne | None, position: int, data: Data) -> None:
    person = found or Personne(demande=demande)
    person.position = position
    allowed = [role for role in RolePersonne.values if role != RolePersonne.DEMANDEUR]
    person.role = _choice(data.get("role"), allowed, "Lien avec vous", empty=False)
    person.identite = _identity(data)
    person.a_charge = bool(data.get("a_charge"))
    person.garde = _choice(data.get("garde"), list(Garde.values), "Garde")
    person.protege = {"handicap": bool(data.get("handicap"))}
    person.save()


def travail(demande: Demande, data: Data) -> None:
    """The holder's work; `effectif` and `secteur` come from the register of employers when it answered."""
    for name in TRAVAIL:
        setattr(demande, name, data.get(name, BLANK[name]))
    demande.secteur = _choice(demande.secteur, list(Secteur.values), "Secteur")
    demande.contrat = _choice(demande.contrat, list(Contrat.values), "Contrat")
    if demande.emploi_depuis and not isinstance(demande.emploi_depuis, date):
        demande.emploi_depuis = date.fromisoformat(_iso(demande.emploi_depuis, "Depuis quand"))


def ressources(demande: Demande, data: Data) -> None:
    """Amounts in cents by person id, and `annee_n2`, the year of the oldest of the two tax notices."""
    year = data.get("annee_n2")
    for person in demande.personnes.all():
        amounts: Data = data.get(str(person.pk)) or {}
        for name in AMOUNTS:
            setattr(person, name, amounts.get(name))
        person.annee_n2 = int(year) if year else None
        person.save(update_fields=[*AMOUNTS, "annee_n2"])


def perimetre(demande: Demande, data: Data) -> None:
    """The two rings, in order; a commune is in one ring only."""
    rings = {
        Secteurs.PRIORITAIRE: list(dict.fromkeys(data.get("prioritaires") or ())),
        Secteurs.SECONDAIRE: list(dict.fromkeys(data.get("secondaires") or ())),
    }
    maximum = int(bareme("demande")["communes"]["maximum"])
    for ring, codes in rings.items():
        if len(codes) > maximum:
            raise _refuse(
                ring.label, f"{len(codes)} communes", f"Un secteur compte {maximum} communes au plus.", "Retirez-en."
            )
    if not rings[Secteurs.PRIORITAIRE]:
        raise _refuse(
            "Secteur prioritaire", "", "Il manque une commune.", "Ajoutez au moins celle où vous voulez vivre."
        )
    both = set(rings[Secteurs.PRIORITAIRE]) & set(rings[Secteurs.SECONDAIRE])
    demande.communes.all().delete()
    CommuneDemandee.objects.bulk_create(
        CommuneDemandee(demande=demande, code=code, secteur=ring, ordre=rank)
        for ring, codes in rings.items()
        for rank, code in enumerate(codes, start=1)
        if ring == Secteurs.PRIORITAIRE or code not in both
    )


def logement(demande: Demande, data: Data) -> None:
    """The sizes accepted (T1…), at least one, and the highest rent, charges included."""
    allowed = [name for name in bareme("occupation")["pieces_principales"] if name.startswith("T")]
    demande.typologies = [_choice(each, allowed, "Taille", empty=False) for each in data.get("typologies") or ()]
    if not demande.typologies:
        raise _refuse("Taille", "", "Il manque une taille de logement.", "Cochez-en une au moins.")
    demande.budget_cents = data.get("budget_cents")


def situation(demande: Demande, data: Data) -> None:
    """The facts `situation.*` declared: what is false or unknown is not kept."""
    demande.situation = {name: value for name, value in data.items() if value not in (None, False, "")}


def relecture(demande: Demande, data: Data) -> None:
    """The choice about the ads seen: a plain yes or no."""
    demande.vues_consenties = bool(data.get("vues_consenties"))


WRITERS: dict[str, Callable[[Demande, Data], None]] = {
    "identite": identite,
    "menage": menage,
    "travail": travail,
    "ressources": ressources,
    "perimetre": perimetre,
    "logement": logement,
    "situation": situation,
    "relecture": relecture,
}
