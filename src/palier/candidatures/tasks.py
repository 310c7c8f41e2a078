"""Work of the queue on candidatures: what is due is closed; the person is written to at each step."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from procrastinate import exceptions
from procrastinate.contrib.django import app

from palier.accounts import links
from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.candidatures import actions, rules
from palier.candidatures.enums import CauseRecotation
from palier.candidatures.models import Candidature
from palier.candidatures.queries.grids import behind
from palier.coffre import Destroyed
from palier.demandes.actions import record_number
from palier.demandes.facts import PROVING
from palier.demandes.models import Demande, Piece
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event
from palier.journal.mover import Busy

PAGE = "/candidatures/"
RENEWAL = "candidatures.tasks.renew_grilles"


@app.periodic(cron="* * * * *")
@app.task(name="candidatures.tasks.close_due", queue="echeances", queueing_lock="candidatures.close_due")
def close_due(timestamp: int) -> None:
    """Close the offres whose hour has passed on the platform's clock; `timestamp` is the scheduler's."""
    actions.close_due(at=clock.now())


def _write(event_id: UUID, candidature: Candidature, subject: str, template: str, path: str) -> None:
    """One mail, once an event and a candidature: sent again, it replaces itself. No fact about the person in it."""
    context = {"numero": candidature.pseudonyme, "lien": links.absolute(path)}
    parts = {end: render_to_string(f"candidatures/mail/{template}.{end}", context) for end in ("txt", "html")}
    message = mail.Mail(candidature.demande.titulaire.email, subject, parts["txt"], parts["html"])
    mail.send(message, message_id=f"candidature-{event_id}-{candidature.pk.hex}")


def _of(event_id: UUID) -> Candidature | None:
    event = Event.objects.get(pk=event_id)
    found = Candidature.objects.select_related("demande__titulaire").filter(pk=event.aggregate_id).first()
    return found if found is not None and found.demande.titulaire.is_active else None


@on("piece.conforme", "piece.validee", "piece.expiree", "piece.retiree", "piece.refusee")
def count_again(event_id: UUID) -> None:
    """What a piece proves has changed: live candidatures are counted again, and an identity asks for the number."""
    piece = Piece.objects.filter(pk=Event.objects.get(pk=event_id).aggregate_id).first()
    if piece is None:
        return
    by, at = Actor.system(), clock.now()
    actions.recote_demande(demande_id=piece.demande_id, by=by, at=at, cause=CauseRecotation.PIECE)
    if piece.code in rules.IDENTITY and piece.personne_id is None and piece.state in PROVING:
        record_number(demande_id=piece.demande_id, by=by, at=at)


@on("candidature.deposee")
def send_received(event_id: UUID) -> None:
    """The candidature is in the list."""
    found = _of(event_id)
    if found is not None:
        _write(event_id, found, "Votre candidature est enregistrée", "deposee", PAGE)


@on("offre.cloturee")
def send_frozen(event_id: UUID) -> None:
    """The list is closed: each person who is on it may read the frozen rank."""
    offre_id = Event.objects.get(pk=event_id).aggregate_id
    rows = Candidature.objects.filter(ligne__classement__offre_id=offre_id, demande__titulaire__is_active=True)
    for row in rows.select_related("demande__titulaire").order_by("pk"):
        _write(event_id, row, "La liste est close, votre rang est arrêté", "figee", f"{PAGE}{row.pk}/rang/")


@on("candidature.close")
def send_ended(event_id: UUID) -> None:
    """It ended: the reason is in the person's space, never in a mail. An annulled proposition has its own mail."""
    found = _of(event_id)
    if found is not None and not hasattr(found, "proposition"):
        _write(event_id, found, "Votre candidature a une réponse", "terminee", PAGE)


@on("code_specifique.revoque")
def count_without_code(event_id: UUID) -> None:
    """An employer ended a code: the candidatures of whoever gave it are counted again without it."""
    code_id = Event.objects.get(pk=event_id).aggregate_id
    for demande_id in Demande.objects.filter(code_specifique=code_id).order_by("pk").values_list("pk", flat=True):
        actions.recote_demande(
            demande_id=demande_id, by=Actor.system(), at=clock.now(), cause=CauseRecotation.CODE
        )


@on("demande.reunie")
def recote_joined(event_id: UUID) -> None:
    """Two demandes became one: the longest seniority counts in every list that is still open."""
    joined = Event.objects.get(pk=event_id).aggregate_id
    actions.recote_demande(demande_id=joined, by=Actor.system(), at=clock.now(), cause=CauseRecotation.ANCIENNETE)


@on("offre.publiee", "offre.programmee")
def take_grille(event_id: UUID) -> None:
    """A draft may have waited: the offre takes the grid in force on the closing day that was just chosen."""
    offre_id = Event.objects.get(pk=event_id).aggregate_id
    actions.renew_grille(offre_id=offre_id, by=Actor.system(), at=clock.now())


@on("grille.publiee")
def spread_grille(event_id: UUID) -> None:
    """A version was published: the offres that close under it are counted again, lot by lot."""
    _next_lot()


def _next_lot(essai: int = 0) -> None:
    """Now, or a little later for what was held; a new version never waits behind a lot that is tried again."""
    lock, wait = (f"{RENEWAL}.essai", {"seconds": rules.number("reprise_grille")}) if essai else (RENEWAL, None)
    task = app.configure_task(RENEWAL, queue="entretien", queueing_lock=lock, schedule_in=wait)
    try:
        with transaction.atomic():  # a lot that waits already must not spoil what surrounds this
            task.defer(timestamp=0, essai=essai)
    except exceptions.AlreadyEnqueued:
        return  # the lot that waits reads what is left when it starts


@app.periodic(cron="23 * * * *")
@app.task(name=RENEWAL, queue="entretien", queueing_lock=RENEWAL)
def renew_grilles(timestamp: int, essai: int = 0) -> None:
    """One lot of the offres behind their grid, each in its own commit, then the next lot when this one was full.

    Offres that somebody holds are tried again a little later, a few times while nothing moves. What is done is read
    from the offres themselves: whatever is lost is taken up within the hour, and in any case at its closing.
    """
    lot = rules.number("lot_grille")
    done, failures = _renew_lot(lot, clock.now())
    broken = [each for each in failures if not isinstance(each, Busy)]
    tried = 1 if done else essai + 1
    if done == lot:
        _next_lot()
    elif len(broken) < len(failures) and tried < limits.value("job_tries"):
        _next_lot(tried)
    if broken:
        raise broken[0]  # once all the others are done: the failed job shows on the page of the queue


def _renew_lot(size: int, now: datetime) -> tuple[int, list[Exception]]:
    """Renew `size` offres, reading past those that cannot be: how many took their grid, and what stopped the others."""
    done, failures, seen = 0, list[Exception](), set[UUID]()
    while done < size and (found := behind(now, size=size - done, past=seen)):
        seen.update(found)
        for offre_id in found:
            try:
                done += actions.renew_grille(offre_id=offre_id, by=Actor.system(), at=now)
            except (Refused, Destroyed) as failure:
                failures.append(failure)
    return done, failures
