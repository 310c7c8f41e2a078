"""From a registered record to the rows of a draft: it fills what is empty, and never an answer already given."""

from __future__ import annotations

from typing import Any

from palier.demandes.enums import Contrat, RolePersonne, Secteurs
from palier.demandes.models import CommuneDemandee, Demande, Personne
from palier.droit.bareme import bareme
from palier.gateways.registre import Dossier, Membre

EXTRA = ("nom_usage", "civilite", "nationalite", "situation_familiale")


def pour(demande: Demande, record: Dossier, holder: Personne) -> None:
    """Fill the draft. Changes columns of `demande` without saving it: the caller saves."""
    for member in record.membres:
        if member.role == RolePersonne.DEMANDEUR:
            _fill(holder, member)
            _holder_work(demande, member)
    if not demande.personnes.exclude(pk=holder.pk).exists():
        _others(demande, record)
        demande.union = demande.union or record.union
        demande.enfants_a_naitre = demande.enfants_a_naitre or record.enfants_a_naitre
        demande.naissance_prevue = demande.naissance_prevue or record.naissance_prevue
    _contact(demande, record)
    demande.logement_actuel = {**record.logement, **(demande.logement_actuel or {})} or None
    _search(demande, record)


def _others(demande: Demande, record: Dossier) -> None:
    others = [each for each in record.membres if each.role != RolePersonne.DEMANDEUR]
    for position, member in enumerate(others, start=2):
        charged = member.role in (RolePersonne.ENFANT, RolePersonne.ASCENDANT) and member.garde in ("", "principale")
        person = Personne(demande=demande, position=position, role=member.role, garde=member.garde, a_charge=charged)
        person.identite = {"nom": member.nom, "prenom": member.prenom, "naissance": member.naissance.isoformat()}
        person.travail = _work(member) if member.role in (RolePersonne.CONJOINT, RolePersonne.CODEMANDEUR) else {}
        _fill(person, member)


def _fill(person: Personne, member: Membre) -> None:
    said = dict(person.identite or {})
    more = {name: getattr(member, name) for name in EXTRA}
    person.identite = {**{name: value for name, value in more.items() if value}, **said}
    person.ressources = person.ressources or dict(member.ressources)
    if person.annee_n2 is None and member.annee_n1 is not None:
        person.annee_n2 = member.annee_n1 - 1
        person.rfr_n1_cents, person.rfr_n2_cents = member.rfr_n1_cents, member.rfr_n2_cents
    person.save()


def _work(member: Membre) -> dict[str, Any]:
    said = {
        "employeur": member.employeur,
        "profession": member.profession,
        "contrat": member.contrat if member.contrat in Contrat.values else "",
        "demandeur_emploi": member.contrat == "chomage",
    }
    return {name: value for name, value in said.items() if value}


def _holder_work(demande: Demande, member: Membre) -> None:
    if "travail" in demande.etapes:
        return
    work = _work(member)
    demande.employeur = demande.employeur or work.get("employeur", "")
    demande.contrat = demande.contrat or work.get("contrat", "")
    demande.demandeur_emploi = demande.demandeur_emploi or work.get("demandeur_emploi", False)
    if work.get("profession"):
        demande.travail = {"profession": work["profession"], **(demande.travail or {})}


def _contact(demande: Demande, record: Dossier) -> None:
    typed = {name: value for name, value in (demande.contact or {}).items() if value}
    known = {name: record.contact[name] for name in ("telephone", "adresse", "code_postal") if name in record.contact}
    demande.contact = {**(demande.contact or {}), **known, **typed}
    demande.commune_domicile = demande.commune_domicile or str(record.contact.get("commune", ""))


def _search(demande: Demande, record: Dossier) -> None:
    sizes = [size for size in record.recherche.get("typologies", ()) if size.startswith("T")]
    demande.typologies = list(demande.typologies) or sizes
    if demande.budget_cents is None:
        demande.budget_cents = record.recherche.get("budget_cents")
    if record.recherche.get("elargie"):
        demande.recherche = {"elargissement": True, **(demande.recherche or {})}
    if demande.communes.exists():
        return
    places = list(record.recherche.get("communes", ()))[: int(bareme("demande")["communes"]["maximum"])]
    CommuneDemandee.objects.bulk_create(
        CommuneDemandee(demande=demande, code=code, secteur=Secteurs.PRIORITAIRE, ordre=rank)
        for rank, code in enumerate(places, start=1)
    )
