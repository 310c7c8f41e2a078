"""The commission d'attribution: agenda, convocation, decisions a) to e) with motive, closing (CCH R.441-3, R.441-9)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from palier.attributions import rules
from palier.attributions.actions.common import (
    author,
    clean_reason,
    is_available,
    ranked,
    require_enough,
    require_owner,
    require_state,
)
from palier.attributions.actions.designation import set_aside
from palier.attributions.models import Decision, Dossier, Seance, SeanceMembre
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NBSP, NotVisible, Refused
from palier.candidatures.enums import MotifFin
from palier.candidatures.models import Candidature
from palier.droit import decision as droit_decision
from palier.journal.mover import act, create, lock, move
from palier.organisations.models import Membership, Role
from palier.parc.models import Offre


class Choice(NamedTuple):
    """One decision: letter a) to e), order among the attributions, motive and its words, date of a condition."""

    candidature_id: uuid.UUID
    lettre: str
    ordre: int | None = None
    motif: str = ""
    texte: str = ""
    condition_avant: date | None = None


@act
def prepare_seance(*, prevue_le: datetime, offre_ids: Sequence[uuid.UUID], by: Actor, at: datetime) -> Seance:
    """Make a séance whose agenda is the designated candidatures of these offres; the others read why they are not."""
    if prevue_le <= at:
        raise Refused("date_passee", "La séance doit être à venir.", field="Date", mend="Choisissez une date future.")
    offres = _agenda(offre_ids, by)
    listed = {offre.pk: ranked(offre.pk, ("deposee", "designee")) for offre in offres}
    everybody = [each for rows in listed.values() for each in rows]
    fresh = {row.pk: row for row in lock(*((Candidature, pk) for pk in sorted(each.pk for each in everybody)))}
    seance = Seance(bailleur=offres[0].logement.programme.bailleur, prevue_le=prevue_le, created_at=at)
    create(seance, by=by, at=at, data={"offres": [str(offre.pk) for offre in offres]})
    for offre in offres:
        ready = [fresh[each.pk] for each in listed[offre.pk] if fresh[each.pk].state == "designee"]
        _require_presentable(offre, ready, listed[offre.pk])
        _inscribe(seance, offre, ready, by, at)
    set_aside(everybody, by, at)
    return seance


@act
def convene_seance(*, seance_id: uuid.UUID, by: Actor, at: datetime) -> Seance:
    """Seat the members of the bailleur's commission and convene them; from here they see the files."""
    seance = _lock_own(seance_id, by)
    members = Membership.objects.filter(organisation_id=seance.bailleur_id, role=Role.MEMBRE_CALEOL, active=True)
    seats = [SeanceMembre(seance=seance, user_id=pk) for pk in members.values_list("user_id", flat=True)]
    if not seats:
        raise Refused(
            "sans_membre",
            "Votre commission n'a aucun membre inscrit sur la plateforme.",
            field="Séance",
            mend="Demandez à l'administrateur de créer les membres.",
        )
    SeanceMembre.objects.bulk_create(seats, ignore_conflicts=True)
    move(seance, "convoquer", by=by, at=at, data={"membres": len(seats)})
    return seance


@act
def open_seance(*, seance_id: uuid.UUID, by: Actor, at: datetime) -> Seance:
    """Open a convened séance."""
    seance = _lock_seated(seance_id, by, at)
    move(seance, "ouvrir", by=by, at=at)
    return seance


@act
def close_seance(*, seance_id: uuid.UUID, by: Actor, at: datetime) -> Seance:
    """Close a séance once every file of its agenda has a decision."""
    seance = _lock_seated(seance_id, by, at)
    left = Dossier.objects.filter(seance=seance, candidature__state="inscrite").count()
    if left:
        raise Refused(
            "dossiers_sans_decision",
            f"{left} dossier(s) n'ont pas encore de décision.",
            field="Ordre du jour",
            mend="Enregistrez la décision de chaque point.",
        )
    move(seance, "clore", by=by, at=at)
    return seance


