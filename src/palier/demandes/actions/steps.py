"""One writer per step of the form: data as the queries give them back -> rows. Called under the lock of the demande."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from palier.base.refusal import Refused
from palier.demandes.actions.telephone import same_number
from palier.demandes.enums import Contrat, Garde, RolePersonne, Secteur, Secteurs, Union
from palier.demandes.models import CommuneDemandee, Demande, Personne
from palier.demandes.queries import ACTUEL, AMOUNTS, CONTACT_PLUS, IDENTITE_PLUS, PROTEGE, RECHERCHE, holder_of
from palier.droit.bareme import bareme
from palier.droit.formulaire import liste

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


def _identity(data: Data, *, whole: bool) -> dict[str, str]:
    """Names as typed (never capitalised by us), birth date AAAA-MM-JJ; a first name may be empty."""
    nom = str(data.get("nom") or "").strip()
    if not nom:
        raise _refuse("Nom", "", "Il manque le nom de famille.", "Écrivez-le comme sur la carte d'identité.")
    return {
        "prenom": str(data.get("prenom") or "").strip(),
        "nom": nom,
        **({"naissance": _iso(data.get("naissance"), "Naissance")} if data.get("naissance") or whole else {}),
    }


def _kept(stored: Mapping[str, Any] | None, data: Data, names: Iterable[str]) -> dict[str, Any]:
    """The stored answers of these names with those that were given; an empty answer is not kept."""
    said = {**(stored or {}), **{name: data[name] for name in names if name in data}}
    return {name: said[name] for name in names if _answered(said.get(name))}


def _answered(value: object) -> bool:
    """False for what was left empty; zero is an answer."""
    return value is not None and value is not False and value not in ("", [], {})


def _whole_identity(stored: Mapping[str, Any] | None, data: Data, *, whole: bool = True) -> dict[str, Any]:
    for name in ("civilite", "nationalite", "situation_familiale", "sexe", "lien"):
        _choice(data.get(name), list(liste(name)), name.replace("_", " ").capitalize())
    return {**_identity(data, whole=whole), **_kept(stored, data, IDENTITE_PLUS)}


def identite(demande: Demande, data: Data) -> None:
    """Names and birth date of the holder, address, telephone, commune of residence; what is not given stays.

    The first answer of all is a name: the birth date may come with the next one, and `completeness` waits for it.
    """
    found = holder_of(demande)
    holder = found or Personne(demande=demande, position=1, role=RolePersonne.DEMANDEUR)
    holder.identite = _whole_identity(found.identite if found else None, data, whole="naissance" in data)
    holder.save()
    given = {name: str(data.get(name) or "") for name in CONTACT}
    if not same_number((demande.contact or {}).get("telephone", ""), given["telephone"]):
        demande.telephone_confirme_le = None  # nothing leaves to a number that nobody confirmed
        demande.preferences = {**demande.preferences, "sms": False}
    demande.contact = {**given, **_kept(demande.contact, data, CONTACT_PLUS)}
    demande.commune_domicile = str(data.get("commune_domicile") or "")


def leaving(demande: Demande, data: Data) -> list[UUID]:
    """Who leaves the household with these answers."""
    others = {str(each.pk): each.pk for each in demande.personnes.all() if each.role != RolePersonne.DEMANDEUR}
    kept = {str(each.get("id")) for each in data.get("personnes") or ()}
    return [pk for name, pk in others.items() if name not in kept]


def menage(demande: Demande, data: Data) -> None:
    """The whole household but the holder: persons given by `id` are kept, others made, the rest removed."""
    demande.union = _choice(data.get("union"), list(Union.values), "Union")
    demande.enfants_a_naitre = int(data.get("enfants_a_naitre") or 0)
    holder = holder_of(demande)
    if holder is None:
        raise Refused("etape", "Votre identité manque.", mend="Remplissez d'abord la première étape.", status=422)
    holder.protege = _protected(holder.protege, data)
    holder.save(update_fields=["protege"])
    demande.naissance_prevue = _day(data.get("naissance_prevue"), "Naissance prévue")
    if "colocataires" in data:
        demande.contact = {**(demande.contact or {}), "colocataires": list(data["colocataires"])}
    given = list(data.get("personnes") or ())
    _check_menage(demande.union, given)
    known = {str(each.pk): each for each in demande.personnes.all() if each.role != RolePersonne.DEMANDEUR}
    kept = {str(each.get("id")) for each in given} & known.keys()
    Personne.objects.filter(pk__in=leaving(demande, data)).delete()
    for rank, each in enumerate(known[key] for key in kept):
        each.position = 1000 + rank
        each.save(update_fields=["position"])
    for position, each in enumerate(given, start=2):
        _person(demande, known.get(str(each.get("id"))), position, each)


def _protected(stored: Mapping[str, Any] | None, data: Data) -> dict[str, Any]:
    """Cards and protections of one person; `handicap` is the only card that moves a ceiling."""
    return {**_kept(stored, data.get("protege") or {}, PROTEGE), "handicap": bool(data.get("handicap"))}


def _day(value: object, field: str) -> date | None:
    return date.fromisoformat(_iso(value, field)) if value else None


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
    person.identite = _whole_identity(found.identite if found else None, data)
    person.a_charge = bool(data.get("a_charge"))
    person.garde = _choice(data.get("garde"), list(Garde.values), "Garde")
    person.protege = _protected(person.protege, data)
    person.save()


def travail(demande: Demande, data: Data) -> None:
    """The holder's work; `effectif` and `secteur` come from the register of employers when it answered."""
    for name in TRAVAIL:
        setattr(demande, name, data.get(name, BLANK[name]))
    demande.secteur = _choice(demande.secteur, list(Secteur.values), "Secteur")
    demande.contrat = _choice(demande.contrat, list(Contrat.values), "Contrat")
    if demande.emploi_depuis and not isinstance(demande.emploi_depuis, date):
        demande.emploi_depuis = date.fromisoformat(_iso(demande.emploi_depuis, "Depuis quand"))
    if "travail" in data:
        demande.travail = _work(data["travail"])
    autres: Data = data.get("autres") or {}
    for person in demande.personnes.all():
        if str(person.pk) in autres:
            person.travail = _work(autres[str(person.pk)])
            person.save(update_fields=["travail"])


