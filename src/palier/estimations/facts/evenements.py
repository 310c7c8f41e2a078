"""What happened on the offres: contacts, the commission and its order, propositions and answers, withdrawals, ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from palier.attributions.models import Contact, Decision, Designation, Proposition
from palier.attributions.rules import ATTRIBUTING
from palier.candidatures.models import Candidature
from palier.chances.journal import PERTES, TYPES, Candidatures, Evenements
from palier.estimations.facts.offres import Ended
from palier.estimations.facts.tables import CHUNK, TIE, ints, seconds, words
from palier.journal.models import Event

LEFT = {"candidature.retiree": "retire", "candidature.close": "retire"}
LEAVING = ("demande_radiee", "loge_ailleurs")
"""Reasons of a closing that are the person's own leaving; any other follows from the offre."""
ANSWERS = {
    "proposition.acceptee": "accepte", "proposition.refusee": "refuse", "proposition.sans_reponse": "sans_reponse",
}  # fmt: skip
GIVEN_BACK = ("dossier_inexact", "renonciation", "bail_non_signe", "loge_ailleurs", "demande_radiee")
"""Annulments that come from the person: the dwelling goes on to the next."""
CONDITION = "condition_non_remplie"


class Said(NamedTuple):
    """One line before its number; sorted as it stands."""

    instant: int
    offre: int
    step: int
    candidature: int
    type: str
    commission: int = -1
    ordre: int = -1
    motif: str = ""


@dataclass
class Path:
    """What is known of one candidature after its deposit."""

    contacts: list[tuple[int, str]] = field(default_factory=list)
    designated: int | None = None
    decision: tuple[int, str, int | None, str] | None = None  # instant, letter, order, motive
    offered: int | None = None
    answers: list[tuple[int, str, str]] = field(default_factory=list)  # instant, kind of the event, reason
    left: tuple[int, str, str] | None = None  # instant, kind, reason


def read_evenements(
    territoire: str, places: Mapping[str, int], candidatures: Candidatures, ended: Ended, au: datetime
) -> Evenements:
    """Every line dated before `au`, numbered in the order of the hours."""
    paths = _paths(territoire, au)
    said: list[Said] = []
    for row, (identifiant, offre) in enumerate(
        zip(candidatures.candidature.tolist(), candidatures.offre_i.tolist(), strict=True)
    ):
        path = paths.get(UUID(identifiant[TIE:]))
        if path is not None:
            said.extend(_told(path, offre, row))
    housed = {each.offre for each in said if each.type == "accepte"}
    for identifiant, (instant, end) in ended.items():
        place = places.get(identifiant)
        if place is not None and place not in housed:
            said.append(Said(instant, place, 9, -1, end))
    return _table(sorted(said))


def _paths(territoire: str, au: datetime) -> dict[UUID, Path]:
    paths: dict[UUID, Path] = defaultdict(Path)
    on = {"offre__grille__code": territoire}
    contacts = Contact.objects.filter(at__lt=au, **on).order_by("at", "id")
    for pk, type_, at in _rows(contacts, "candidature_id", "type", "at"):
        paths[pk].contacts.append((seconds(at), type_))
    for pk, at in _rows(Designation.objects.filter(at__lt=au, **on), "candidature_id", "at"):
        paths[pk].designated = seconds(at)
    decisions = Decision.objects.filter(decidee_le__lt=au, **on)
    names = ("dossier__candidature_id", "decidee_le", "lettre", "ordre", "motif")
    for pk, at, lettre, ordre, motif in _rows(decisions, *names):
        paths[pk].decision = seconds(at), lettre, ordre, motif
    propositions = Proposition.objects.filter(envoyee_le__lt=au, **on)
    owners = {}
    for pk, owner, at in _rows(propositions, "pk", "candidature_id", "envoyee_le"):
        owners[pk], paths[owner].offered = owner, seconds(at)
    kinds = (*ANSWERS, "proposition.annulee")
    for pk, kind, at, reason in _events("proposition", kinds, propositions, au):
        paths[owners[pk]].answers.append((seconds(at), kind, reason))
    applied = Candidature.objects.filter(**on)
    for pk, kind, at, reason in _events("candidature", LEFT, applied, au):
        paths[pk].left = seconds(at), kind, reason
    return paths