@act
def record_decisions(
    *,
    seance_id: uuid.UUID,
    offre_id: uuid.UUID,
    decisions: Iterable[Choice | tuple[uuid.UUID, str, int | None, str, str, date | None]],
    by: Actor,
    at: datetime,
) -> list[Decision]:
    """Write the decisions on all the files of one offre at once; nobody retained ends the offre."""
    offre, seance = lock((Offre, offre_id), (Seance, seance_id))
    _require_seated(seance, by, at)
    _require_open(seance)
    require_state(offre, ("en_commission",), "Ce point a déjà été décidé.")
    dossiers = list(Dossier.objects.filter(seance=seance, offre=offre).select_related("candidature__ligne"))
    if not dossiers:
        raise NotVisible
    choices = [Choice(*each) for each in decisions]
    fresh = {row.pk: row for row in lock(*((Candidature, d.candidature_id) for d in _by_id(dossiers)))}
    pending = {d.candidature_id: d for d in dossiers if fresh[d.candidature_id].state == "inscrite"}
    _check(choices, pending, local_day(at))
    rows = [_decide(pending[each.candidature_id], fresh[each.candidature_id], each, by, at) for each in choices]
    _conclude(offre, any(each.lettre in rules.ATTRIBUTING for each in choices), by, at)
    return rows


@act
def sign_seance(*, seance_id: uuid.UUID, by: Actor, at: datetime) -> Seance:
    """A seated member signs the minutes of a closed séance; the appeal window runs from here (CJA R.421-1)."""
    seance = _lock_seated(seance_id, by, at)
    move(seance, "signer", by=by, at=at)
    return seance


def _agenda(offre_ids: Sequence[uuid.UUID], by: Actor) -> list[Offre]:
    if not offre_ids:
        raise Refused(
            "agenda_vide", "Aucune offre n'est choisie.", field="Offres", mend="Choisissez au moins une offre."
        )
    offres: list[Offre] = lock(*((Offre, pk) for pk in sorted(set(offre_ids))))
    for offre in offres:
        require_owner(by, offre)
        require_state(offre, ("en_designation",), "Seule une offre dont la désignation est faite va en commission.")
    return offres


def _require_presentable(offre: Offre, ready: Sequence[Candidature], listed: Iterable[Candidature]) -> None:
    left = [each for each in listed if each.state == "deposee" and is_available(each)]
    require_enough(len(ready), len(left), field=f"Logement {offre.logement}")
    if not ready:
        raise Refused(
            "sans_dossier",
            "Plus aucun dossier ne peut aller en commission.",
            field=f"Logement {offre.logement}",
            mend="Constatez que l'offre est sans suite.",
        )


def _inscribe(seance: Seance, offre: Offre, ready: Sequence[Candidature], by: Actor, at: datetime) -> None:
    Dossier.objects.bulk_create(Dossier(seance=seance, candidature=each, offre=offre) for each in ready)
    for each in ready:
        move(each, "inscrire", by=by, at=at, data={"seance": str(seance.pk)})
    move(offre, "presenter", by=by, at=at, data={"seance": str(seance.pk)})


def _lock_own(seance_id: uuid.UUID, by: Actor) -> Seance:
    seance: Seance = lock((Seance, seance_id))[0]
    if by.role != "bailleur" or seance.bailleur_id != by.organisation_id:
        raise NotVisible
    return seance


def _lock_seated(seance_id: uuid.UUID, by: Actor, at: datetime) -> Seance:
    seance: Seance = lock((Seance, seance_id))[0]
    _require_seated(seance, by, at)
    return seance


def _require_seated(seance: Seance, by: Actor, at: datetime) -> None:
    if not rules.sits(by, seance, set(seance.membres.values_list("user_id", flat=True)), at):
        raise NotVisible


def _require_open(seance: Seance) -> None:
    if seance.state != "ouverte":
        raise Refused(
            "seance_fermee",
            f"La séance est dans l'état «{NBSP}{seance.state_label}{NBSP}».",
            field="Séance",
            mend="Une décision s'enregistre pendant une séance ouverte.",
        )


def _by_id(dossiers: Iterable[Dossier]) -> list[Dossier]:
    return sorted(dossiers, key=lambda dossier: dossier.candidature_id)


def _check(choices: Sequence[Choice], pending: dict[uuid.UUID, Dossier], today: date) -> None:
    given = [each.candidature_id for each in choices]
    if len(set(given)) != len(given) or set(given) != set(pending):
        raise Refused(
            "point_incomplet",
            f"{len(set(given) & set(pending))} décision(s) pour {len(pending)} dossier(s).",
            field="Décisions",
            mend="Décidez une fois de chaque dossier du point.",
        )
    for each in choices:
        _check_one(each, pending[each.candidature_id], today)
    _check_order(choices, pending)


