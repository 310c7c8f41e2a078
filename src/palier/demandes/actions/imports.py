"""A demande brought back from the registration system: its seniority at once, its answers once the person is known.

What the register holds is kept sealed in the draft and shown to nobody until whoever types the number has also typed
the name and the birth date that it bears. It then fills what is empty, and every step is still to be confirmed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from palier import coffre
from palier.accounts.models import User
from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NotVisible, Refused
from palier.demandes import facts, queries
from palier.demandes.actions.common import NUMBER_SCOPE, WRITTEN, held, refuse_sharing
from palier.demandes.actions.doublons import folded
from palier.demandes.actions.pouring import pour
from palier.demandes.actions.registre import tell_register
from palier.demandes.enums import OperationRegistre
from palier.demandes.models import Demande
from palier.demandes.queries.registre import asks_existing_number
from palier.droit.demande import reactivation
from palier.gateways import registre
from palier.journal.mover import act, create, move, record

TO_PROVE, FILLED, BLOCKED = "a_prouver", "preremplie", "bloquee"


def import_demande(*, user: User, numero: str, by: Actor, at: datetime) -> Demande:
    """The draft of a demande that already has a number: its seniority is kept.

    A demande removed for want of renewal is taken up within the legal delay. Refused for a number that is malformed,
    unknown, removed for good, or followed by another account. The register is asked before the act: no row waits.
    """
    if by.user_id != user.pk:
        raise NotVisible
    known = _known(numero, at)
    return _open(user, known, by, at)


def _known(numero: str, at: datetime) -> registre.Dossier:
    known = registre.registre().import_demande(numero)
    if known is None or known.demandeur is None:
        raise _refused(
            numero, "Le système d'enregistrement ne connaît pas ce numéro.", "Vérifiez-le sur votre attestation."
        )
    if known.radie_le is not None:
        since = known.renouvelee_le or known.depose_le
        verdict = reactivation(known.motif_radiation, local_day(at), depuis=since, radiee_le=known.radie_le)
        if verdict.valeur is not True:
            said = " ".join(each.texte for each in verdict.motifs)
            detail = f"Cette demande a été radiée le {known.radie_le:%d/%m/%Y}. {said}".strip()
            raise _refused(numero, detail, "Répondez « Non » pour déposer une nouvelle demande.")
    return known


def _refused(numero: str, detail: str, mend: str) -> Refused:
    return Refused("numero_refuse", detail, field="Numéro unique", value=numero.strip()[:40], mend=mend, status=422)


@act
def _open(user: User, known: registre.Dossier, by: Actor, at: datetime) -> Demande:
    refuse_sharing(user.pk)
    demande = Demande(
        titulaire=user,
        created_at=at,
        numero=_kept(known),
        numero_index=coffre.blind_index(known.numero, scope=NUMBER_SCOPE),
        deposee_le=known.depose_le,
        importee=True,
    )
    create(demande, by=by, at=at, data={"numero_unique": known.numero, "deposee_le": known.depose_le.isoformat()})
    record("demande.importee", demande, by=by, at=at)
    return demande


def _kept(known: registre.Dossier) -> dict[str, Any]:
    """What the draft keeps sealed: the number, whose it is, and the whole record until it is poured or forgotten."""
    holder = known.demandeur
    assert holder is not None
    names = sorted({folded(holder.nom), folded(holder.nom_usage)} - {""})
    return {
        "numero_unique": known.numero,
        "noms": names,
        "prenoms": _given(holder.prenom),
        "naissance": holder.naissance.isoformat(),
        "dossier": registre.to_text(known),
        "import": TO_PROVE,
        "essais": 0,
        "reprise": known.radie_le is not None,
        "radiation": None
        if known.radie_le is None
        else {
            "motif": known.motif_radiation,
            "depuis": (known.renouvelee_le or known.depose_le).isoformat(),
            "le": known.radie_le.isoformat(),
        },
    }


def prove(demande: Demande, *, by: Actor, at: datetime) -> None:
    """After an identity was saved in an imported draft: the same person fills it; too many others forget the record."""
    kept, holder = dict(demande.numero or {}), queries.holder_of(demande)
    if not demande.importee or kept.get("import") != TO_PROVE or holder is None:
        return
    said = holder.identite or {}
    if not said.get("nom") or not said.get("naissance"):
        return
    if _tries(demande, at) < limits.value("import_essais") and is_registered_person(demande, said):
        pour(demande, registre.from_text(kept.pop("dossier")), holder)
        demande.numero = {**kept, "import": FILLED}
        demande.save(update_fields=WRITTEN)
        snapshot = facts.snapshot(Demande.objects.get(pk=demande.pk), au=local_day(at))
        record("demande.preremplie", demande, by=by, at=at, data=snapshot)
        return
    kept["essais"] = int(kept["essais"]) + 1
    if kept["essais"] + _tries(demande, at) >= limits.value("import_essais"):
        del kept["dossier"]
        kept["import"] = BLOCKED
    demande.numero = kept
    demande.save(update_fields=["numero"])
    record("demande.import_autre_personne", demande, by=by, at=at)


def is_registered_person(demande: Demande, said: dict[str, Any]) -> bool:
    """Whether this name and birth date are those that the number bears, whatever the case, accents and hyphens."""
    kept = demande.numero or {}
    typed = {folded(said.get("nom")), folded(said.get("nom_usage"))} - {""}
    same_name = bool(typed & set(kept.get("noms") or ()))
    same_given = bool(set(_given(said.get("prenom"))) & set(kept.get("prenoms") or ()))
    return same_name and same_given and kept.get("naissance") == said.get("naissance")


def _given(said: object) -> list[str]:
    """The given names of a record or an answer: the whole, and each one of several."""
    text = str(said or "")
    return sorted({folded(text), *(folded(each) for each in text.replace(",", " ").split())} - {""})


def _tries(demande: Demande, at: datetime) -> int:
    """Wrong persons typed by this account in its other imported drafts of the last day, renounced ones too."""
    rows = Demande.objects.filter(titulaire=demande.titulaire_id, importee=True, created_at__gt=at - timedelta(days=1))
    return sum(int((each.numero or {}).get("essais", 0)) for each in rows.exclude(pk=demande.pk))


def check_reactivation(demande: Demande, day: date) -> None:
    """Refused at filing when the legal delay to take up a removed demande ended while it was a draft."""
    removed = (demande.numero or {}).get("radiation")
    if not removed:
        return
    since, ended = date.fromisoformat(removed["depuis"]), date.fromisoformat(removed["le"])
    verdict = reactivation(removed["motif"], day, depuis=since, radiee_le=ended)
    if verdict.valeur is not True:
        said = " ".join(each.texte for each in verdict.motifs)
        detail = f"Cette demande a été radiée le {ended:%d/%m/%Y}. {said}".strip()
        mend = "Renoncez à ce brouillon et déposez une nouvelle demande."
        raise _refused((demande.numero or {})["numero_unique"], detail, mend)


def check_name(demande: Demande) -> None:
    """Refused at filing when an imported number is registered to somebody else, or was tried too often."""
    kept, holder = demande.numero or {}, queries.holder_of(demande)
    if "noms" not in kept or holder is None:
        return
    blocked = kept.get("import") == BLOCKED
    if blocked or not is_registered_person(demande, holder.identite or {}):
        raise Refused(
            "numero_autre_personne",
            "Ce numéro unique est enregistré sous un autre nom ou une autre date de naissance.",
            field="Numéro unique",
            value=kept["numero_unique"],
            mend="Trop d'essais. Montrez votre attestation à un guichet." if blocked
            else "Vérifiez votre identité. Sinon, renoncez à ce brouillon et déposez une nouvelle demande.",
        )  # fmt: skip


def give_existing_number(*, demande_id: UUID, numero: str, by: Actor, at: datetime) -> Demande:
    """The number of the demande that « exists already »: this one takes it, with the first filing as seniority.

    Refused for a number that the register does not know alive, or that bears another person's name.
    """
    known = _known(numero, at)
    if known.radie_le is not None:
        raise _refused(numero, "Cette demande a été radiée.", "Demandez à un guichet ce qu'il faut faire.")
    return _take(demande_id, known, by, at)


@act
def _take(demande_id: UUID, known: registre.Dossier, by: Actor, at: datetime) -> Demande:
    from_register = known.demandeur
    demande = held(demande_id, by, "demande.importer")
    holder = queries.holder_of(demande)
    if not asks_existing_number(demande) or holder is None or from_register is None:
        raise NotVisible
    said = holder.identite or {}
    names = {folded(from_register.nom), folded(from_register.nom_usage)} - {""}
    same = bool(names & {folded(said.get("nom")), folded(said.get("nom_usage"))})
    same = same and bool(set(_given(from_register.prenom)) & set(_given(said.get("prenom"))))
    if not same or said.get("naissance") != from_register.naissance.isoformat():
        detail = "Ce numéro n'est pas enregistré sous votre nom et votre date de naissance."
        raise _refused(known.numero, detail, "Vérifiez-le sur votre attestation, ou passez à un guichet.")
    first = min(known.depose_le, demande.deposee_le or known.depose_le)
    changes = {
        "numero": {"numero_unique": known.numero},
        "numero_index": coffre.blind_index(known.numero, scope=NUMBER_SCOPE),
        "deposee_le": first,
    }
    data = {"numero_unique": known.numero, "deposee_le": first.isoformat()}
    move(demande, "activer", by=Actor.system(), at=at, data=data, changes=changes)
    tell_register(demande=demande, operation=OperationRegistre.MODIFICATION, at=at)
    return demande
