"""From the frozen list to the agenda: contacts in list order, ranks passed with a reason, désignation (CCH R.441-3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from palier.attributions import rules
from palier.attributions.actions.common import (
    author,
    clean_reason,
    has_number,
    is_available,
    last_contact,
    lock_offre,
    ranked,
    require_designator,
    require_enough,
    require_owner,
    require_state,
)
from palier.attributions.enums import LOSSES, TypeContact
from palier.attributions.models import Contact, Designation, RangPasse
from palier.base.actor import Actor
from palier.base.refusal import NBSP, NotVisible, Refused
from palier.candidatures.enums import MotifFin
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.journal.mover import act, lock, move, record, share
from palier.parc.models import Offre

OPEN = ("cloturee", "en_designation")


@act
def record_contact(*, candidature_id: uuid.UUID, type: str, by: Actor, at: datetime) -> Contact:
    """Write one reach for a candidate, in list order, or its answer (`TypeContact`)."""
    offre, candidature = _lock_candidature(candidature_id, by)
    if type not in TypeContact.values:
        raise Refused("contact_inconnu", "Ce contact n'existe pas.", field="Contact", value=type, status=422)
    last = last_contact(candidature) or None
    if type not in rules.next_contacts(last):
        raise Refused("contact_ordre", _cannot_follow(last), field="Contact", value=TypeContact(type).label)
    if last is None:
        _require_list_order(candidature)
    _open_designation(offre, by, at)
    contact = Contact(offre=offre, candidature=candidature, type=type, at=at, par=author(by))
    contact.save(force_insert=True)
    record("candidature.contact", candidature, by=by, at=at, data={"type": type})
    return contact


@act
def skip_rank(*, candidature_id: uuid.UUID, motif: str, by: Actor, at: datetime) -> RangPasse:
    """Leave a rank out, with the words that the person will read."""
    offre, candidature = _lock_candidature(candidature_id, by)
    if RangPasse.objects.filter(candidature=candidature).exists():
        raise Refused(
            "rang_deja_passe", "Ce rang est déjà passé.", mend="La raison écrite reste celle que la personne lira."
        )
    _open_designation(offre, by, at)
    return _skip(candidature, motif, by, at)


@act
def designate(
    *, offre_id: uuid.UUID, choices: Sequence[uuid.UUID], skipped: Mapping[uuid.UUID, str], by: Actor, at: datetime
) -> list[Designation]:
    """Send at least three candidatures to the commission; every better rank left out has a reason or a loss contact."""
    offre = lock_offre(offre_id)
    require_designator(by, offre)
    require_state(offre, OPEN, "La désignation se fait après la clôture et avant la commission.")
    listed = ranked(offre.pk, ("deposee", "designee"))
    chosen = _chosen(listed, choices)
    _lock_prefix(listed, chosen)
    passed = _passed_over(listed, chosen)
    for each in passed.available:
        _skip(each, skipped.get(each.pk, ""), by, at)
    _require_enough(offre, chosen)
    _open_designation(offre, by, at)
    return [_designate(offre, each, bool(passed.before(each)), by, at) for each in chosen]


@act
def declare_fruitless(*, offre_id: uuid.UUID, by: Actor, at: datetime) -> Offre:
    """End an offre for which nobody can be designated any more; those who remain read « sans suite »."""
    offre = lock_offre(offre_id)
    require_owner(by, offre)
    require_state(offre, OPEN, "Une offre ouverte se retire, une offre attribuée suit son ordre.")
    rest = ranked(offre.pk, ("deposee", "designee"))
    able = [each for each in rest if each.state == "designee" or is_available(each)]
    if able:
        raise Refused(
            "candidats_restants",
            f"{len(able)} candidature(s) peuvent encore être désignées.",
            field="Offre",
            mend="Désignez-les, ou notez pour chacune la réponse au contact.",
        )
    set_aside(rest, by, at)
    move(offre, "constater_sans_suite", by=by, at=at, reason=MotifFin.SANS_SUITE.value)
    return offre


class _Passed:
    """The better ranks that a désignation leaves out, in list order, without those who can no longer be reached."""

    def __init__(self, rows: Iterable[Candidature], to_explain: Iterable[Candidature]) -> None:
        self.rows = list(rows)
        self.available = list(to_explain)

    def before(self, candidature: Candidature) -> list[Candidature]:
        return [each for each in self.rows if each.ligne.rang < candidature.ligne.rang]


def _lock_candidature(candidature_id: uuid.UUID, by: Actor) -> tuple[Offre, Candidature]:
    """Lock the offre, then the candidature; check who acts and both states."""
    known = Candidature.objects.visible_to(by).filter(pk=candidature_id).values_list("offre_id", flat=True).first()
    if known is None:
        raise NotVisible
    offre, candidature = lock((Offre, known), (Candidature, candidature_id))
    require_designator(by, offre)
    require_state(offre, OPEN, "Les contacts se notent entre la clôture et la commission.")
    if candidature.state != "deposee":
        raise Refused(
            "etat_candidature",
            f"Cette candidature est dans l'état «{NBSP}{candidature.state_label}{NBSP}».",
            field=candidature.pseudonyme,
            mend="Rechargez la liste.",
        )
    return offre, candidature


def _cannot_follow(last: str | None) -> str:
    if last is None:
        return "La personne n'a pas encore été contactée. Notez d'abord le contact."
    return f"Après «{NBSP}{TypeContact(last).label}{NBSP}», ce contact ne peut pas être noté."


def _require_list_order(candidature: Candidature) -> None:
    """Refused when a better rank that could be designated was neither reached for nor passed."""
    for each in ranked(candidature.offre_id, ("deposee",)):
        if each.ligne.rang >= candidature.ligne.rang:
            return
        if has_number(each) and not last_contact(each) and not hasattr(each, "rang_passe"):
            raise Refused(
                "ordre_liste",
                f"Le rang {each.ligne.rang} n'a pas encore été contacté.",
                field="Ordre de la liste",
                mend="Contactez-le d'abord, ou passez ce rang avec une raison.",
            )


def _open_designation(offre: Offre, by: Actor, at: datetime) -> None:
    if offre.state == "cloturee":
        move(offre, "ouvrir_designation", by=by, at=at)


def _skip(candidature: Candidature, motif: str, by: Actor, at: datetime) -> RangPasse:
    rang = candidature.ligne.rang
    text = clean_reason(motif, field=f"Raison pour le rang {rang}")
    row = RangPasse(
        offre_id=candidature.offre_id,
        candidature=candidature,
        rang_vu=rang,
        motif={"texte": text},
        at=at,
        par=author(by),
    )
    row.save(force_insert=True)
    record("candidature.rang_passe", candidature, by=by, at=at, data={"rang": rang})
    return row


def _chosen(listed: Sequence[Candidature], choices: Sequence[uuid.UUID]) -> list[Candidature]:
    wanted = set(choices)
    chosen = [each for each in listed if each.pk in wanted and each.state == "deposee"]
    if len(chosen) != len(wanted) or not wanted:
        raise Refused(
            "choix",
            "Une candidature choisie n'est plus disponible." if wanted else "Aucun dossier n'est choisi.",
            field="Dossiers",
            mend="Rechargez la liste et choisissez de nouveau.",
        )
    for each in chosen:
        _require_designable(each)
    return chosen


def _require_designable(candidature: Candidature) -> None:
    if not has_number(candidature):
        raise Refused(
            "sans_numero",
            f"Le dossier de rang {candidature.ligne.rang} n'a pas encore de numéro unique.",
            field="Dossiers",
            mend="Le numéro vient dès que la pièce d'identité est vue à un guichet.",
        )
    last = last_contact(candidature)
    if last in LOSSES:
        raise Refused(
            "contact_perdu",
            f"Rang {candidature.ligne.rang}{NBSP}: le dernier contact dit «{NBSP}{TypeContact(last).label}{NBSP}».",
            field="Dossiers",
            mend="Retirez ce dossier de la désignation.",
        )


def _lock_prefix(listed: Sequence[Candidature], chosen: Sequence[Candidature]) -> None:
    """Lock what the choice rests on; Refused when it changed since it was read."""
    worst = chosen[-1].ligne.rang
    prefix = [each for each in listed if each.ligne.rang <= worst]
    locked = lock(
        *(share(Demande, pk) for pk in sorted({each.demande_id for each in prefix})),
        *((Candidature, pk) for pk in sorted(each.pk for each in prefix)),
    )
    fresh = {row.pk: row for row in locked}
    for each in prefix:
        if fresh[each.pk].state != each.state or fresh[each.demande_id].state != each.demande.state:
            raise Refused("liste_changee", "La liste vient de changer.", field="Dossiers", mend="Rechargez la page.")


def _passed_over(listed: Sequence[Candidature], chosen: Sequence[Candidature]) -> _Passed:
    worst, kept = chosen[-1].ligne.rang, {each.pk for each in chosen}
    better = (each for each in listed if each.ligne.rang < worst and each.pk not in kept)
    rows = [each for each in better if each.state == "deposee" and is_available(each)]
    return _Passed(rows, (each for each in rows if not hasattr(each, "rang_passe")))


def _require_enough(offre: Offre, chosen: Sequence[Candidature]) -> None:
    """At least three files, or every file that exists (« insuffisance de candidats »)."""
    rows = ranked(offre.pk, ("deposee", "designee"))
    kept = {each.pk for each in chosen}
    total = len([each for each in rows if each.state == "designee"]) + len(kept)
    left = [each for each in rows if each.state == "deposee" and each.pk not in kept and is_available(each)]
    require_enough(total, len(left), field="Dossiers")


def _designate(offre: Offre, listed: Candidature, out_of_order: bool, by: Actor, at: datetime) -> Designation:
    (candidature,) = lock((Candidature, listed.pk))
    rang = listed.ligne.rang
    row = Designation(
        offre=offre, candidature=candidature, rang_vu=rang, hors_ordre=out_of_order, at=at, par=author(by)
    )
    row.save(force_insert=True)
    move(candidature, "designer", by=by, at=at, data={"rang": rang, "hors_ordre": out_of_order})
    return row


def set_aside(rows: Iterable[Candidature], by: Actor, at: datetime) -> None:
    """Tell everybody who is not designated why; the rows are locked here."""
    listed = {each.pk: each for each in rows if each.state == "deposee"}
    for fresh in lock(*((Candidature, pk) for pk in sorted(listed))):
        fresh.demande = listed[fresh.pk].demande
        if fresh.state == "deposee":
            motif, texte = reason_left_out(listed[fresh.pk])
            changes: dict[str, object] = {"motif_fin": motif.value}
            if texte:
                changes["explication"] = {"texte": texte}
            move(fresh, "ecarter", by=by, at=at, reason=motif.value, changes=changes)


def reason_left_out(candidature: Candidature) -> tuple[MotifFin, str]:
    """Why a candidature is not designated: the contact, the missing number, the typed reason, or the rank."""
    last = last_contact(candidature)
    if last in LOSSES:
        return MotifFin(LOSSES[last]), ""
    if not has_number(candidature):
        return MotifFin.SANS_NUMERO, ""
    passed = getattr(candidature, "rang_passe", None)
    return MotifFin.RANG, str(passed.motif["texte"]) if passed else ""
