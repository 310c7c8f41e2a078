"""What an adviser reaches: the demandes followed, one found by its number, the sheet of one, the pieces to verify."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q

from palier import coffre
from palier.accompagnement import rules
from palier.accompagnement.models import AccesUrgence, Agence, Assignation
from palier.base.actor import Actor
from palier.base.policy import may
from palier.base.refusal import NotVisible
from palier.demandes.actions.common import NUMBER_SCOPE
from palier.demandes.models import Demande, DemandeQuerySet, Doublon, Fichier, Personne, Piece
from palier.demandes.queries import looking
from palier.demandes.queries.looking import is_private
from palier.demandes.queries.pieces import rules_of
from palier.journal.reading import Sheet, glance, read

SHEET = (
    "numero", "deposee_le", "renouveler_avant", "union", "enfants_a_naitre", "contact", "employeur", "secteur",
    "contrat", "emploi_depuis", "typologies", "budget_cents",
)  # fmt: skip
PERSONNE = ("role", "identite", "a_charge", "garde", "rfr_n2_cents", "rfr_n1_cents", "annee_n2", "net_mensuel_cents")
PURPOSE, VERIFY, SEARCH = "demande.lire", "piece.verifier", "demande.chercher"
TO_VERIFY = "a_verifier"
HIDDEN = "brouillon"
"""A draft is nobody's business but the person's."""


@dataclass(frozen=True)
class Opened:
    """A demande that an adviser may open now, and under which relation."""

    demande: Demande
    relation: str
    urgence: AccesUrgence | None = None

    def can(self, act: str) -> bool:
        """True when the table lists the act for this relation."""
        return may("conseiller", self.relation, act)


@dataclass(frozen=True)
class Found:
    """One demande in a search: initials and number, whether somebody follows it, and the reader's relation."""

    id: UUID
    initiales: str
    numero: str
    relation: str
    suivie: bool


@dataclass(frozen=True)
class Followed:
    """One line of the worklist."""

    id: UUID
    nom: str
    etat: str
    a_verifier: int
    depuis: datetime


@dataclass(frozen=True)
class Pair:
    """One of the two demandes of a possible duplicate, as the reader's relation with it opens it."""

    id: UUID
    nom: str
    numero: str
    etat: str
    deposee_le: date | None
    suivie: bool


@dataclass(frozen=True)
class FileSheet:
    """What an adviser reads of a demande: frozen sheets, every one with its access line."""

    demande: Sheet
    personnes: list[Sheet] = field(default_factory=list)


def near(departements: Iterable[str]) -> Q:
    """Demandes of these départements: by a commune asked for, or by home."""
    found = Q(pk__in=[])
    for each in departements:
        found |= Q(communes__code__startswith=each) | Q(commune_domicile__startswith=each)
    return found


def near_demandes(by: Actor) -> DemandeQuerySet:
    """The filed demandes of the adviser's agency; none for whoever is no adviser."""
    rows = Demande.objects.exclude(state=HIDDEN)
    if by.role != "conseiller" or by.organisation_id is None:
        return rows.none()
    agence = Agence.objects.filter(organisation_id=by.organisation_id).first()
    return rows.filter(near(agence.departements if agence else ())).distinct()


def followed_demandes(by: Actor) -> DemandeQuerySet:
    """The demandes that this adviser follows now."""
    return Demande.objects.exclude(state=HIDDEN).filter(assignations__in=Assignation.objects.visible_to(by))


def relation_of(by: Actor, demande: Demande, at: datetime) -> tuple[str, AccesUrgence | None]:
    """The relation of this instant, from rows; the emergency opening that gives it, if one does."""
    assignation = Assignation.objects.running().filter(demande=demande).first()
    if rules.follows(by, assignation):
        return "assigned", None
    opened = AccesUrgence.objects.filter(demande=demande, conseiller_id=by.user_id, expire_le__gt=at)
    urgence = opened.order_by("-ouvert_le").first()
    is_near = near_demandes(by).filter(pk=demande.pk).exists()
    found = rules.relation(by, assignation=assignation, urgence=urgence, is_near=is_near, at=at)
    return found, urgence if found == "break_glass" else None


