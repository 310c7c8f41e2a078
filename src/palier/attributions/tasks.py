"""Work of the queue on the attribution: due dates, what follows a person who leaves, and the mails.

No mail says a reason, an amount or an answer of the commission: it says that one waits, and where (promises.md PR-11).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from procrastinate.contrib.django import app

from palier.accounts import links
from palier.accounts.models import User
from palier.attributions import actions, rules
from palier.attributions.enums import MotifAnnulation
from palier.attributions.models import Bail, Decision, Dossier, Proposition, Seance
from palier.base import clock
from palier.candidatures.models import Candidature
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event
from palier.parc.models import Offre

PLACE = ("demande__titulaire", "offre__logement__programme__commune")
SUBJECTS = {
    "designee": "Votre dossier avance",
    "inscrite": "Votre dossier est à l'ordre du jour",
    "retenue": "La commission a lu votre dossier",
    "condition": "La commission a lu votre dossier",
    "decision": "Une réponse vous attend",
    "proposition": "Un logement vous est proposé",
    "rappel": "Votre réponse est attendue",
    "acceptee": "Votre réponse est enregistrée",
    "refusee": "Votre réponse est enregistrée",
    "sans_reponse": "Des nouvelles de votre candidature",
    "annulee": "Des nouvelles de votre candidature",
    "bail": "Votre bail est signé",
    "convocation": "Convocation à la commission",
}


@app.periodic(cron="* * * * *")
@app.task(name="attributions.tasks.expire_due", queue="echeances", queueing_lock="attributions.expire_due")
def expire_due(timestamp: int) -> None:
    """Count the silences and the late conditions of the platform's clock, then write the reminders that are due."""
    at = clock.now()
    actions.expire_due(at=at)
    actions.remind_due(at=at)


@app.periodic(cron="40 3 * * *")
@app.task(name="attributions.tasks.write_results", queue="entretien", queueing_lock="attributions.write_results")
def write_results(timestamp: int) -> None:
    """At night: the results of offres that ended a month ago, the delays and the ranks of territories."""
    at = clock.now()
    actions.publish_results(at=at)
    actions.count_delays(at=at)


@on("candidature.retiree", "candidature.close")
def go_on(event_id: UUID) -> None:
    """When a person of the decided order leaves, the order goes on, or the offre ends."""
    row = Candidature.objects.get(pk=Event.objects.get(pk=event_id).aggregate_id)
    if row.ordre_decision is not None and row.offre.state == "attribuee":
        _settle_if_nobody(row.offre)


def _settle_if_nobody(offre: Offre) -> None:
    """A first proposition stays the bailleur's act: the system goes on only after one, or when nobody is left."""
    waits = Candidature.objects.filter(offre=offre, state__in=("attribuee", "attribuee_sous_condition")).exists()
    if not waits or Proposition.objects.filter(offre=offre).exists():
        actions.settle_offre(offre_id=offre.pk, at=clock.now())


@on("demande.radiee")
def release(event_id: UUID) -> None:
    """What a removed demande still holds goes to the next people."""
    demande_id = Event.objects.get(pk=event_id).aggregate_id
    actions.release_demande(demande_id=demande_id, motif=MotifAnnulation.DEMANDE_RADIEE.value, at=clock.now())


@on("candidature.designee", "candidature.inscrite", "candidature.attribuee", "candidature.attribuee_sous_condition")
def tell_progress(event_id: UUID) -> None:
    """Designated, on the agenda, retained."""
    event = Event.objects.get(pk=event_id)
    row = _candidature(event.aggregate_id)
    kinds = {"candidature.designee": "designee", "candidature.inscrite": "inscrite"}
    name = kinds.get(event.kind, "condition" if event.kind.endswith("condition") else "retenue")
    page = "" if name in ("designee", "inscrite") else f"/propositions/attente/{row.pk}/"
    _tell(event_id, row, name, page=page, **_progress(row))


def _progress(row: Candidature) -> dict[str, Any]:
    dossier = Dossier.objects.filter(candidature=row).select_related("seance").first()
    if dossier is None:
        return {}
    decision = Decision.objects.filter(dossier=dossier).first()
    return {
        "seance": dossier.seance.prevue_le,
        "dossiers": Dossier.objects.filter(seance=dossier.seance, offre_id=row.offre_id).count(),
        "ordre": row.ordre_decision,
        "condition": decision.condition_avant if decision else None,
    }


@on("candidature.non_designee", "candidature.non_attribuee", "candidature.irrecevable")
def tell_decision(event_id: UUID) -> None:
    """An answer waits: its reason is read in the person's space, never in a mail."""
    _tell(event_id, _candidature(Event.objects.get(pk=event_id).aggregate_id), "decision")


@on("proposition.envoyee", "proposition.rappel")
def tell_proposition(event_id: UUID) -> None:
    """The dwelling proposed, with its deadline in full; then the reminders, as long as no answer came."""
    event = Event.objects.get(pk=event_id)
    proposition = Proposition.objects.get(pk=event.aggregate_id)
    if proposition.state == "envoyee":
        name = "proposition" if event.kind.endswith("envoyee") else "rappel"
        context = {"limite": proposition.limite_le, "rappels": len(rules.REMINDERS)}
        _tell(
            event_id, _candidature(proposition.candidature_id), name, page=f"/propositions/{proposition.pk}/", **context
        )


@on("proposition.acceptee", "proposition.refusee", "proposition.sans_reponse", "proposition.annulee")
def tell_answer(event_id: UUID) -> None:
    """The answer, or the silence, is recorded."""
    event = Event.objects.get(pk=event_id)
    proposition = Proposition.objects.get(pk=event.aggregate_id)
    _tell(event_id, _candidature(proposition.candidature_id), event.to_state, page=f"/propositions/{proposition.pk}/")


@on("bail.signe")
def tell_lease(event_id: UUID) -> None:
    """The lease is signed."""
    bail = Bail.objects.select_related("proposition").get(pk=Event.objects.get(pk=event_id).aggregate_id)
    _tell(event_id, _candidature(bail.proposition.candidature_id), "bail")


@on("seance.convoquee")
def convene(event_id: UUID) -> None:
    """Every seated member is convened."""
    seance = Seance.objects.get(pk=Event.objects.get(pk=event_id).aggregate_id)
    for user in User.objects.filter(seances__seance=seance, is_active=True).order_by("pk"):
        context = {"seance": seance.prevue_le}
        _send(f"{event_id}-{user.pk}", user, "convocation", f"/commission/seances/{seance.pk}/", context)


def _candidature(pk: UUID) -> Candidature:
    return Candidature.objects.select_related(*PLACE).get(pk=pk)


def _tell(event_id: UUID, row: Candidature, name: str, *, page: str = "", **context: Any) -> None:
    logement = row.offre.logement
    said = f"le {logement.typologie} de {logement.programme.commune.nom}"
    place = page or "/candidatures/"
    user = row.demande.titulaire
    if user.is_active:
        _send(str(event_id), user, name, place, {"logement": said, **context})


def _send(key: str, user: User, name: str, page: str, context: dict[str, Any]) -> None:
    body = render_to_string(f"attributions/mail/{name}.txt", context).strip()
    body = "\n".join(line[:1].upper() + line[1:] for line in body.splitlines())
    parts = {"corps": body, "lien": links.absolute(page), "sujet": SUBJECTS[name]}
    text, html = (render_to_string(f"attributions/mail/message.{end}", parts) for end in ("txt", "html"))
    mail.send(mail.Mail(user.email, SUBJECTS[name], text, html), message_id=f"attribution-{key}")
