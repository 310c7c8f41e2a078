"""The closing: an immutable classement. And every way for candidatures to end together, each with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from palier import coffre
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.actions.holding import hold_live
from palier.candidatures.actions.recounting import renew_held
from palier.candidatures.enums import MotifFin
from palier.candidatures.models import Candidature, Classement, ClassementLigne
from palier.candidatures.rules import digest, place, sort_key
from palier.demandes.models import Demande
from palier.journal.mover import act, lock, move, record
from palier.parc.enums import MotifRetrait
from palier.parc.models import Offre
from palier.parc.rules import owns_offre

FROZEN = ("faits", "pieces", "au")


def build_classement(
    offre: Offre, rows: Sequence[Candidature], at: datetime
) -> tuple[Classement, list[ClassementLigne]]:
    """The unsaved classement of these live candidatures and its lines, inputs sealed under each person's key."""
    assert offre.cloture_le is not None
    ordered = sorted(rows, key=sort_key)
    made = Classement(
        offre=offre,
        fige_le=at,
        au=local_day(offre.cloture_le),
        grille_empreinte=offre.grille.empreinte,
        effectif=len(ordered),
        empreinte=digest(ordered),
    )
    sealed = coffre.seal_many(
        [(row.person_id(), {name: row.cotation[name] for name in FROZEN}, place(row.pk)) for row in ordered]
    )
    lines = [
        ClassementLigne(
            classement=made,
            candidature=row,
            personne=row.person_id(),
            rang=rang,
            points=row.points,
            anciennete_le=row.anciennete_le,
            cle_egalite=row.cle_egalite,
            entrees=blob,
        )
        for rang, (row, blob) in enumerate(zip(ordered, sealed, strict=True), start=1)
    ]
    return made, lines


@act
def close_offre(*, offre_id: UUID, by: Actor, at: datetime) -> Classement:
    """Close the candidatures and freeze the list, counted on the grid in force that day.

    Refused before the hour, or when it is already done.
    """
    (offre,) = lock((Offre, offre_id))
    if offre.state == "publiee" and (offre.cloture_le is None or at <= offre.cloture_le):
        raise Refused("trop_tot", "L'heure de clôture n'est pas passée.", mend="Attendez la clôture.")
    renew_held(offre, by=by, at=at)
    move(offre, "cloturer", by=by, at=at)
    made, lines = build_classement(offre, hold_live(offre_id=offre_id), at)
    made.save(force_insert=True)
    ClassementLigne.objects.bulk_create(lines, batch_size=1_000)
    record(
        "classement.fige", made, by=by, at=at, data={"effectif": made.effectif, "empreinte": made.empreinte}, tell=False
    )
    return made


def due_for_closing(at: datetime) -> list[UUID]:
    """The published offres whose closing instant has passed."""
    due = Offre.objects.filter(state="publiee", cloture_le__lt=at)
    return list(due.order_by("cloture_le", "id").values_list("id", flat=True))


def close_due(*, at: datetime) -> list[Classement]:
    """Close every offre whose hour has passed, each in its own commit; another worker may have been first."""
    made = []
    for offre_id in due_for_closing(at):
        try:
            made.append(close_offre(offre_id=offre_id, by=Actor.system(), at=at))
        except Refused as refusal:
            if refusal.code != "etat_refuse":
                raise
    return made


def end(rows: Iterable[Candidature], motif: str, *, by: Actor, at: datetime, texte: str = "") -> None:
    """Close held candidatures with a reason of the list, and the words that go with it."""
    reason = MotifFin(motif).value
    for row in rows:
        changes: dict[str, object] = {"motif_fin": reason}
        if texte:
            changes["explication"] = {"texte": texte}
        move(row, "clore", by=by, at=at, reason=reason, changes=changes)


@act
def close_candidatures(
    *, offre_id: UUID, motif: str, by: Actor, at: datetime, sauf: Collection[UUID] = (), texte: str = ""
) -> list[Candidature]:
    """End every live candidature of an offre but `sauf`, with its reason."""
    lock((Offre, offre_id))
    rows = [row for row in hold_live(offre_id=offre_id) if row.pk not in sauf]
    end(rows, motif, by=by, at=at, texte=texte)
    return rows


@act
def close_other_candidatures(
    *, demande_id: UUID, motif: str, by: Actor, at: datetime, sauf: Collection[UUID] = ()
) -> list[Candidature]:
    """End every live candidature of a demande but `sauf`, with its reason."""
    lock((Demande, demande_id))
    rows = [row for row in hold_live(demande_id=demande_id) if row.pk not in sauf]
    end(rows, motif, by=by, at=at)
    return rows


@act
def withdraw_offre(*, offre_id: UUID, motif: str, by: Actor, at: datetime) -> Offre:
    """The bailleur withdraws its offre with a reason of the list; every live candidate reads it."""
    offre: Offre = lock((Offre, offre_id))[0]
    if not owns_offre(by, offre):
        raise NotVisible
    if motif not in MotifRetrait.values:
        raise Refused(
            "motif",
            "Ce motif n'est pas dans la liste.",
            field="Motif",
            value=motif,
            mend="Choisissez-en un.",
            status=422,
        )
    move(offre, "retirer", by=by, at=at, reason=motif, changes={"motif_retrait": motif})
    texte = f"{MotifRetrait(motif).label}."
    end(hold_live(offre_id=offre_id), MotifFin.OFFRE_RETIREE, by=by, at=at, texte=texte)
    return offre
