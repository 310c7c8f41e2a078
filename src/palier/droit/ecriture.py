"""The case written back: the inverse of `lire_cas`, for a file that a person keeps."""

from __future__ import annotations

from decimal import Decimal

from palier.droit.menage import Cas, Emploi, Logement, Menage, Personne
from palier.droit.verdict import Json, en_euros


def cas_json(cas: Cas) -> Json:
    """Return the case in the form of the contract, amounts in euros; what is unknown is left out."""
    return _connus(
        au=cas.au.isoformat(),
        commune=cas.commune,
        menage=_menage(cas.menage) if cas.menage is not None else None,
        emploi=_emploi(cas.emploi) if cas.emploi is not None else None,
        logement=_logement(cas.logement) if cas.logement is not None else None,
    )


def _connus(**champs: object) -> Json:
    """Keep the fields that are known."""
    return {nom: valeur for nom, valeur in champs.items() if valeur is not None}


def _euros(centimes: int | None) -> int | float | None:
    return None if centimes is None else en_euros(centimes)


def _menage(menage: Menage) -> Json:
    return _connus(
        union=menage.union,
        personnes=[_personne(personne) for personne in menage.personnes],
        enfants_a_naitre=menage.enfants_a_naitre,
    )


def _personne(personne: Personne) -> Json:
    return _connus(
        id=personne.id,
        role=personne.role,
        naissance=personne.naissance.isoformat() if personne.naissance else None,
        a_charge=personne.a_charge,
        garde=personne.garde,
        handicap=personne.handicap,
        rfr={str(annee): en_euros(montant) for annee, montant in sorted(personne.rfr.items())} or None,
        douze_mois=_euros(personne.douze_mois),
        net_mensuel=_euros(personne.net_mensuel),
    )


def _emploi(emploi: Emploi) -> Json:
    return _connus(
        secteur=emploi.secteur,
        effectif=emploi.effectif,
        contrat=emploi.contrat,
        debut=emploi.debut.isoformat() if emploi.debut else None,
        demandeur_emploi=emploi.demandeur_emploi,
    )


def _logement(logement: Logement) -> Json:
    return _connus(
        typologie=logement.typologie,
        surface=_nombre(logement.surface),
        loyer_hc=_euros(logement.loyer_hc),
        loyer_cc=_euros(logement.loyer_cc),
        financement=logement.financement,
    )


def _nombre(valeur: Decimal | None) -> int | float | None:
    """A number for JSON, whole when it is one."""
    if valeur is None:
        return None
    return int(valeur) if valeur == valeur.to_integral_value() else float(valeur)
