"""The demandes that look at a territory: each version of a file, counted on the grid, and how the demande left."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from palier import coffre
from palier.candidatures.models import Candidature
from palier.chances.journal import CAUSES, Demandes, Sorties
from palier.demandes.models import CommuneDemandee, Demande, Piece
from palier.droit.cotation import Grille
from palier.estimations.facts.tables import CHUNK, ints, midnight, reals, seconds, words
from palier.estimations.facts.versions import Content, Version, content_of, count_version, empty_content, snapshot_of
from palier.journal.chain import payload_place
from palier.journal.models import Event, Payload

log = logging.getLogger(__name__)
EXITS = {
    "attribution": "loge_plateforme", "renonciation": "abandon", "non_renouvellement": "non_renouvelee",
    "irrecevabilite": "radiee", "sans_reponse": "radiee",
}  # fmt: skip
FILED, NUMBERED, LEFT = "demande.deposee", "demande.active", "demande.radiee"
SNAPSHOTS = (FILED, "demande.etape", "demande.separee")
TOLD = (*SNAPSHOTS, NUMBERED, LEFT)
PROVING = ("piece.conforme", "piece.validee")
FAILING = ("piece.refusee", "piece.expiree")
PIECES = (*PROVING, *FAILING, "piece.retiree")
Key = tuple[str, UUID | None]
"""A piece of a file: its code, and whose it is."""


class PieceMove(NamedTuple):
    """What became of a piece at an instant, and the last day on which it proves."""

    instant: datetime
    key: Key
    kind: str
    expire_le: date | None


@dataclass
class Story:
    """What the journal says of one demande, in the order of the hours."""

    holder: UUID
    deposee: date
    filed: datetime | None = None
    numbered: datetime | None = None
    left: tuple[datetime, str] | None = None
    snapshots: list[tuple[datetime, UUID]] = field(default_factory=list)
    pieces: list[PieceMove] = field(default_factory=list)


@dataclass(frozen=True)
class Lecture:
    """The demandes read, their place by row of the database, and when each file was complete."""

    demandes: Demandes
    sorties: Sorties
    places: Mapping[UUID, int]
    completeness: Sequence[tuple[list[int], list[bool]]]

    def is_complete(self, place: int, instant: int) -> bool:
        """Whether the file in this place was complete just before an instant; as first filed when it is earlier."""
        instants, values = self.completeness[place]
        return values[max(0, bisect_left(instants, instant) - 1)]


def read_demandes(territoire: str, communes: frozenset[str], grille: Grille | None, au: datetime) -> Lecture:
    """Every demande filed before `au` that asked for one of these communes, or applied on the territory."""
    asked = _wanted(territoire, communes)
    stories = _stories(asked, au)
    opened = _opened(stories)
    missing = [pk for pk, story in stories.items() if not any(pk_ in opened for _, pk_ in story.snapshots)]
    stored = _stored(missing)
    kept = {pk: _counted(story, opened, stored.get(pk), grille) for pk, story in stories.items() if story.filed}
    return _lecture(stories, kept)


def _wanted(territoire: str, communes: frozenset[str]) -> QuerySet[Demande]:
    looks = CommuneDemandee.objects.filter(demande=OuterRef("pk"), code__in=communes)
    applied = Candidature.objects.filter(demande=OuterRef("pk"), offre__grille__code=territoire)
    return Demande.objects.filter(Exists(looks) | Exists(applied), deposee_le__isnull=False)


def _stories(asked: QuerySet[Demande], au: datetime) -> dict[UUID, Story]:
    rows = asked.order_by("pk").values_list("pk", "titulaire_id", "deposee_le")
    stories = {pk: Story(holder, day) for pk, holder, day in rows.iterator(chunk_size=CHUNK) if day is not None}
    told = Event.objects.filter(aggregate="demande", kind__in=TOLD, at__lt=au, aggregate_id__in=asked.values("pk"))
    names = ("aggregate_id", "pk", "at", "kind", "reason")
    for demande, pk, at, kind, reason in told.order_by("at", "n").values_list(*names).iterator(chunk_size=CHUNK):
        if demande in stories:
            _tell(stories[demande], pk, at, kind, reason)
    pieces = {
        pk: (demande, (code, personne), end)
        for pk, demande, code, personne, end in Piece.objects.filter(demande__in=asked.values("pk"))
        .values_list("pk", "demande_id", "code", "personne_id", "expire_le")
        .iterator(chunk_size=CHUNK)
    }
    moves = Event.objects.filter(aggregate="piece", kind__in=PIECES, at__lt=au)
    moves = moves.filter(aggregate_id__in=Piece.objects.filter(demande__in=asked.values("pk")).values("pk"))
    for pk, at, kind in moves.order_by("at", "n").values_list("aggregate_id", "at", "kind").iterator(chunk_size=CHUNK):
        if pk in pieces and pieces[pk][0] in stories:
            demande, key, end = pieces[pk]
            stories[demande].pieces.append(PieceMove(at, key, kind, end))
    return stories


def _tell(story: Story, pk: UUID, at: datetime, kind: str, reason: str) -> None:
    """One line of the record; steps saved before the filing are a draft, and nobody's version."""
    if kind == FILED:
        story.filed = story.filed or at
    if kind == NUMBERED:
        story.numbered, story.left = story.numbered or at, None
    if kind == LEFT:
        story.left = at, reason
    if kind in SNAPSHOTS and story.filed is not None:
        story.snapshots.append((at, pk))


