"""The zones of a commune: ceilings, ABC, housing aid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from palier.droit.bareme import bareme, table, version
from palier.droit.mots import jour
from palier.droit.verdict import Manquant, Motif, Verdict, etabli, indetermine

COMMUNE_ABSENTE = Manquant("commune", None, "La commune manque : sans elle, la zone reste inconnue.")
LIBELLES_PLAFONDS = {
    "paris_limitrophes": "Paris et communes limitrophes",
    "reste_idf": "reste de l'Île-de-France",
    "autres_regions": "autres régions",
    "outre_mer": "outre-mer",
}


@cache
def _communes() -> Mapping[str, tuple[str, str, str]]:
    """Return (ABC 2024, ABC 2025 or empty, APL) by code of commune."""
    return {
        ligne["code_insee"]: (ligne["abc_2024_07"], ligne["abc_2025_09"], ligne["apl"])
        for ligne in table("communes_zones")
    }


@cache
def _groupes() -> Mapping[str, str]:
    """Return the group of ceilings by département."""
    return {ligne["code"]: ligne["groupe_plafonds"] for ligne in table("departements")}


def groupe_plafonds(departement: str) -> str | None:
    """Return `idf`, `autres_regions` or `outre_mer` for a département (arrêté 29/07/1987), None when unknown."""
    return _groupes().get(departement)


def code_commune(commune: str) -> str:
    """Return the code of the commune of an arrondissement of Paris, Lyon or Marseille, else its own (INSEE, COG)."""
    if commune.isdigit():
        for plage in bareme("zones")["arrondissements"]:
            if plage["premier"] <= int(commune) <= plage["dernier"]:
                return str(plage["commune"])
    return commune


def departement(commune: str) -> str:
    """Return the département of a commune: three characters overseas, two elsewhere (INSEE, COG)."""
    return commune[:3] if commune.startswith("97") else commune[:2]


def outre_mer(commune: str) -> bool:
    """Tell whether a commune lies in an overseas département (arrêté 29/07/1987)."""
    return _groupes().get(departement(commune)) == "outre_mer"


def _ligne(commune: str) -> tuple[str, str, str] | None:
    """Return the zones of a commune, through its former code when it has no row."""
    code = code_commune(commune)
    return _communes().get(code) or _communes().get(bareme("zones")["codes"].get(code, ""))


def _inconnue(commune: str) -> Manquant:
    texte = f"La commune {commune} n'est pas dans les zonages connus."
    return Manquant("commune", None, texte, "commune_inconnue", {"commune": commune})


def zone_plafonds(commune: str | None, au: date) -> Verdict[str]:
    """Return the zone of income ceilings (arrêté 29/07/1987, annexe I)."""
    if commune is None:
        return indetermine([COMMUNE_ABSENTE])
    ligne = _ligne(commune)
    groupe = _groupes().get(departement(commune))
    if ligne is None or groupe is None:
        return indetermine([_inconnue(commune)])
    regle = bareme("zones")["plafonds"]
    zone = groupe
    if groupe == "idf":
        zone = "paris_limitrophes" if ligne[2] == regle["limitrophes"] else "reste_idf"
    texte = f"Pour les plafonds, cette commune relève de la zone « {LIBELLES_PLAFONDS[zone]} »."
    return etabli(zone, Motif("zone_plafonds", regle["reference"], {"commune": commune, "zone": zone}, texte))


def zone_abc(commune: str | None, au: date) -> Verdict[str]:
    """Return the zone ABC in force on `au` (CCH D.304-1); unknown before 06/07/2024."""
    if commune is None:
        return indetermine([COMMUNE_ABSENTE])
    ligne = _ligne(commune)
    if ligne is None:
        return indetermine([_inconnue(commune)])
    regle = bareme("zones")["abc"]
    en_vigueur = version(regle["versions"], au)
    if en_vigueur is None:
        debut = min(ligne["depuis"] for ligne in regle["versions"])
        texte = f"La liste des zones ABC d'avant le {jour(debut)} n'est pas connue."
        return indetermine([Manquant("au", None, texte, "zone_abc_avant", {"depuis": debut.isoformat()})])
    reclassee = en_vigueur["colonne"] == "abc_2025_09" and ligne[1]
    zone = ligne[1] if reclassee else ligne[0]
    faits = {"commune": commune, "zone": zone, "depuis": en_vigueur["depuis"].isoformat()}
    texte = f"Cette commune est en zone {zone} (liste du {jour(en_vigueur['depuis'])})."
    return etabli(zone, Motif("zone_abc", regle["reference"], faits, texte))


def zone_apl(commune: str | None, au: date) -> Verdict[str]:
    """Return the zone of housing aid, 1bis counted as 1 (arrêté 17/03/1978)."""
    if commune is None:
        return indetermine([COMMUNE_ABSENTE])
    ligne = _ligne(commune)
    if ligne is None or not ligne[2]:
        return indetermine([_inconnue(commune)])
    zone = ligne[2].removesuffix("bis")
    texte = f"Pour les aides au logement, cette commune est en zone {zone}."
    faits = {"commune": commune, "zone": zone}
    return etabli(zone, Motif("zone_apl", bareme("zones")["apl"]["reference"], faits, texte))
