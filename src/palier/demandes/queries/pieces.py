"""The pieces of a dossier as the person sees them: what the law asks, what was given, what is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from palier.demandes import facts
from palier.demandes.models import Demande, Personne, Piece
from palier.droit.dossier_pieces import Attendue, pieces_de_priorite, pieces_du_dossier, pieces_volontaires
from palier.droit.explication import obtenir
from palier.droit.menage import lire_cas
from palier.droit.pieces import libelle_court, libelle_piece

A_CORRIGER, MANQUANTE, EN_COURS, VALIDE = "a_corriger", "manquante", "en_cours", "valide"
GROUPS = (A_CORRIGER, MANQUANTE, EN_COURS, VALIDE)
"""In the order in which they are shown."""
ENDED = ("refusee", "expiree", "retiree")
FAILED, PASSED = "non_conforme", "conforme"


@dataclass(frozen=True)
class Line:
    """One line of the list: a piece that may be given, and the last one that was. `ref` names it in an address."""

    ref: UUID
    attendue: Attendue
    personne: Personne | None
    piece: Piece | None
    proven: bool  # an earlier one still proves, whatever became of the last

    @property
    def code(self) -> str:
        return self.attendue.code

    @property
    def key(self) -> tuple[str, UUID | None]:
        """What the rows of its pieces carry."""
        return self.code, self.personne.pk if self.personne else None

    @property
    def libelle(self) -> str:
        return self.attendue.libelle

    @property
    def prenom(self) -> str:
        """Whose piece it is, "" for the holder or the whole household."""
        return str((self.personne.identite or {}).get("prenom", "")) if self.personne else ""

    @property
    def obtenir(self) -> str:
        return obtenir(self.code)

    @property
    def group(self) -> str:
        if self.piece is None or (self.piece.state == "retiree"):
            return MANQUANTE
        if self.piece.state in ("refusee", "expiree") or (self.piece.state == "a_verifier" and failed(self.piece)):
            return A_CORRIGER
        return VALIDE if self.piece.state in facts.PROVING else EN_COURS

    @property
    def is_done(self) -> bool:
        """True while a piece proves it, or a person is to look: nothing is left for its owner to do."""
        return self.proven or self.group in (VALIDE, EN_COURS)


@dataclass(frozen=True)
class Dossier:
    """The lines of a demande: those that the law asks for, those that may help, and what else was given."""

    asked: tuple[Line, ...]
    priority: tuple[Line, ...]
    free: tuple[Line, ...]
    others: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.asked, *self.priority, *self.free, *self.others)

    @property
    def required(self) -> tuple[Line, ...]:
        """The lines that may hold the demande."""
        return tuple(line for line in self.asked if line.attendue.bloquante)

    def line(self, ref: UUID) -> Line | None:
        """The line of this name, None when there is none."""
        return next((line for line in self.lines if line.ref == ref), None)

    def about(self, code: str, personne_id: UUID | None) -> Line | None:
        """The line of this code and person, None when nobody may be asked for it and nobody gave it."""
        return next((line for line in self.lines if line.key == (code, personne_id)), None)


def failed(piece: Piece) -> bool:
    """True when a rule of the reading says what to mend."""
    return any(rule["resultat"] == FAILED for rule in rules_of(piece))


def rules_of(piece: Piece) -> list[dict[str, Any]]:
    """The rules of the last reading, failed first, then inconclusive, then passed."""
    order = {FAILED: 0, PASSED: 2}
    return sorted((piece.analyse or {}).get("regles", ()), key=lambda rule: order.get(rule["resultat"], 1))


def ref_of(demande_id: UUID, code: str, personne_id: UUID | None) -> UUID:
    """The name of a line in an address: opaque, so that no address tells a situation."""
    return uuid5(demande_id, f"{code}:{personne_id or ''}")


def case_of(demande: Demande, au: date) -> dict[str, Any]:
    """The case of the law with the names of its persons: what a reading is compared with."""
    case = facts.cas(demande, au=au)
    persons = {f"p{each.position}": each for each in demande.personnes.all()}
    for said in (case.get("menage") or {}).get("personnes", ()):
        identite = persons[said["id"]].identite or {}
        said.update({name: identite[name] for name in ("prenom", "nom", "nom_usage", "nom_naissance")
                     if identite.get(name)})  # fmt: skip
    return case


def dossier(demande: Demande, au: date) -> Dossier:
    """The pieces of a demande on a day. Its persons and pieces are best prefetched."""
    cas = lire_cas(facts.cas(demande, au=au))
    situation = {**facts.situation(demande), **facts.situation_pieces(demande)}
    people = {f"p{each.position}": each for each in demande.personnes.all()}
    recus = {key: frozenset(each.ressources or {}) for key, each in people.items()}
    given = sorted(demande.pieces.all(), key=lambda piece: (piece.state != "retiree", str(piece.pk)))

    def lines(found: tuple[Attendue, ...]) -> tuple[Line, ...]:
        return tuple(_line(demande, each, people.get(each.personne or ""), given) for each in found)

    asked = lines(pieces_du_dossier(cas, situation, recus))
    asked = _one_identity(asked)
    priority, free = lines(pieces_de_priorite(situation)), lines(pieces_volontaires())
    listed = {(line.code, line.personne and line.personne.pk) for line in (*asked, *priority, *free)}
    rest = {(p.code, p.personne_id): p for p in given if p.state != "retiree" and (p.code, p.personne_id) not in listed}
    by_id: dict[UUID | None, Personne] = {each.pk: each for each in people.values()}
    others = tuple(_line(demande, _given(p), by_id.get(p.personne_id), given) for p in rest.values())
    return Dossier(asked, priority, free, others)


def _line(demande: Demande, attendue: Attendue, personne: Personne | None, given: list[Piece]) -> Line:
    key = personne.pk if personne else None
    mine = [piece for piece in given if (piece.code, piece.personne_id) == (attendue.code, key)]
    proven = any(piece.state in facts.PROVING for piece in mine)
    return Line(ref_of(demande.pk, attendue.code, key), attendue, personne, mine[-1] if mine else None, proven)


def _given(piece: Piece) -> Attendue:
    """A piece that was given and that nothing asks for any more."""
    model = pieces_volontaires()[0]
    return Attendue(
        piece.code, libelle_piece(piece.code), libelle_court(piece.code), None, model.motif, bloquante=False
    )


def _one_identity(asked: tuple[Line, ...]) -> tuple[Line, ...]:
    """One identity piece is enough: once one of them is given, the others are no longer asked for."""
    identity = [line for line in asked if line.attendue.motif.code == "piece_nationalite_inconnue"]
    if any(line.piece is not None and line.is_done for line in identity):
        return tuple(line for line in asked if line not in identity or line.piece is not None)
    return asked