def _rows(asked: QuerySet[Any], *names: str) -> Iterator[Any]:
    return asked.values_list(*names).iterator(chunk_size=CHUNK)


def _events(aggregate: str, kinds: Iterable[str], of: QuerySet[Any], au: datetime) -> Iterator[Any]:
    told = Event.objects.filter(aggregate=aggregate, kind__in=list(kinds), at__lt=au, aggregate_id__in=of.values("pk"))
    return _rows(told.order_by("at", "n"), "aggregate_id", "kind", "at", "reason")


def _told(path: Path, offre: int, row: int) -> Iterator[Said]:
    """The lines of one candidature."""
    yield from _reached(path, offre, row)
    if path.decision is None:
        return
    at, lettre, ordre, motif = path.decision
    yield Said(at, offre, 3, row, "classe", 1, -1 if ordre is None else ordre)
    if lettre not in ATTRIBUTING:
        yield Said(at, offre, 4, row, "non_attribue", 1, motif=motif)
    elif path.offered is not None:
        yield Said(path.offered, offre, 5, row, "attribue", 1)
        yield from _answered(path, offre, row)
    elif lettre == "c" and path.left is not None and path.left[2] == "dossier_invalide":
        yield Said(path.left[0], offre, 4, row, "non_attribue", 1, motif=CONDITION)


def _reached(path: Path, offre: int, row: int) -> Iterator[Said]:
    """The contact and its one outcome, which is the last word before the commission; or a withdrawal on its own."""
    left = path.left if path.decision is None and path.left is not None and _is_leaving(path.left) else None
    calls = [at for at, type_ in path.contacts if type_ == "contacte"]
    if not calls and path.designated is None:
        if left is not None:
            yield Said(left[0], offre, 2, row, "retire", motif=_motif(left))
        return
    yield Said(calls[0] if calls else path.designated or 0, offre, 1, row, "contacte", 1)
    words_ = [each for each in path.contacts if each[1] == "presente" or each[1] in PERTES]
    last = words_[-1] if words_ else None
    if path.designated is not None and (last is None or last[1] != "presente"):
        last = path.designated, "presente"
    if left is not None:
        type_ = "loge_ailleurs" if left[2] == "loge_ailleurs" else "retire"
        yield Said(left[0], offre, 2, row, type_, 1, motif=_motif(left))
    elif last is not None:
        yield Said(last[0], offre, 2, row, last[1], 1)


def _is_leaving(left: tuple[int, str, str]) -> bool:
    return left[1] == "candidature.retiree" or left[2] in LEAVING


def _motif(left: tuple[int, str, str]) -> str:
    return left[2] if left[1] == "candidature.close" else ""


def _answered(path: Path, offre: int, row: int) -> Iterator[Said]:
    """The answer; what was accepted and given back before the lease is a refusal."""
    back = next((each for each in path.answers if each[1] == "proposition.annulee"), None)
    if back is not None:
        if back[2] in GIVEN_BACK:
            yield Said(back[0], offre, 6, row, "refuse", 1, motif=back[2])
        return
    for at, kind, reason in path.answers:
        yield Said(at, offre, 6, row, ANSWERS[kind], 1, motif=reason)


def _table(said: list[Said]) -> Evenements:
    return Evenements(
        numero=ints(range(1, len(said) + 1)),
        instant=ints(each.instant for each in said),
        offre_i=ints(each.offre for each in said),
        candidature_i=ints(each.candidature for each in said),
        type=ints(TYPES.index(each.type) for each in said),
        commission=ints(each.commission for each in said),
        ordre=ints(each.ordre for each in said),
        motif=words(each.motif for each in said),
    )