def reach(by: Actor, demande_id: UUID, at: datetime) -> Opened:
    """The demande with the relation of this adviser, whatever it opens. NotVisible when it opens nothing at all."""
    whole = Demande.objects.exclude(state=HIDDEN).prefetch_related("personnes", "communes", "pieces")
    demande = whole.filter(pk=demande_id).first()
    if demande is None:
        raise NotVisible
    relation, urgence = relation_of(by, demande, at)
    if relation in ("none", "other_agency"):
        raise NotVisible
    return Opened(demande, relation, urgence)


def opened(by: Actor, demande_id: UUID, at: datetime, act: str = "demande.lire") -> Opened:
    """The demande, when the adviser may do this act on it now. NotVisible otherwise."""
    found = reach(by, demande_id, at)
    if not found.can(act):
        raise NotVisible
    return found


def worklist(by: Actor, at: datetime) -> list[Followed]:
    """The demandes followed, those with pieces to verify first. One access line each."""
    rows = list(followed_demandes(by).prefetch_related("personnes", "pieces", "assignations"))
    holders = [each for row in rows for each in row.personnes.all() if each.role == "demandeur"]
    sheets = read(holders, ("identite",), by=by, relation="assigned", purpose=PURPOSE, at=at)
    names = {each.demande_id: said for each, said in zip(holders, sheets, strict=True)}
    lines = [_followed(row, name_of(names.get(row.pk))) for row in rows]
    return sorted(lines, key=lambda line: (-line.a_verifier, line.depuis, line.id))


def _followed(row: Demande, nom: str) -> Followed:
    waiting = sum(1 for piece in row.pieces.all() if piece.state == TO_VERIFY)
    since = next(each.depuis for each in row.assignations.all() if each.fin_le is None)
    return Followed(row.pk, nom, row.state_label, waiting, since)


def name_of(sheet: Sheet | None) -> str:
    """« Inès Marchal », « — » when the identity is not opened or not given."""
    said: dict[str, Any] = (sheet.get("identite") if sheet else None) or {}
    return f"{said.get('prenom', '')} {said.get('nom', '')}".strip() or "—"


def initials_of(personne: Personne | None) -> str:
    """« I. M. »: all that a search shows of a name."""
    said = (personne.identite or {}) if personne else {}
    return " ".join(f"{said[part][0].upper()}." for part in ("prenom", "nom") if said.get(part)) or "—"


def search(by: Actor, numero: str, at: datetime) -> list[Found]:
    """The demande of this number in the adviser's agency, or followed by them: initials and number alone."""
    plain = "".join(numero.split()).upper()
    index = coffre.blind_index(plain, scope=NUMBER_SCOPE)
    hits = Demande.objects.exclude(state=HIDDEN).filter(numero_index=index).prefetch_related("personnes")
    found = []
    for demande in hits:
        relation, _ = relation_of(by, demande, at)
        if may(by.role, relation, SEARCH) or relation in rules.OPENING:
            found.append(_found(demande, plain, relation, by, at))
    return found


def _found(demande: Demande, numero: str, relation: str, by: Actor, at: datetime) -> Found:
    glance([demande], ("P2",), by=by, relation=relation, purpose=SEARCH, at=at)
    holder = next((each for each in demande.personnes.all() if each.role == "demandeur"), None)
    followed = Assignation.objects.running().filter(demande=demande).exists()
    return Found(demande.pk, initials_of(holder), numero, relation, followed)


def sheet(found: Opened, by: Actor, at: datetime) -> FileSheet:
    """The sheet of an opened demande, through the door that writes who looked."""
    personnes = found.demande.personnes.all()
    options: dict[str, Any] = {"by": by, "relation": found.relation, "purpose": PURPOSE, "at": at}
    (main,) = read([found.demande], SHEET, **options)
    return FileSheet(main, read(personnes, PERSONNE, **options))


def pieces_of(found: Opened, by: Actor, at: datetime) -> list[Piece]:
    """The pieces of an opened demande, those to verify first; what a person added freely stays theirs (V13)."""
    shown = [each for each in found.demande.pieces.all() if each.state != "retiree" and not is_private(each)]
    glance(shown, ("P5",), by=by, relation=found.relation, purpose=PURPOSE, at=at)
    return sorted(shown, key=lambda piece: (piece.state != TO_VERIFY, piece.code, piece.pk))


