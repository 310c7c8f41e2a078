"""Pieces: what they are called, what they prove, and the closed list that may be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from palier.droit.bareme import dictionnaire
from palier.droit.dates import plus_mois
from palier.droit.foyer import majorite, selon_foyer
from palier.droit.menage import Cas, Emploi, Menage, Personne
from palier.droit.mots import jour
from palier.droit.ressources import montant_retenu, revenu_fiscal
from palier.droit.situation import BOOLEEN, FaitSituation, faits_situation
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

IDENTITE = ("ID_FR", "ID_UE", "TITRE_SEJOUR")
ETAPE_DEPOT, ETAPE_INSTRUCTION, ETAPE_BAIL = "enregistrement", "instruction", "apres_attribution"
ETAPE_PREUVE = "cotation"
ETAPES = (ETAPE_DEPOT, ETAPE_INSTRUCTION, ETAPE_BAIL)
NATIONALITES = {"FR": "nationalite_fr", "UE": "nationalite_ue", "HORS_UE": "nationalite_hors_ue"}
DECLARES = (
    "protection_juridique", "non_salarie", "arret", "conjoint_en_etablissement", "divorce", "instance_divorce",
    "fin_pacs", "veuvage", "etudiant", "autre_situation", "prelevement",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A piece: code, label whole and short, stage of the demande, `situation.*` facts proved, protected or not.

    `motif` of the form, or `declencheur`, makes it necessary; `fraicheur_mois` = oldest age on the day it is read;
    `pour` = whose document it is.
    """

    code: str
    libelle: str
    court: str
    etape: str
    prouve: tuple[str, ...]
    sensible: bool
    motif: str | None = None
    declencheur: str | None = None
    facultative: bool = False
    fraicheur_mois: int | None = None
    pour: str = "demandeur"

    @property
    def identite(self) -> bool:
        """Tell whether the piece may be asked to register a demande (CCH R.441-2-3)."""
        return self.code in IDENTITE

    @property
    def du_bail(self) -> bool:
        """Tell whether the piece is asked for at the lease, never before the attribution (CCH R.441-2-4-1)."""
        return self.etape == ETAPE_BAIL

    @property
    def bloquante(self) -> bool:
        """Tell whether its absence may hold the demande: never a protected, optional or later one (CCH R.441-2-4-1)."""
        return self.etape in (ETAPE_DEPOT, ETAPE_INSTRUCTION) and not (self.facultative or self.sensible)


@cache
def pieces() -> Mapping[str, Piece]:
    """Return every known piece by code (CCH R.441-2-4-1; arrêté du 22/12/2020; proofs of a priority)."""
    faits = faits_situation().values()
    return {
        ligne["code"]: Piece(
            code=ligne["code"],
            libelle=ligne["libelle"],
            court=ligne.get("court") or _minuscule(ligne["libelle"]),
            etape=ligne["etape"],
            prouve=tuple(fait.chemin for fait in faits if fait.piece == ligne["code"]),
            sensible=bool(ligne.get("sensible")) or any(f.sensible for f in faits if f.piece == ligne["code"]),
            motif=ligne.get("motif"),
            declencheur=ligne.get("declencheur"),
            facultative=ligne.get("facultative", False),
            fraicheur_mois=ligne.get("fraicheur_mois"),
            pour=ligne.get("pour", "demandeur"),
        )
        for ligne in dictionnaire("pieces")["piece"]
    }


def pieces_identite() -> tuple[Piece, ...]:
    """Return the pieces that open the numéro unique, one is enough (CCH R.441-2-3)."""
    return tuple(pieces()[code] for code in IDENTITE)


def pieces_situation() -> tuple[Piece, ...]:
    """Return the pieces that prove a fact of the situation (CCH R.441-2-4-1)."""
    return tuple(piece for piece in pieces().values() if piece.prouve)


def pieces_du_motif(motif: str) -> tuple[Piece, ...]:
    """Return the pieces that a motif of the form makes necessary (arrêté du 22/12/2020)."""
    return tuple(piece for piece in pieces().values() if piece.motif == motif)


