"""Size of a dwelling for a household: typologies, over- and under-occupation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from palier.droit.bareme import bareme, version
from palier.droit.foyer import selon_foyer
from palier.droit.menage import Cas
from palier.droit.mots import INSECABLE, nombre, pluriel
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

BORNES = ("min", "cible", "max")
DANS_TOUS_LES_CAS = "_dans_tous_les_cas"
"""End of a code whose sentence does not say how many persons: an unknown fact changes the count, not the answer."""
TEXTES_BORNES = {"min": "au moins", "cible": "de préférence", "max": "au plus"}


def pieces_principales(typologie: str) -> int:
    """Return the count of main rooms of a typologie: T1 and T1bis 1, Tn n (usage)."""
    return int(bareme("occupation")["pieces_principales"][typologie])


def personnes_pour_pieces(cas: Cas) -> Verdict[int]:
    """Return the persons counted for rooms, visiting and unborn children included (form's notice)."""
    combien, manquants = selon_foyer(cas, lambda foyer: foyer.pour_pieces)
    if combien is None:
        return indetermine(manquants)
    texte = f"Le logement est calculé pour {pluriel(combien, 'personne')}."
    return etabli(combien, Motif("personnes", "notice du Cerfa 14069", {"personnes": combien}, texte))


def typologies(cas: Cas) -> dict[str, Verdict[str]]:
    """Return the smallest, best and largest typologie (usage; a parameter per territory)."""
    return {borne: _typologie(cas, borne) for borne in BORNES}


def _typologie(cas: Cas, borne: str) -> Verdict[str]:
    """Return one bound of the adequacy grid."""
    valeur, manquants = selon_foyer(cas, lambda foyer: str(adequation(foyer.pour_pieces, foyer.couple)[borne]))
    if valeur is None:
        return indetermine(manquants)
    combien, _ = selon_foyer(cas, lambda foyer: foyer.pour_pieces)
    qui = pluriel(combien, "personne") if combien is not None else "votre ménage"
    texte = f"Pour {qui}, un {valeur} {TEXTES_BORNES[borne]}."
    code = f"typologie_{borne}{'' if combien is not None else DANS_TOUS_LES_CAS}"
    faits: dict[str, Fait] = {"personnes": combien, "typologie": valeur}
    return etabli(valeur, Motif(code, bareme("occupation")["typologies"]["reference"], faits, texte))


def adequation(personnes: int, couple: bool) -> Mapping[str, Any]:
    """Return the row (`min`, `cible`, `max`) of the adequacy grid for persons counted for rooms (usage)."""
    lignes = bareme("occupation")["typologies"]["lignes"]
    combien = min(personnes, max(ligne["personnes"] for ligne in lignes))
    return next(ligne for ligne in lignes if ligne["personnes"] == combien and ligne.get("couple", couple) == couple)


def surface_minimale(personnes: int) -> int:
    """Return the surface in m² under which a dwelling is over-occupied (CCH R.822-25)."""
    surfaces = bareme("occupation")["suroccupation"]["surfaces_m2"]
    return int(surfaces[min(personnes, len(surfaces)) - 1])


def suroccupation(cas: Cas) -> Verdict[bool]:
    """Tell whether the dwelling is too small, strictly under the legal surface (CCH R.822-25)."""
    surface = cas.logement.surface if cas.logement else None
    if surface is None:
        return indetermine([Manquant("logement.surface", None, "La surface du logement manque.")])
    valeur, manquants = selon_foyer(cas, lambda foyer: surface < surface_minimale(foyer.pour_pieces))
    if valeur is None:
        return indetermine(manquants)
    return etabli(valeur, _motif_surface(cas, surface, valeur))


def _motif_surface(cas: Cas, surface: Decimal, trop_petit: bool) -> Motif:
    """Say the surface and the minimum."""
    reference = bareme("occupation")["suroccupation"]["reference"]
    code = "suroccupation" if trop_petit else "surface_suffisante"
    combien, _ = selon_foyer(cas, lambda foyer: foyer.pour_pieces)
    mesure = f"{nombre(surface)}{INSECABLE}m²"
    if combien is None:
        return Motif(
            f"{code}{DANS_TOUS_LES_CAS}",
            reference,
            {"surface": float(surface)},
            f"Dans tous les cas, {mesure} donnent la même réponse.",
        )
    minimum = surface_minimale(combien)
    faits = {"surface": float(surface), "minimum": minimum, "personnes": combien}
    texte = f"Le logement fait {mesure}. Le minimum est de {minimum}{INSECABLE}m² pour {pluriel(combien, 'personne')}."
    return Motif(code, reference, faits, texte)


def sous_occupation(cas: Cas) -> Verdict[bool]:
    """Tell whether rooms exceed persons by more than the legal gap (CCH L.621-2)."""
    typologie = cas.logement.typologie if cas.logement else None
    if typologie is None:
        return indetermine([Manquant("logement.typologie", None, "La typologie du logement manque.")])
    regle = bareme("occupation")["sous_occupation"]
    en_vigueur = version(regle["versions"], cas.au)
    if en_vigueur is None:
        return indetermine([Manquant("au", None, "La règle n'est pas connue à cette date.", "sous_occupation_avant")])
    pieces, ecart = pieces_principales(typologie), int(en_vigueur["ecart"])
    valeur, manquants = selon_foyer(cas, lambda foyer: pieces > foyer.pour_pieces + ecart)
    if valeur is None:
        return indetermine(manquants)
    combien, _ = selon_foyer(cas, lambda foyer: foyer.pour_pieces)
    qui = pluriel(combien, "personne") if combien is not None else "votre ménage"
    texte = f"Le logement compte {pluriel(pieces, 'pièce')} pour {qui}. L'écart admis est de {ecart}."
    code = ("sous_occupation" if valeur else "occupation_normale") + ("" if combien is not None else DANS_TOUS_LES_CAS)
    faits: dict[str, Fait] = {"pieces": pieces, "personnes": combien, "ecart": ecart}
    return etabli(valeur, Motif(code, regle["reference"], faits, texte))