def piece_to_verify(by: Actor, piece_id: UUID, at: datetime) -> tuple[Opened, Piece]:
    """One piece of a demande followed, to be looked at beside what was declared. NotVisible otherwise."""
    demande_id = Piece.objects.filter(pk=piece_id).values_list("demande_id", flat=True).first()
    if demande_id is None:
        raise NotVisible
    found = opened(by, demande_id, at, VERIFY)
    piece = next((each for each in found.demande.pieces.all() if each.pk == piece_id), None)
    if piece is None or piece.state == "retiree" or is_private(piece):
        raise NotVisible
    return found, piece


def seen_of(piece: Piece, fichiers: Iterable[Fichier] | None = None) -> str:
    """What stands before whoever looks at a piece: its files, and since when it waits."""
    found = piece.fichiers.all() if fichiers is None else fichiers
    files = ",".join(sorted(str(each.pk) for each in found))
    return sha256(f"{piece.state_since.isoformat()}|{files}".encode()).hexdigest()[:32]


def piece_content(found: Opened, piece: Piece, by: Actor, at: datetime) -> tuple[list[dict[str, Any]], str]:
    """What the machine read of a piece, rule by rule, and what the person explains; one access line."""
    glance([piece], ("P5", "P8"), by=by, relation=found.relation, purpose=VERIFY, at=at)
    return rules_of(piece), str((piece.explication or {}).get("texte", ""))


def page_image(by: Actor, piece_id: UUID, ordre: int, page: int, at: datetime) -> bytes:
    """One page of a piece as pixels, marked with who looks; one access line. NotVisible when nothing opens it."""
    row = Piece.objects.select_related("demande").filter(pk=piece_id).exclude(state="retiree").first()
    if row is None or is_private(row):
        raise NotVisible
    found = opened(by, row.demande_id, at, looking.LOOK)
    return looking.page_image(row, ordre, page, by=by, relation=found.relation, at=at)


def doublons_of(by: Actor) -> list[Doublon]:
    """Pairs that look like one person, of which this adviser follows one demande at least."""
    mine = followed_demandes(by).values("pk")
    rows = Doublon.objects.filter(state__in=Doublon.life.live)
    rows = rows.filter(Q(ancienne__in=mine) | Q(recente__in=mine))
    return list(rows.select_related("ancienne", "recente").order_by("signale_le", "pk"))


def doublon_of(by: Actor, doublon_id: UUID) -> Doublon:
    """One such pair. NotVisible otherwise."""
    found = next((each for each in doublons_of(by) if each.pk == doublon_id), None)
    if found is None:
        raise NotVisible
    return found


def side_by_side(by: Actor, doublon: Doublon, at: datetime) -> list[Pair]:
    """The older, then the more recent: names of those followed, initials of the others; one access line each."""
    return [_pair(by, each, at) for each in (doublon.ancienne, doublon.recente)]


def _pair(by: Actor, demande: Demande, at: datetime) -> Pair:
    relation, _ = relation_of(by, demande, at)
    holder = next((each for each in demande.personnes.all() if each.role == "demandeur"), None)
    numero = (demande.numero or {}).get("numero_unique", "en attente")
    if relation in rules.OPENING and holder is not None:
        (said,) = read([holder], ("identite",), by=by, relation=relation, purpose="doublon.comparer", at=at)
        return Pair(demande.pk, name_of(said), numero, demande.state_label, demande.deposee_le, suivie=True)
    glance([demande], ("P2",), by=by, relation="same_agency", purpose="doublon.comparer", at=at)
    return Pair(demande.pk, initials_of(holder), numero, "", None, suivie=False)


def urgences_of(demande_id: UUID) -> list[AccesUrgence]:
    """The emergency openings of a demande, latest first: for the person and for the data protection officer."""
    rows = AccesUrgence.objects.filter(demande_id=demande_id).select_related("organisation", "demande")
    return list(rows.order_by("-ouvert_le"))