def _check_one(choice: Choice, dossier: Dossier, today: date) -> None:
    field = f"Dossier de rang {dossier.candidature.ligne.rang}"
    if choice.lettre not in rules.TRANSITIONS:
        raise Refused("lettre", "Choisissez une décision de a) à e).", field=field, value=choice.lettre, status=422)
    if choice.lettre in rules.ATTRIBUTING and choice.ordre is None:
        raise Refused("ordre_absent", "Une attribution porte un ordre.", field=field, mend="Écrivez 1, 2, 3…")
    if choice.lettre not in rules.ATTRIBUTING and choice.ordre is not None:
        raise Refused("ordre_en_trop", "Une décision d) ou e) n'a pas d'ordre.", field=field, value=choice.ordre)
    if choice.lettre not in rules.ATTRIBUTING and choice.motif not in droit_decision.motifs_non_attribution():
        raise Refused(
            "motif_obligatoire",
            "Cette décision porte un motif de la liste (CCH, art. R. 441-3).",
            field=field,
            value=choice.motif,
            mend="Choisissez un motif.",
        )
    if choice.lettre == "c" and (choice.condition_avant is None or choice.condition_avant < today):
        raise Refused(
            "condition_date",
            "Une attribution sous condition porte un délai à venir.",
            field=field,
            value=choice.condition_avant or "",
            mend="Donnez la date limite et écrivez la condition.",
        )
    if choice.lettre == "c" or choice.texte.strip():
        clean_reason(choice.texte, field=field)


def _check_order(choices: Sequence[Choice], pending: dict[uuid.UUID, Dossier]) -> None:
    kept = sorted((each for each in choices if each.lettre in rules.ATTRIBUTING), key=lambda each: each.ordre or 0)
    if not rules.consecutive([each.ordre or 0 for each in kept]):
        raise Refused(
            "ordres",
            f"Les ordres donnés sont {', '.join(str(each.ordre) for each in kept)}.",
            field="Ordre",
            mend=f"Donnez 1, 2, 3… sans trou ni doublon, pour {len(kept)} attribution(s).",
        )
    if len(kept) > 1 and any(each.lettre == "a" for each in kept):
        raise Refused(
            "lettre_a",
            "La décision a) attribue à un seul dossier.",
            field="Décision",
            mend="Pour classer plusieurs dossiers, choisissez b).",
        )
    ranks = [pending[each.candidature_id].candidature.ligne.rang for each in kept]
    for rank in rules.overtaken(ranks):
        choice = kept[ranks.index(rank)]
        clean_reason(choice.texte, field=f"Dossier de rang {rank}, placé derrière un dossier moins bien classé")


def _decide(dossier: Dossier, candidature: Candidature, choice: Choice, by: Actor, at: datetime) -> Decision:
    texte = said(choice)
    decision = Decision(
        dossier=dossier,
        offre_id=dossier.offre_id,
        lettre=choice.lettre,
        ordre=choice.ordre,
        motif=choice.motif or "classement",
        texte={"texte": texte} if texte else None,
        condition_avant=choice.condition_avant,
        decidee_le=at,
        par=author(by),
    )
    decision.save(force_insert=True)
    changes: dict[str, object] = {"ordre_decision": choice.ordre}
    if texte:
        changes["explication"] = {"texte": texte}
    data = {"lettre": choice.lettre, "ordre": choice.ordre, "motif": decision.motif}
    move(candidature, rules.TRANSITIONS[choice.lettre], by=by, at=at, reason=decision.motif, changes=changes, data=data)
    return decision


def said(choice: Choice) -> str:
    """What the person reads of a decision: the sentence of the motive, then the words of the commission."""
    label = droit_decision.motifs_non_attribution().get(choice.motif, "")
    return f"{label} {choice.texte.strip()}".strip()


def _conclude(offre: Offre, somebody: bool, by: Actor, at: datetime) -> None:
    if somebody:
        move(offre, "attribuer", by=by, at=at)
    else:
        move(offre, "constater_sans_suite", by=by, at=at, reason=MotifFin.SANS_SUITE.value)
