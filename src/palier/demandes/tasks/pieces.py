"""The queue reads each piece that came, takes up what was cut, and sweeps what no row names."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from palier.base import clock, limits
from palier.base.actor import Actor
from palier.coffre import VaultError
from palier.demandes import actions
from palier.demandes.models import Demande, Fichier, Piece
from palier.demandes.queries import holder_of
from palier.demandes.queries.content import Damaged, document_of
from palier.demandes.queries.pieces import case_of, failed
from palier.demandes.tasks.mails import send_mail
from palier.droit.dossier_pieces import est_du_demandeur, fin_de_validite
from palier.gateways.files.child import ChildFailed
from palier.gateways.lecture.analyse import analyser
from palier.gateways.storage import storage
from palier.journal.events import on
from palier.journal.models import Event

UNREAD = {
    "type": "autre",
    "pages": 0,
    "deux_d_doc": {"etat": "absent"},
    "champs": {},
    "regles": [
        {
            "code": "lisible",
            "resultat": "indetermine",
            "texte": "Pas concluant : l'ordinateur n'a pas pu lire cette pièce. Une personne la regardera.",
        }
    ],
}
"""What is kept when nothing could be read: a person looks, nobody is refused."""


@on("piece.recue")
def read_piece(event_id: UUID) -> None:
    """A piece came, or grew by a page: read it."""
    read(Event.objects.get(pk=event_id).aggregate_id)


@app.periodic(cron="* * * * *")
@app.task(name="demandes.tasks.resume_readings", queue="echeances", queueing_lock="demandes.resume_readings")
def resume_readings(timestamp: int) -> None:
    """Take up the readings that a dead worker left, and the pieces whose reading never began."""
    since = clock.now() - limits.duration("piece_reprise")
    waiting = Piece.objects.filter(state__in=("recue", "en_analyse"), state_since__lt=since)
    failures: list[Exception] = []
    for pk in list(waiting.order_by("state_since").values_list("pk", flat=True)):
        try:
            read(pk)
        except Exception as error:  # one piece that cannot be read keeps no other waiting
            failures.append(error)
    if failures:
        raise ExceptionGroup("readings that failed again", failures)


def read(piece_id: UUID) -> None:
    """Begin, read outside any transaction, end: each half is an act, and a cut between them is taken up again."""
    by = Actor.system()
    piece = actions.begin_reading(piece_id=piece_id, by=by, at=clock.now())
    if piece is None:
        return
    files = list(Fichier.objects.filter(piece=piece).select_related("piece__demande").order_by("ordre"))
    today = clock.today()
    reading = _reading(piece, files, today)
    dated, until = _days(piece.code, reading["champs"])
    actions.end_reading(
        piece_id=piece_id, files=[each.pk for each in files], reading=reading, datee_le=dated, expire_le=until,
        by=by, at=clock.now(),
    )  # fmt: skip


def _reading(piece: Piece, files: Sequence[Fichier], today: date) -> dict[str, Any]:
    if not files:
        return {**UNREAD, "regles": []}
    demande = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=piece.demande_id)
    person = next((each for each in demande.personnes.all() if each.pk == piece.personne_id), None)
    if person is None and est_du_demandeur(piece.code):
        person = holder_of(demande)
    try:
        with actions.journal_damage(by=Actor.system(), at=clock.now()):
            document = document_of(list(files))
        found = analyser(
            document,
            code=piece.code,
            cas=case_of(demande, today),
            au=today,
            personne=f"p{person.position}" if person else None,  # the household's: anybody of it
        )
    except (ChildFailed, Damaged, VaultError):
        return UNREAD
    return {key: value for key, value in found.to_json().items() if key in UNREAD}


def _days(code: str, champs: dict[str, Any]) -> tuple[date | None, date | None]:
    """The day of the document, and the last one on which it proves."""
    dated = _end_of(champs.get("mois")) or _day(champs.get("date"))  # of several payslips, the latest month
    year = champs.get("annee_revenus")
    until = fin_de_validite(code, datee=dated, expiration=_day(champs.get("expiration")), annee_revenus=year)
    return dated, until


def _day(said: object) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) and len(said) == len("AAAA-MM-JJ") else None


def _end_of(month: object) -> date | None:
    """The last day of « AAAA-MM », the age of a payslip."""
    if not isinstance(month, str) or len(month) != len("AAAA-MM"):
        return None
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


@on("piece.a_verifier")
def send_to_mend(event_id: UUID) -> None:
    """Something is to be corrected: said once, without naming it. What is only inconclusive asks nothing of anyone."""
    event = Event.objects.get(pk=event_id)
    piece = Piece.objects.select_related("demande__titulaire").filter(pk=event.aggregate_id).first()
    if piece is not None and piece.state == "a_verifier" and failed(piece):
        send_mail(event_id, piece.demande, "Un document de votre dossier est à revoir", "a_revoir", "demandeur:pieces")


@app.periodic(cron="*/10 * * * *")
@app.task(name="demandes.tasks.sweep_files", queue="entretien", queueing_lock="demandes.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Destroy what nobody can reach: blobs without a row, files of withdrawn pieces."""
    gone = clock.now() - limits.duration("piece_garde")
    Fichier.objects.filter(piece__state="retiree", piece__state_since__lt=gone).delete()
    place = storage()
    for name in list(place.names_older_than(limits.duration("piece_orpheline"))):
        if not Fichier.objects.filter(objet=name).exists():
            place.delete(name)