def libelle_piece(code: str) -> str:
    """Return the label of a piece, its code when it is local to a grid."""
    piece = pieces().get(code)
    return piece.libelle if piece is not None else code


def libelle_court(code: str) -> str:
    """Return the short label of a piece, to stand inside a sentence; its code when it is local to a grid."""
    piece = pieces().get(code)
    return piece.court if piece is not None else code


def _minuscule(libelle: str) -> str:
    """Put a label inside a sentence: first letter small, an acronym kept."""
    return libelle if libelle[1:2].isupper() else libelle[:1].lower() + libelle[1:]


def pieces_exigibles(cas: Cas, situation: Mapping[str, object], etape: str) -> tuple[tuple[Piece, Motif], ...]:
    """Return the pieces that may be asked for at a stage, and nothing else (CCH R.441-2-3, R.441-2-4-1).

    `situation`: facts by name; also `nationalite` (FR, UE, HORS_UE), `ressources` (codes of the form), `motifs` (of the
    form) and the boxes of `DECLARES`. What is unknown asks for nothing, but identity (CCH R.441-2-3, R.441-2-4-1).
    """
    if etape not in ETAPES:
        raise ValueError(f"unknown stage: {etape}")
    causes = list(dict.fromkeys(_causes(cas, situation)))
    return tuple(
        (piece, _raison(piece, cause))
        for piece in pieces().values()
        if piece.etape == etape
        for cause in [_cause(piece, causes, situation)]
        if cause is not None
    )


def piece_exigible(code: str, cas: Cas, situation: Mapping[str, object], etape: str) -> Verdict[bool]:
    """Tell whether a piece may be asked for at a stage, and why (CCH R.441-2-3, R.441-2-4-1)."""
    trouvee = next((motif for piece, motif in pieces_exigibles(cas, situation, etape) if piece.code == code), None)
    if trouvee is not None:
        return etabli(True, trouvee)
    piece = pieces().get(code)
    libelle = piece.libelle if piece else str(dictionnaire("pieces")["hors_liste"]["libelles"].get(code, code))
    faits: dict[str, Fait] = {"piece": code, "libelle": libelle, "etape": etape}
    reference = dictionnaire("pieces")["regle"]["reference"]
    if piece is None or piece.etape not in ETAPES:
        texte = f"{libelle} : la liste nationale ne la prévoit pas. Son absence ne bloque pas la demande."
        return etabli(False, Motif("piece_hors_liste", reference, faits, texte))
    if piece.etape != etape:
        texte = f"{libelle} : cette pièce se demande à une autre étape."
        return etabli(False, Motif("piece_autre_etape", reference, faits, texte))
    return etabli(False, Motif("piece_sans_objet", reference, faits, f"{libelle} : rien ne la rend nécessaire ici."))


def piece_recente(code: str, datee: date, au: date) -> Verdict[bool]:
    """Tell whether a piece is recent enough on `au`, its last day included (arrêté du 22/12/2020)."""
    if datee > au:
        return indetermine(
            [Manquant(f"pieces.{code}.date", code, "La date de cette pièce est dans le futur.", "piece_future")]
        )
    piece, reference = pieces()[code], dictionnaire("pieces")["references"][ETAPE_INSTRUCTION]
    if piece.fraicheur_mois is None:
        motif = Motif("piece_sans_duree", reference, {"piece": code}, "La liste ne fixe pas d'âge à cette pièce.")
        return etabli(True, motif)
    limite = plus_mois(au, -piece.fraicheur_mois)
    faits: dict[str, Fait] = {"piece": code, "mois": piece.fraicheur_mois, "limite": limite.isoformat()}
    if datee >= limite:
        return etabli(True, Motif("piece_recente", reference, faits, "Cette pièce est assez récente."))
    texte = f"Cette pièce a plus de {piece.fraicheur_mois} mois. Donnez-en une datée depuis le {jour(limite)}."
    return etabli(False, Motif("piece_ancienne", reference, faits, texte))