def _work(data: Data) -> dict[str, Any]:
    """What the form asks of a person's work: an ISO date, a code of the list; nothing empty is kept."""
    _choice(data.get("statut"), list(liste("travail")), "Travail")
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in data.items()
        if _answered(value)
    }


def ressources(demande: Demande, data: Data) -> None:
    """Amounts in cents by person id, and `annee_n2`, the year of the oldest of the two tax notices."""
    year = data.get("annee_n2")
    for person in demande.personnes.all():
        amounts: Data = data.get(str(person.pk)) or {}
        for name in AMOUNTS:
            setattr(person, name, amounts.get(name))
        if "ressources" in amounts:
            _received(person, amounts["ressources"])
        person.annee_n2 = int(year) if year else None
        person.save(update_fields=[*AMOUNTS, "annee_n2", "ressources"])


def _received(person: Personne, given: Mapping[str, int | None]) -> None:
    """Monthly resources by code of the form. Their sum is the monthly net: unknown as long as one amount is."""
    for code in given:
        _choice(code, [*liste("ressource"), *liste("charge")], "Ressources", empty=False)
    person.ressources = dict(given)
    received = [cents for code, cents in given.items() if code not in liste("charge")]
    if received:
        known = [cents for cents in received if cents is not None]
        person.net_mensuel_cents = sum(known) if len(known) == len(received) else None


def actuel(demande: Demande, data: Data) -> None:
    """The present home (form, page 8): status, cost, who lives there, and why one wants to leave."""
    _choice(data.get("statut"), list(liste("logement")), "Logement actuel")
    for motif in data.get("motifs") or ():
        _choice(motif, list(liste("motif")), "Motif", empty=False)
    demande.logement_actuel = _kept(demande.logement_actuel, data, ACTUEL)


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
    demande.recherche = _kept(demande.recherche, data, RECHERCHE)


def situation(demande: Demande, data: Data) -> None:
    """The facts `situation.*` declared: what is false or unknown is not kept."""
    said = dict(data)
    if "precisions" in said:
        text = str(said.pop("precisions") or "").strip()
        demande.precisions = {"texte": text} if text else None
    demande.situation = {name: value for name, value in said.items() if value not in (None, False, "")}


def relecture(demande: Demande, data: Data) -> None:
    """The choice about the ads seen: a plain yes or no."""
    demande.vues_consenties = bool(data.get("vues_consenties"))


WRITERS: dict[str, Callable[[Demande, Data], None]] = {
    "identite": identite,
    "menage": menage,
    "travail": travail,
    "ressources": ressources,
    "actuel": actuel,
    "perimetre": perimetre,
    "logement": logement,
    "situation": situation,
    "relecture": relecture,
}
