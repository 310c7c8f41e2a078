"""The pieces that a person adds: files sealed before any row, rows under the lock of the demande, nothing lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from uuid import UUID

from django.db.models import Max, QuerySet, Sum

from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.faults import fault
from palier.base.ids import new_id
from palier.base.refusal import NBSP, NotVisible, Refused
from palier.coffre.blobs import seal_blob
from palier.demandes import queries, rules
from palier.demandes.actions.common import held, refuse_closed
from palier.demandes.models import Demande, Fichier, Personne, Piece
from palier.demandes.queries.content import KIND
from palier.demandes.queries.pieces import dossier
from palier.gateways.files.receive import Part, receive
from palier.gateways.storage import storage
from palier.journal.mover import Answer, act, create, lock, move, once, record

ACT = "piece.deposer"
GROWING = ("recue", "en_analyse", "conforme", "a_verifier")
"""States in which pages may be added; a piece that a person validated is replaced, never completed."""
REPLACED = ("recue", "en_analyse", "a_verifier", "refusee", "expiree")
"""States in which a new piece takes the place of the former at once; what proves stays until the new one does."""


@dataclass(frozen=True)
class Stored:
    """A file that was received, re-made, sealed and put away; not yet a row. `source` is the digest of what came."""

    id: UUID
    objet: str
    cle: bytes
    empreinte: str
    octets: int
    pages: int
    source: str


@dataclass
class Sending:
    """The files of one form on their way to one piece; `kept` are those that became rows now."""

    demande: Demande
    code: str
    personne_id: UUID | None
    more: bool
    by: Actor
    at: datetime
    piece_id: UUID | None = None
    kept: set[UUID] = field(default_factory=set)

    def add(self, stored: Stored) -> Answer:
        """One row; the first one opens the piece."""
        if not self.kept:
            self.piece_id = self._open()
        assert self.piece_id is not None
        _append(self.piece_id, stored, self.at)
        self.kept.add(stored.id)
        return Answer(201, b"", str(self.piece_id))

    def _open(self) -> UUID:
        """The piece that takes the files: the one begun or the present one, else a new one in its place."""
        mine = about(self.demande, self.code, self.personne_id)
        ids = mine.exclude(state="retiree").order_by("pk").values_list("pk", flat=True)
        former: list[Piece] = lock(*((Piece, pk) for pk in ids))
        begun = self.piece_id or (former[-1].pk if self.more and former else None)
        for each in former:
            if each.pk == begun and each.state in GROWING:
                move(each, "completer", by=self.by, at=self.at)
                return each.pk
        piece = Piece(demande=self.demande, code=self.code, personne_id=self.personne_id, deposee_le=self.at)
        create(piece, by=self.by, at=self.at)
        for each in former:
            if each.state in REPLACED:
                move(each, "retirer", by=self.by, at=self.at)
        return piece.pk


def about(demande: Demande, code: str, personne_id: UUID | None) -> QuerySet[Piece]:
    """The pieces of this code and person."""
    mine = Piece.objects.filter(demande=demande, code=code)
    return mine.filter(personne_id=personne_id) if personne_id else mine.filter(personne=None)


def store_file(*, demande_id: UUID, part: Part, by: Actor, at: datetime) -> Stored:
    """Receive one file and put it away sealed, outside any transaction: the row comes after the blob.

    NotVisible without the right, Refused with a sentence when the file cannot be taken. Until a row names it,
    the blob is an orphan that the queue removes.
    """
    demande = Demande.objects.filter(pk=demande_id).first()
    if demande is None or not rules.may_do(by, demande, ACT):
        raise NotVisible
    refuse_closed(demande)
    _refuse_full_day(demande, 1, at)
    received = receive([part])
    fault("after_receive")
    pk = new_id()
    cle, sealed = seal_blob(demande.titulaire_id, received.pdf, blob_id=pk, version=1, kind=KIND)
    fault("after_seal")
    objet = f"{pk.hex}.pdf.scelle"
    storage().put(objet, sealed)
    fault("after_blob")
    source = sha256(part.content).hexdigest()
    return Stored(pk, objet, cle, sha256(sealed).hexdigest(), len(sealed), received.pages, source)


def discard(files: Sequence[Stored]) -> None:
    """Remove the blobs that will have no row; what this misses, the queue sweeps."""
    for each in files:
        storage().delete(each.objet)


@act
def keep_files(
    *, demande_id: UUID, code: str, personne_id: UUID | None, files: Sequence[Stored], key: str,
    more: bool = False, by: Actor, at: datetime,
) -> Sending:  # fmt: skip
    """Make rows of stored files: pages of the present piece (`more`), else a new piece that takes its place.

    A file already kept under the same `key` (a form sent again after a cut) is not kept twice.
    """
    demande = held(demande_id, by, ACT)
    refuse_closed(demande)
    check_listed(demande, code, personne_id, by, at)
    _refuse_full(demande, files, at)
    sending = Sending(demande, code, personne_id, more, by, at)
    for stored in files:
        body = f"{code}:{personne_id}:{stored.source}".encode()
        name, work = f"{key}:{stored.source[:40]}", partial(sending.add, stored)
        answer = once(name, by=by, scope=KIND, body=body, at=at, work=work)
        sending.piece_id = sending.piece_id or UUID(answer.location)
    fault("after_row")
    return sending


def _append(piece_id: UUID, stored: Stored, at: datetime) -> None:
    here = Fichier.objects.filter(piece_id=piece_id).aggregate(last=Max("ordre"), pages=Sum("pages"))
    most, pages = limits.value("piece_pages"), (here["pages"] or 0) + stored.pages
    if pages > most:
        raise Refused(
            "piece_pages",
            f"Une pièce compte {most} pages au plus. Celle-ci en aurait {pages}.",
            mend="Envoyez seulement les pages utiles.",
            status=422,
        )
    order = (here["last"] or 0) + 1
    if order > limits.value("piece_fichiers"):
        raise Refused(
            "piece_fichiers",
            f"Une pièce compte {limits.value('piece_fichiers')} fichiers au plus.",
            mend="Réunissez plusieurs pages dans un seul PDF.",
            status=422,
        )
    Fichier.objects.create(
        id=stored.id, piece_id=piece_id, ordre=order, objet=stored.objet, cle=stored.cle,
        empreinte=stored.empreinte, octets=stored.octets, pages=stored.pages, recu_le=at,
    )  # fmt: skip


def check_listed(demande: Demande, code: str, personne_id: UUID | None, by: Actor, at: datetime) -> None:
    """Refused unless the piece is one that the law asks for here, or that a person may add; one's own alone."""
    fresh = Demande.objects.prefetch_related("personnes", "pieces").get(pk=demande.pk)
    line = dossier(fresh, clock.local_day(at)).about(code, personne_id)
    if line is None:
        raise Refused(
            "piece_hors_liste",
            "Cette pièce n'est pas dans la liste. Personne ne peut vous la demander.",
            mend="Choisissez une pièce de votre liste.",
            status=422,
        )
    owner: Personne | None = line.personne or queries.holder_of(fresh)
    if owner is not None and not rules.may_see(by, owner, "P5"):
        raise NotVisible