def _cause(piece: Piece, causes: list[str], situation: Mapping[str, object]) -> str | None:
    """Return what makes a piece necessary, None when nothing does."""
    if piece.identite and str(situation.get("nationalite")) not in NATIONALITES:
        return "nationalite_inconnue"
    voulues = (piece.declencheur, piece.motif)
    par_fait = any(fait.piece == piece.code for fait in coches(situation))
    return next((cause for cause in causes if cause in voulues), "situation" if par_fait else None)


def _raison(piece: Piece, cause: str) -> Motif:
    """Say why a piece is asked for."""
    donnees = dictionnaire("pieces")
    faits: dict[str, Fait] = {
        "piece": piece.code,
        "libelle": piece.libelle,
        "bloquante": piece.bloquante,
        "mois": piece.fraicheur_mois,
    }
    return Motif(f"piece_{cause}", donnees["references"][piece.etape], faits, donnees["raisons"][cause])


def _causes(cas: Cas, situation: Mapping[str, object]) -> Iterator[str]:
    """List what a case declares that makes pieces necessary."""
    yield "toujours"
    yield "bail"
    yield NATIONALITES.get(str(situation.get("nationalite")), "")
    yield from (nom for nom in DECLARES if situation.get(nom) is True)
    yield from _causes_menage(cas.menage, cas.au) if cas.menage else ()
    yield from _causes_ressources(cas, situation)
    motifs = situation.get("motifs")
    yield from (str(motif) for motif in motifs) if isinstance(motifs, list | tuple) else ()
    for fait in coches(situation):
        yield from fait.motifs[:1]


def coches(situation: Mapping[str, object]) -> list[FaitSituation]:
    """Return the boxes ticked (CCH L.441-1); a number is no box."""
    faits = faits_situation().items()
    return [fait for nom, fait in faits if fait.type == BOOLEEN and situation.get(nom) is True]


def _causes_menage(menage: Menage, au: date) -> Iterator[str]:
    """List what the persons and their union make necessary; someone of unknown age is asked nothing but a child."""
    for personne in menage.personnes:
        age = personne.age(au)
        if hors_demande(personne, age):
            continue
        if personne.adulte or personne.role == "ascendant" or (age is not None and age >= majorite()):
            yield from ("autre_majeur",) if personne.role != "demandeur" else ()
        elif age is not None or personne.role == "enfant":
            yield "mineur"
        if personne.handicap:
            yield "handicap"
    if menage.union in ("mariage", "pacs"):
        yield menage.union
    if menage.enfants_a_naitre:
        yield "grossesse"


def hors_demande(personne: Personne, age: int | None) -> bool:
    """Tell whether an adult, neither à charge nor codemandeur, stands outside the demande (arrêté du 22/12/2020)."""
    if personne.adulte or personne.a_charge is not False or personne.garde in ("visite", "alternee"):
        return False
    return personne.role == "ascendant" or (age is not None and age >= majorite())


def _causes_ressources(cas: Cas, situation: Mapping[str, object]) -> Iterator[str]:
    """List what the monthly resources make necessary; the work tells a wage when no code is given."""
    codes = situation.get("ressources")
    if isinstance(codes, list | tuple):
        par_code = dictionnaire("pieces")["ressources"]
        recus = {str(code) for code in codes}
        yield from (cause for cause, siens in par_code.items() if recus.intersection(siens))
    elif _salarie(cas.emploi):
        yield "salaire"
    if cas.emploi is not None and cas.emploi.contrat == "alternance":
        yield "alternance"
    annee = cas.au.year
    baisse, _ = selon_foyer(cas, lambda foyer: montant_retenu(foyer, annee) < revenu_fiscal(foyer, annee - 2))
    if baisse:
        yield "baisse"


def _salarie(emploi: Emploi | None) -> bool:
    """Tell whether the demandeur is known to work for someone."""
    return emploi is not None and not emploi.demandeur_emploi and bool(emploi.secteur or emploi.contrat)