def _opened(stories: Mapping[UUID, Story]) -> dict[UUID, Content]:
    """The content of each version; a person who was erased, or whose values no longer open, has none left."""
    owners = {pk: story.holder for story in stories.values() for _, pk in story.snapshots}
    found: dict[UUID, Content] = {}
    with coffre.ring(set(owners.values())):
        for part in _parts(list(owners)):
            rows = Payload.objects.filter(pk__in=part).values_list("event_id", "person_id", "blob")
            for pk, person, blob in rows.iterator(chunk_size=CHUNK):
                if person is None:
                    continue
                try:
                    data = coffre.unseal(person, bytes(blob), aad=payload_place(pk))["data"]
                except coffre.VaultError as error:
                    _unreadable(error)
                    continue
                if "cas" in data:
                    found[pk] = content_of(data)
    return found


def _parts(ids: list[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while part := list(islice(rest, 4 * CHUNK)):
        yield part


def _stored(missing: Iterable[UUID]) -> dict[UUID, Content]:
    """The content as it stands now, for a demande of which the record holds no version."""
    wanted = list(missing)
    if not wanted:
        return {}
    asked = Demande.objects.filter(pk__in=wanted).prefetch_related("personnes", "communes", "pieces")
    found: dict[UUID, Content] = {}
    with coffre.ring(Demande.objects.filter(pk__in=wanted).values_list("titulaire_id", flat=True)):
        for demande in asked.iterator(chunk_size=CHUNK):
            try:
                found[demande.pk] = content_of(snapshot_of(demande))
            except coffre.VaultError as error:
                _unreadable(error)
                found[demande.pk] = empty_content()
    return found


def _unreadable(error: Exception) -> None:
    """A person who was erased left nothing, and that is no fault; anything else is said in the log, by its kind alone.

    The text of the error may name somebody.
    """
    if not isinstance(error, coffre.Destroyed):
        log.warning("journal of estimates: %s in one demande, read as unknown", type(error).__name__)


def _counted(
    story: Story, opened: Mapping[UUID, Content], stored: Content | None, grille: Grille | None
) -> list[Version]:
    """The versions of one demande; of answers that nothing can count, an unknown one: nobody else is held up."""
    try:
        return list(_versions(story, opened, stored, grille))
    except (LookupError, TypeError, ValueError) as error:
        _unreadable(error)
        return list(_versions(story, {}, None, grille))


def _versions(
    story: Story, opened: Mapping[UUID, Content], stored: Content | None, grille: Grille | None
) -> Iterator[Version]:
    """The versions of one demande: at each change declared, each piece that begins or stops to prove, its number."""
    assert story.filed is not None
    changes: list[tuple[datetime, Any]] = [(at, opened[pk]) for at, pk in story.snapshots if pk in opened]
    changes += [(max(each.instant, story.filed), each) for each in story.pieces]
    if story.numbered is not None:
        changes.append((max(story.numbered, story.filed), NUMBERED))
    content, pieces, numbered = stored or empty_content(), dict[Key, PieceMove](), False
    last: Version | None = None
    by_instant: dict[datetime, list[Any]] = defaultdict(list, {story.filed: []})
    for at, change in changes:
        by_instant[at].append(change)
    for at in sorted(by_instant):
        for change in by_instant[at]:
            if isinstance(change, PieceMove):
                pieces[change.key] = change
            elif change == NUMBERED:
                numbered = True
            else:
                content = change
        proving = {key[0]: each.expire_le for key, each in pieces.items() if each.kind in PROVING}
        complete = numbered and not any(each.kind in FAILING for each in pieces.values())
        version = count_version(content, proving, grille, at=at, complete=complete)
        if last is None or not version.is_like(last):
            yield version
            last = version


def _lecture(stories: Mapping[UUID, Story], kept: Mapping[UUID, list[Version]]) -> Lecture:
    places = {pk: row for row, pk in enumerate(kept)}
    rows = [(places[pk], each) for pk, versions in kept.items() for each in versions]
    filed = [midnight(stories[pk].deposee) for pk in kept]
    exits = sorted(
        (seconds(story.left[0]), places[pk], CAUSES.index(EXITS.get(story.left[1], "radiee")))
        for pk, story in stories.items()
        if story.left is not None and pk in places
    )
    return Lecture(
        demandes=_table(places, rows, filed),
        sorties=Sorties(ints(e[1] for e in exits), ints(e[0] for e in exits), ints(e[2] for e in exits)),
        places=places,
        completeness=[([each.instant for each in own], [each.complete for each in own]) for own in kept.values()],
    )


def _table(places: Mapping[UUID, int], rows: list[tuple[int, Version]], filed: list[int]) -> Demandes:
    return Demandes(
        demande=words(str(pk) for pk in places),
        demande_i=ints(row for row, _ in rows),
        version_du=ints(each.instant for _, each in rows),
        deposee=ints(filed[row] for row, _ in rows),
        taille=ints(each.taille for _, each in rows),
        revenu_mensuel=reals(each.revenu for _, each in rows),
        commune_domicile=words(each.domicile for _, each in rows),
        commune_travail=words(each.travail for _, each in rows),
        communes=tuple(each.communes for _, each in rows),
        typologies=tuple(each.typologies for _, each in rows),
        financements=tuple(each.financements for _, each in rows),
        points_hors_offre=reals(each.points for _, each in rows),
        points_perdus=reals(each.perdus for _, each in rows),
        complet=np.array([each.complete for _, each in rows], dtype=np.bool_),
    )