def _refuse_full(demande: Demande, files: Sequence[Stored], at: datetime) -> None:
    """Refused when the demande holds all that it may; exact, since the demande is locked."""
    held_ = Fichier.objects.filter(piece__demande=demande).aggregate(octets=Sum("octets"))["octets"] or 0
    most = limits.value("piece_demande")
    if held_ + sum(each.octets for each in files) > most:
        raise Refused(
            "piece_place",
            f"Votre dossier contient déjà {held_ // 1_000_000}{NBSP}Mo. Il en tient {most // 1_000_000}.",
            mend="Retirez une pièce qui ne sert plus, puis recommencez.",
        )
    _refuse_full_day(demande, len(files), at)


def _refuse_full_day(demande: Demande, number: int, at: datetime) -> None:
    since, most = at - limits.duration("journee"), limits.value("piece_jour")
    today = Fichier.objects.filter(piece__demande=demande, recu_le__gt=since).count()
    if today + number > most:
        raise Refused(
            "piece_jour",
            f"Vous avez envoyé {today} fichiers en 24 heures. Le maximum est {most}.",
            mend="Ce qui est envoyé est gardé. Continuez demain.",
            status=429,
        )


@act
def explain_piece(
    *, demande_id: UUID, code: str, personne_id: UUID | None, texte: str, by: Actor, at: datetime
) -> Piece:
    """« Expliquer ma situation »: beside a piece, or in its place when there is none. A person will read it."""
    demande = held(demande_id, by, ACT)
    refuse_closed(demande)
    check_listed(demande, code, personne_id, by, at)
    said = texte.strip()
    if not said:
        raise Refused(
            "explication_vide",
            "Votre explication est vide.",
            field="Votre explication",
            mend="Écrivez quelques mots.",
            status=422,
        )
    mine = about(demande, code, personne_id).filter(state__in=GROWING)
    found = mine.order_by("pk").values_list("pk", flat=True).last()
    if found is None:
        piece = Piece(
            demande=demande, code=code, personne_id=personne_id, deposee_le=at, explication={"texte": said}
        )
        create(piece, by=by, at=at)
    else:
        piece = lock((Piece, found))[0]
        piece.explication = {"texte": said}
        piece.save(update_fields=["explication"])
    record("piece.expliquee", piece, by=by, at=at)
    return piece


@act
def withdraw_own_piece(*, piece_id: UUID, by: Actor, at: datetime) -> Piece:
    """Take a piece back; its files are destroyed one day later. `candidatures.withdraw_piece` counts again."""
    found = Piece.objects.filter(pk=piece_id).select_related("personne").first()
    if found is None:
        raise NotVisible
    demande = held(found.demande_id, by, ACT)
    owner = found.personne or queries.holder_of(demande)
    if owner is not None and not rules.may_see(by, owner, "P5"):
        raise NotVisible
    piece: Piece = lock((Piece, piece_id))[0]
    move(piece, "retirer", by=by, at=at)
    return piece
