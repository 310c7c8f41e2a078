"""Whole cases of the law, a fact taken away from them, and the other values that the fact might have had.

A leaf that stays established must hold for every other value (`tranchees`); a leaf that no longer is must
name the fact, and the piece that settles it (`mal_nommees`).
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

from palier.droit.champs import CasInvalide
from palier.droit.verdict import Verdict

Cas = dict[str, Any]
Chemin = tuple[str | int, ...]
Feuilles = dict[str, Verdict[Any]]
Calcul = Callable[[Cas], Feuilles]
Retrait = tuple[str, Chemin]

DATES = ("1950-06-01", "1970-01-15", "1976-11-24", "1990-02-28", "1995-11-24", "1995-11-25", "1997-05-02", "2004-07-07",
         "2008-11-24", "2008-11-25", "2012-11-25", "2019-03-03", "2026-01-02")  # fmt: skip
MONTANTS = (0, 4_000, 9_800, 17_000, 21_500, 36_000, 58_000, 140_000)
AUTRES: dict[str, tuple[object, ...]] = {
    "naissance": DATES,
    "a_charge": (True, False),
    "rfr": MONTANTS,
    "net_mensuel": (0, 620, 1_500, 1_710, 1_711, 2_900, 7_400),
    "secteur": ("prive", "agricole", "epic", "public"),
    "effectif": (0, 9, 10, 49, 50, 5_000),
    "contrat": ("cdi", "cdd", "interim", "alternance"),
    "debut": ("2001-04-01", "2026-05-23", "2026-05-25", "2026-11-01"),
    "commune": ("44109", "75056", "92012", "78646", "01173", "87191", "2A004", "97411"),
    "surface": (8, 15.9, 25, 34, 62, 120),
    "typologie": ("T1", "T2", "T3", "T4", "T7"),
    "loyer_hc": (150, 320, 540, 1_150, 2_600),
    "loyer_cc": (180, 400, 620, 1_300, 2_900),
    "financement": ("PLAI", "PLUS", "PLS", "PLI"),
}
LUS_ABSENTS: dict[str, object] = {
    "handicap": False,  # a card is claimed and proved
    "enfants_a_naitre": 0,
    "union": None,
    "garde": None,  # a child who lives here all the time
    "demandeur_emploi": False,  # a box that was not ticked
    "douze_mois": None,  # can only help: N-2 stands until a fall is proved
    "rfr_n1": None,  # the same
    "rfr_a_charge": None,  # someone à charge without a figure is on the household's notice
}
"""Facts whose absence is read as a value, the one given here (docs/droit.md says each)."""
SANS_PIECE = {"a_charge", "commune", "surface", "typologie", "loyer_hc", "loyer_cc", "financement", "union"}
"""Facts of a search, of an offre, or that only the person can say: no piece is asked for."""


def personne(id_: str, role: str, naissance: str, **autres: object) -> Cas:
    return {"id": id_, "role": role, "naissance": naissance, **autres}


def adulte(id_: str, role: str, naissance: str, rfr: int, net: int, /, **autres: object) -> Cas:
    return {**personne(id_, role, naissance, rfr={"2024": rfr, "2025": rfr}, net_mensuel=net), **autres}


PRIVE = {"secteur": "prive", "effectif": 120, "contrat": "cdi", "debut": "2020-01-06", "demandeur_emploi": False}
T3 = {"typologie": "T3", "surface": 62.0, "loyer_hc": 540, "loyer_cc": 620, "financement": "PLUS"}


def cas(
    *personnes: Cas,
    commune: str = "44109",
    emploi: Cas = PRIVE,
    logement: Cas = T3,
    au: str = "2026-11-24",
    **menage: object,
) -> Cas:
    return {
        "au": au,
        "commune": commune,
        "menage": {"personnes": list(personnes), **menage},
        "emploi": dict(emploi),
        "logement": dict(logement),
    }


COMPLETS = {
    "seul": cas(adulte("p1", "demandeur", "1992-03-02", 21_500, 1_720)),
    "seul au plafond": cas(adulte("p1", "demandeur", "1992-03-02", 23_000, 1_900), commune="75056"),
    "couple jeune": cas(
        adulte("p1", "demandeur", "1998-03-02", 20_000, 1_650),
        adulte("p2", "conjoint", "1999-07-14", 9_000, 700),
        union="pacs",
        enfants_a_naitre=1,
    ),
    "garde alternée": cas(
        adulte("p1", "demandeur", "1985-03-02", 19_000, 1_500),
        personne("p2", "enfant", "2015-05-05", a_charge=True, garde="alternee"),
        personne("p3", "enfant", "2018-05-05", a_charge=False, garde="visite"),
    ),
    "sept personnes": cas(
        adulte("p1", "demandeur", "1980-03-02", 28_000, 1_900, handicap=True),
        adulte("p2", "conjoint", "1982-07-14", 6_000, 500),
        *(personne(f"p{rang}", "enfant", f"20{rang + 5:02}-05-05", a_charge=True) for rang in range(3, 7)),
        personne("p7", "ascendant", "1950-05-05", a_charge=True, rfr={"2024": 4_000}),
        union="mariage",
        logement={**T3, "typologie": "T6", "surface": 102.0, "loyer_hc": 690, "loyer_cc": 810},
    ),
    "codemandeurs": cas(
        adulte("p1", "demandeur", "1994-03-02", 22_000, 1_800),
        adulte("p2", "codemandeur", "1993-07-14", 21_000, 1_700),
        commune="78646",
    ),
    "alternant": cas(
        adulte("p1", "demandeur", "2003-03-02", 4_000, 950),
        emploi={**PRIVE, "contrat": "alternance", "debut": "2026-09-01"},
        logement={**T3, "typologie": "T1", "surface": 24.0, "loyer_hc": 330, "loyer_cc": 380},
    ),
    "agricole": cas(adulte("p1", "demandeur", "1975-03-02", 16_000, 1_400), emploi={**PRIVE, "secteur": "agricole"}),
    "public": cas(adulte("p1", "demandeur", "1988-03-02", 18_000, 1_600), emploi={**PRIVE, "secteur": "public"}),
    "sans emploi": cas(
        adulte("p1", "demandeur", "1999-03-02", 8_000, 900), emploi={"secteur": "prive", "demandeur_emploi": True}
    ),
    "intermédiaire": cas(
        adulte("p1", "demandeur", "1986-03-02", 41_000, 3_100), commune="92012", logement={**T3, "financement": "PLI"}
    ),
    "dernier jour de l'an": cas(
        adulte("p1", "demandeur", "1992-03-02", 21_500, 1_720, rfr={"2023": 22_000, "2024": 21_500}), au="2025-12-31"
    ),
    "premier jour de l'an": cas(adulte("p1", "demandeur", "1992-03-02", 21_500, 1_720), au="2026-01-01"),
    "outre-mer": cas(adulte("p1", "demandeur", "1986-03-02", 17_000, 1_450), commune="97411"),
}


def plates(arbre: Any, prefixe: str = "") -> Feuilles:
    """Every verdict of nested ones, by dotted path."""
    trouvees: Feuilles = {}
    for nom, noeud in arbre.items():
        trouvees |= {prefixe + nom: noeud} if isinstance(noeud, Verdict) else plates(noeud, f"{prefixe}{nom}.")
    return trouvees


def chemins(noeud: Any, ici: Chemin = ()) -> Iterator[Chemin]:
    """The paths of every fact that may be absent (contracts: all but `au`, `id` and `role`)."""
    paires = noeud.items() if isinstance(noeud, dict) else enumerate(noeud)
    for cle, valeur in paires:
        if cle in ("au", "id", "role"):
            continue
        if isinstance(valeur, dict | list):
            yield from chemins(valeur, (*ici, cle))
        else:
            yield (*ici, cle)


def sans(un: Cas, chemin: Chemin) -> Cas:
    reduit = copy.deepcopy(un)
    dernier = _parent(reduit, chemin)
    del dernier[chemin[-1]]
    return reduit


def avec(un: Cas, chemin: Chemin, valeur: object) -> Cas:
    change = copy.deepcopy(un)
    _parent(change, chemin)[chemin[-1]] = valeur
    return change


def _parent(noeud: Any, chemin: Chemin) -> Any:
    for cle in chemin[:-1]:
        noeud = noeud[cle]
    return noeud


def nom_du_fait(un: Cas, chemin: Chemin) -> str:
    """The name under which the table of admitted absences and `AUTRES` know a fact."""
    if "rfr" in chemin:
        qui = un["menage"]["personnes"][chemin[2]]
        if qui["role"] not in ("demandeur", "conjoint", "codemandeur"):
            return "rfr_a_charge"
        return "rfr" if int(chemin[-1]) == int(un["au"][:4]) - 2 else "rfr_n1"
    return str(chemin[-1])


def fait_manquant(un: Cas, chemin: Chemin) -> str:
    """The dotted path that a Manquant gives: a person by its id."""
    parts = [str(part) for part in chemin]
    if parts[:2] == ["menage", "personnes"]:
        parts[2] = un["menage"]["personnes"][chemin[2]]["id"]
    return ".".join(parts)


def possibles(calcul: Calcul, un: Cas, chemin: Chemin) -> list[Feuilles]:
    """The answers for the value known and every other that is possible: the reader refuses those that cannot be."""
    trouves = [calcul(un)]
    for valeur in AUTRES[nom_du_fait(un, chemin)]:
        if chemin[-1] == "naissance" and _trop_jeune(un, chemin, str(valeur)):
            continue
        with contextlib.suppress(CasInvalide):
            trouves.append(calcul(avec(un, chemin, valeur)))
    assert len(trouves) > 2
    return trouves


def _trop_jeune(un: Cas, chemin: Chemin, naissance: str) -> bool:
    return un["menage"]["personnes"][chemin[2]]["role"] == "ascendant" and naissance > "1980"


def tranchees(apres: Feuilles, autres: list[Feuilles]) -> list[str]:
    """The leaves decided without a fact although one of its values gives another answer."""
    return [
        f"{cle}: {verdict.valeur}, yet {reponses}"
        for cle, verdict in apres.items()
        if verdict.sur
        for reponses in [{str(une[cle].valeur) for une in autres if cle in une and une[cle].sur}]
        if not reponses <= {str(verdict.valeur)}
    ]


def mal_nommees(avant: Feuilles, apres: Feuilles, attendu: str, *, prouvable: bool) -> list[str]:
    """The leaves that a fact taken away leaves undecided, and that do not name it, or not the piece that settles it."""
    ouvertes = {
        cle: {manquant.fait: manquant.piece for manquant in verdict.manquants}
        for cle, verdict in apres.items()
        if avant[cle].sur and not verdict.sur
    }
    return [
        f"{cle}: {nommes} do not name {attendu}"
        for cle, nommes in ouvertes.items()
        if attendu not in nommes or (prouvable and nommes[attendu] is None)
    ]


def textes(feuilles: Feuilles) -> dict[str, str]:
    """The whole answer of each leaf."""
    return {cle: json.dumps(verdict.json()) for cle, verdict in feuilles.items()}


def a_oter(complets: dict[str, Cas], lus_absents: Collection[str]) -> tuple[list[Retrait], list[Retrait]]:
    """Every fact of whole cases: those whose absence is read as a value, and the others."""
    tous = [(nom, chemin) for nom, un in complets.items() for chemin in chemins(un)]
    lus = [un for un in tous if nom_du_fait(complets[un[0]], un[1]) in lus_absents]
    return lus, [un for un in tous if un not in lus]


def noms(retraits: list[Retrait]) -> list[str]:
    """The name of each test."""
    return [f"{nom}-{'.'.join(map(str, chemin))}" for nom, chemin in retraits]
