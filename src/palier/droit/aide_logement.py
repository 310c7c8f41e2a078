"""Housing aid (APL) of a conventioned dwelling, and the reduction of loyer: estimates, the Caf decides."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from palier.droit.aide_etapes import Etapes, Situation, borne_haute, etapes, reduction, ressources_arrondies
from palier.droit.bareme import bareme
from palier.droit.foyer import Foyer, manquant_personne, qui, selon_foyer
from palier.droit.menage import Cas
from palier.droit.mots import euros, nombre
from palier.droit.ressources import net_mensuel_absents, net_mensuel_foyer
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine
from palier.droit.zones import outre_mer, zone_apl

V = TypeVar("V")
LOGEMENT_ABSENT = Manquant("logement", None, "Le logement manque : l'aide dépend de son loyer et de son financement.")
FINANCEMENT_ABSENT = Manquant("logement.financement", None, "Le financement du logement manque.")
LOYER_ABSENT = Manquant("logement.loyer_hc", None, "Le loyer hors charges manque.")
INTERMEDIAIRE = Manquant(
    "logement.financement", None, "Le calcul d'un logement intermédiaire (PLI) n'est pas ici.", "aide_intermediaire"
)
OUTRE_MER = Manquant("commune", None, "L'outre-mer a son propre calcul, qui n'est pas ici.", "aide_outre_mer")
COLOCATION = Manquant(
    "menage.personnes", None, "La colocation a son propre calcul, qui n'est pas ici.", "aide_colocation"
)


def aide_logement(cas: Cas) -> Verdict[int]:
    """Return the estimated aid in cents a month, whole euros (CCH D.823-16, D.823-17; arrêté 27/09/2019)."""
    zone, dehors = _zone(cas)
    loyer = cas.logement.loyer_hc if cas.logement is not None else None
    absents = (*_ressources_absentes(cas), *(() if loyer is not None or cas.logement is None else (LOYER_ABSENT,)))
    if zone is None:
        return indetermine(dehors if _exclu(cas) else (*dehors, *absents))
    if absents or loyer is None:
        # Above some resources or some loyer, the aid is nothing whatever the other is.
        borne, manquants = _dans_tous_les_cas(cas, zone, lambda situation: borne_haute(situation, loyer))
        return _sans_aide() if borne == 0 else indetermine((*absents, *manquants))
    pas, _ = _dans_tous_les_cas(cas, zone, lambda situation: etapes(situation, loyer))
    if pas is not None:
        return etabli(pas.aide, *_motifs(pas, loyer, zone), montant=True)
    aide, manquants = _dans_tous_les_cas(cas, zone, lambda situation: etapes(situation, loyer).aide)
    if aide is None:
        return indetermine(manquants)
    return etabli(aide, _estimation(aide), montant=True)


def reduction_loyer_solidarite(cas: Cas) -> Verdict[int]:
    """Return the reduction that the landlord takes off the loyer, in cents a month (CCH L.442-2-1)."""
    zone, dehors = _zone(cas)
    absents = _ressources_absentes(cas)
    if zone is None:
        return indetermine(dehors if _exclu(cas) else (*dehors, *absents))
    depuis = min(ligne["depuis"] for ligne in bareme("aide_logement")["rls"][f"zone_{zone}"])
    if absents and cas.au >= depuis:
        return indetermine(absents)
    montant, manquants = _dans_tous_les_cas(cas, zone, reduction)
    if montant is None:
        return indetermine(manquants)
    reference = bareme("aide_logement")["rls"]["reference"]
    if montant == 0:
        texte = "La réduction de loyer de solidarité ne s'applique pas."
        return etabli(0, Motif("rls_nulle", reference, {"zone": zone}, texte), montant=True)
    texte = f"Le bailleur retire {euros(montant)} du loyer chaque mois (réduction de loyer de solidarité)."
    return etabli(montant, Motif("rls", reference, {"rls": en_euros(montant), "zone": zone}, texte), montant=True)


def _exclu(cas: Cas) -> bool:
    """Tell whether known facts already lead out of this calculation."""
    logement, menage = cas.logement, cas.menage
    autre = logement is not None and logement.financement is not None and not _conventionne(logement.financement)
    colocation = menage is not None and any(personne.role == "codemandeur" for personne in menage.personnes)
    return autre or colocation or (cas.commune is not None and outre_mer(cas.commune))


def _conventionne(financement: str) -> bool:
    return financement in bareme("aide_logement")["champ"]["financements"]


def _zone(cas: Cas) -> tuple[str | None, tuple[Manquant, ...]]:
    """Return the zone when the case is in the field of this calculation, or what is missing or leads out of it."""
    manquants: list[Manquant] = []
    if cas.logement is None:
        manquants.append(LOGEMENT_ABSENT)
    elif cas.logement.financement is None:
        manquants.append(FINANCEMENT_ABSENT)
    elif not _conventionne(cas.logement.financement):
        manquants.append(INTERMEDIAIRE)
    if cas.menage is not None and any(personne.role == "codemandeur" for personne in cas.menage.personnes):
        manquants.append(COLOCATION)
    zone = zone_apl(cas.commune, cas.au)
    if cas.commune is not None and outre_mer(cas.commune):
        manquants.append(OUTRE_MER)
    manquants.extend(zone.manquants)
    return (None if manquants else zone.valeur), tuple(manquants)


def _douze_mois_connus(cas: Cas) -> bool:
    return cas.menage is not None and all(adulte.douze_mois is not None for adulte in cas.menage.adultes)


def _ressources_absentes(cas: Cas) -> tuple[Manquant, ...]:
    """List the incomes without which the resources stay unknown: twelve months for all, else monthly net incomes."""
    return () if _douze_mois_connus(cas) else net_mensuel_absents(cas)


def _ressources(cas: Cas, foyer: Foyer) -> int:
    """Return the yearly resources of the aid in cents; known incomes only."""
    if _douze_mois_connus(cas):
        return ressources_arrondies(Decimal(sum(personne.douze_mois or 0 for personne in foyer.personnes)))
    if net_mensuel_absents(cas):
        return 0
    return ressources_arrondies(12 * net_mensuel_foyer(foyer) * Decimal(bareme("aide_logement")["champ"]["abattement"]))


def _situations(cas: Cas, zone: str, foyer: Foyer) -> tuple[Situation, ...]:
    """Return one situation for each count of persons à charge that unknown ages allow."""
    limite = bareme("aide_logement")["champ"]["age_enfant"]
    ages = [personne.age(cas.au) if personne.role == "enfant" else 0 for personne in foyer.a_charge]
    connus = sum(age is not None and age < limite for age in ages)
    ressources = _ressources(cas, foyer)
    return tuple(
        Situation(cas.au, zone, foyer.couple, combien, ressources, foyer.handicap)
        for combien in range(connus, connus + ages.count(None) + 1)
    )


def _dans_tous_les_cas(cas: Cas, zone: str, calcul: Callable[[Situation], V]) -> tuple[V | None, tuple[Manquant, ...]]:
    """Return the answer that every reading of household and ages gives, or the facts that change it."""
    valeurs, inconnus = selon_foyer(
        cas, lambda foyer: tuple(dict.fromkeys(calcul(situation) for situation in _situations(cas, zone, foyer)))
    )
    if valeurs is not None and len(valeurs) == 1:
        return valeurs[0], ()
    return None, (*inconnus, *_ages_absents(cas))


def _ages_absents(cas: Cas) -> tuple[Manquant, ...]:
    """List the children whose age decides whether they count."""
    return tuple(
        manquant_personne(p, "naissance", "LIVRET_OU_NAISSANCE", f"La date de naissance manque pour {qui(p)}.")
        for p in (cas.menage.personnes if cas.menage is not None else ())
        if p.role == "enfant" and p.a_charge is not False and p.garde != "visite" and p.naissance is None
    )


def _sans_aide() -> Verdict[int]:
    """Say that there is no aid, whatever the unknown facts."""
    return etabli(0, _estimation(0), montant=True)


def _estimation(aide: int) -> Motif:
    """Say the amount, and who decides."""
    reference = bareme("aide_logement")["champ"]["reference"]
    if aide == 0:
        return Motif("aide_nulle", reference, {"aide": 0}, "L'aide estimée est nulle. La Caf décide.")
    texte = f"L'aide estimée est de {euros(aide)} par mois. La Caf décide."
    return Motif("aide_estimee", reference, {"aide": en_euros(aide)}, texte)


def _motifs(pas: Etapes, loyer_hc: int, zone: str) -> tuple[Motif, ...]:
    """Say the main steps, then the amount."""
    return (
        _motif_loyer(pas, loyer_hc, zone),
        _motif_participation(pas),
        *_motif_degressivite(pas, loyer_hc),
        *_motif_rls(pas),
        _estimation(pas.aide),
    )


def _motif_loyer(pas: Etapes, loyer_hc: int, zone: str) -> Motif:
    reference = bareme("aide_logement")["plafonds_loyer"]["reference"]
    faits = {"loyer_hc": en_euros(loyer_hc), "plafond": en_euros(pas.plafond), "zone": zone}
    if loyer_hc > pas.plafond:
        texte = f"Le loyer compte pour {euros(pas.plafond)}, le plafond de la zone {zone} pour votre famille."
        return Motif("aide_loyer_plafonne", reference, faits, texte)
    texte = f"Le loyer hors charges compte en entier, soit {euros(loyer_hc)}."
    return Motif("aide_loyer_entier", reference, faits, texte)


def _motif_participation(pas: Etapes) -> Motif:
    reference = bareme("aide_logement")["participation_minimale"]["reference"]
    faits = {"charges": en_euros(pas.charges), "participation": en_euros(pas.participation)}
    texte = (
        f"L'aide ajoute {euros(pas.charges)} de charges forfaitaires. "
        f"Selon vos revenus récents, votre participation est de {euros(pas.participation)} par mois."
    )
    return Motif("aide_participation", reference, faits, texte)


def _motif_degressivite(pas: Etapes, loyer_hc: int) -> tuple[Motif, ...]:
    if pas.part == 1:
        return ()
    reference = bareme("aide_logement")["degressivite"]["reference"]
    if pas.part == 0:
        texte = f"Un loyer de {euros(loyer_hc)} est trop loin du plafond : il n'ouvre aucune aide."
        return (Motif("aide_loyer_trop_cher", reference, {"loyer_hc": en_euros(loyer_hc)}, texte),)
    part = round(pas.part * 100, 1)
    texte = f"Ce loyer est très au-dessus du plafond : l'aide garde {nombre(part)} % de son montant."
    return (Motif("aide_degressive", reference, {"part": float(part)}, texte),)


def _motif_rls(pas: Etapes) -> tuple[Motif, ...]:
    if pas.rls == 0:
        return ()
    regle = bareme("aide_logement")["rls"]
    part = nombre(regle["fraction"] * 100)
    faits = {"rls": en_euros(pas.rls), "part": float(regle["fraction"] * 100)}
    texte = f"Le bailleur baisse le loyer de {euros(pas.rls)}. L'aide baisse de {part} % de ce montant."
    return (Motif("aide_apres_rls", regle["reference"], faits, texte),)
