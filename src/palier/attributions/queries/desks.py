"""What the desks and the person read of an attribution. Identity only through the journal's door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from palier.attributions import rules
from palier.attributions.enums import LOSSES, TypeContact
from palier.attributions.models import Contact, Decision, Dossier, Proposition, RangPasse, Seance
from palier.base import clock
from palier.base.actor import Actor
from palier.base.money import NBSP, euros, whole_euros
from palier.candidatures.models import PRESENTED, Candidature
from palier.candidatures.queries import RankedRow, ranked
from palier.demandes.models import Personne, Piece
from palier.demandes.states import DEMANDE
from palier.droit.decision import delai_reponse_jours
from palier.journal.models import Event
from palier.journal.reading import glance, read
from palier.organisations.models import Organisation
from palier.parc.models import Logement, Offre, OffreQuerySet, Programme

NUMBERED = tuple(state for state in DEMANDE.live if state not in ("brouillon", "deposee"))
BAND_CENTS = 50_000
PUBLIC_ROWS = 5
"""Fewer candidatures than this show as a count alone (V1)."""
RECORDED = {"offre.grille": "Points comptés sur une nouvelle version de la grille"}
STILL_LISTED = ("deposee", "designee")


@dataclass(frozen=True)
class ListedRow:
    """One place of the closed list for whoever designates: a pseudonym, bands, what was tried."""

    candidature_id: UUID
    rang: int
    pseudonyme: str
    bande: str
    menage: str
    revenus: str
    state: str
    has_number: bool
    contacts: tuple[Contact, ...]
    passed: bool

    @property
    def last(self) -> str:
        return self.contacts[-1].type if self.contacts else ""

    @property
    def is_lost(self) -> bool:
        return self.last in LOSSES

    @property
    def is_choosable(self) -> bool:
        return self.state == "deposee" and self.has_number and not self.is_lost

    @property
    def next_contacts(self) -> list[tuple[str, str]]:
        """(value, label) of what may be recorded now."""
        return [(each, TypeContact(each).label) for each in rules.next_contacts(self.last or None)]


@dataclass(frozen=True)
class FileRow:
    """One presented file: identity, household, resources and effort as the table of the policy opens them."""

    candidature_id: UUID
    rang: int
    nom: str
    menage: str
    points: int | None
    revenus: str
    effort: str
    vivre: str
    heavy: bool
    contact: Contact | None
    state: str
    state_label: str
    ordre: int | None


@dataclass(frozen=True)
class Fact:
    """One line of the register of an offre."""

    at: datetime
    texte: str


@dataclass(frozen=True)
class Standing:
    """Where a person retained by the commission stands in the decided order."""

    ordre: int
    devant: int
    limite: datetime | None
    au_plus_tard: datetime | None


def menages(demande_ids: Iterable[UUID]) -> dict[UUID, list[Personne]]:
    """The persons of each demande: one query."""
    found: dict[UUID, list[Personne]] = defaultdict(list)
    for each in Personne.objects.filter(demande_id__in=set(demande_ids)).select_related("demande"):
        found[each.demande_id].append(each)
    return dict(found)


def menage_text(persons: Sequence[Personne]) -> str:
    """« 1 adulte, 2 enfants »."""
    children = sum(1 for each in persons if each.role == "enfant")
    adults = len(persons) - children
    parts = [f"{adults} adulte{'s' if adults > 1 else ''}"]
    if children:
        parts.append(f"{children} enfant{'s' if children > 1 else ''}")
    return ", ".join(parts)


def ressources_band(persons: Sequence[Personne]) -> str:
    """Net monthly income of the household as a band of 500 €; « non connus » when nobody gave a figure."""
    known = [each.net_mensuel_cents for each in persons if each.net_mensuel_cents is not None]
    if not known:
        return "non connus"
    low = sum(known) // BAND_CENTS * BAND_CENTS
    return f"{euros(low)} à {euros(low + BAND_CENTS)}"


def designation_list(offre: Offre, *, by: Actor, at: datetime) -> list[ListedRow]:
    """The frozen list for whoever designates; each look is written in the access journal."""
    rows = [each for each in ranked(offre) if each.state in STILL_LISTED]
    found = Candidature.objects.filter(pk__in=[each.candidature_id for each in rows]).select_related("demande")
    known = {each.pk: each for each in found.prefetch_related("contacts").defer("cotation")}
    relation = "contingent" if by.role == "reservataire" else "own_contingent"
    ordered = [known[each.candidature_id] for each in rows]
    # rank, band of points and household (P1), pseudonym of an identity (P2), band of income (P4)
    glance(ordered, ("P1", "P2", "P4"), by=by, relation=relation, purpose="candidature.designer", at=at)
    people = menages(each.demande_id for each in ordered)
    passed = set(RangPasse.objects.filter(offre=offre).values_list("candidature_id", flat=True))
    return [
        ListedRow(
            candidature_id=row.candidature_id,
            rang=row.rang,
            pseudonyme=row.pseudonyme,
            bande=row.bande,
            menage=menage_text(people.get(candidature.demande_id, [])),
            revenus=ressources_band(people.get(candidature.demande_id, [])),
            state=row.state,
            has_number=candidature.demande.state in NUMBERED,
            contacts=tuple(candidature.contacts.all()),
            passed=row.candidature_id in passed,
        )
        for row, candidature in zip(rows, ordered, strict=True)
    ]


def public_list(offre: Offre, *, by: Actor, at: datetime) -> list[RankedRow]:
    """The closed list of an offre that somebody else designates for, by pseudonym; each look is written."""
    rows = ranked(offre)
    if len(rows) < PUBLIC_ROWS:
        return []
    found = Candidature.objects.filter(pk__in=[each.candidature_id for each in rows]).select_related("demande")
    relation = "own_contingent" if rules.designates(by, offre) else "candidate"
    glance(found.defer("cotation"), ("P1", "P2"), by=by, relation=relation, purpose="candidature.lire", at=at)
    return rows


def presented_files(
    offre: Offre, *, by: Actor, at: datetime, relation: str, seance: Seance | None = None
) -> list[FileRow]:
    """The presented candidatures in the order of the list, read under `relation`; one access line each."""
    rows = Candidature.objects.filter(offre=offre, state__in=PRESENTED)
    if seance is not None:
        rows = Candidature.objects.filter(offre=offre, dossier__seance=seance)
        rows = rows.exclude(state="retiree").exclude(motif_fin="demande_radiee")
    rows = rows.select_related("demande", "ligne", "offre").defer("cotation", "ligne__entrees")
    ordered = list(rows.prefetch_related("contacts").order_by("ligne__rang"))
    seen = [row for row in ordered if row.state in PRESENTED or offre.is_live or relation != "presented"]
    fields = ("points", "state", "taux_effort_brut", "taux_effort", "reste_a_vivre_cents")
    sheets = read(seen, fields, by=by, relation=relation, purpose="candidature.lire", at=at)
    said = {row.pk: sheet for row, sheet in zip(seen, sheets, strict=True)}
    names, people = _names(seen, by, relation, at), menages(each.demande_id for each in seen)
    return [
        _file(row, said[row.pk], names.get(row.demande_id, row.pseudonyme), people.get(row.demande_id, []))
        if row.pk in said
        else _decided_line(row)
        for row in ordered
    ]


def _decided_line(row: Candidature) -> FileRow:
    """What a bailleur keeps of a file once the offre has ended for somebody else: a decision under a pseudonym."""
    return FileRow(
        row.pk, row.ligne.rang, row.pseudonyme, "—", None, "—", "—", "—", False, None, row.state, row.state_label,
        row.ordre_decision,
    )  # fmt: skip


def _names(rows: Sequence[Candidature], by: Actor, relation: str, at: datetime) -> dict[UUID, str]:
    holders = Personne.objects.filter(demande_id__in=[row.demande_id for row in rows], role="demandeur")
    listed = list(holders.select_related("demande"))
    sheets = read(listed, ("identite",), by=by, relation=relation, purpose="candidature.lire", at=at)
    names = {}
    for person, sheet in zip(listed, sheets, strict=True):
        said = sheet.get("identite") or {}
        names[person.demande_id] = f"{said.get('prenom', '')} {said.get('nom', '')}".strip() or "—"
    return names


def _file(row: Candidature, sheet: Any, name: str, people: Sequence[Personne]) -> FileRow:
    money = "taux_effort_brut" in sheet
    ressources = [each.net_mensuel_cents for each in people if each.net_mensuel_cents is not None]
    gross: Decimal | None = sheet["taux_effort_brut"] if money else None
    net: Decimal | None = sheet["taux_effort"] if money else None
    left: int | None = sheet["reste_a_vivre_cents"] if money else None
    effort = gross if net is None else net
    contacts = list(row.contacts.all())
    return FileRow(
        candidature_id=row.pk,
        rang=row.ligne.rang,
        nom=name,
        menage=menage_text(people),
        points=sheet.get("points"),
        revenus=(euros(sum(ressources)) if ressources else "—") if money else ressources_band(people),
        effort="—" if effort is None else f"{round(effort * 100)}{NBSP}%{' avant aide' if net is None else ''}",
        vivre="—" if left is None else f"{whole_euros(left)} par jour",
        heavy=effort is not None and effort * 100 > rules.EFFORT_MARK,
        contact=contacts[-1] if contacts else None,
        state=row.state,
        state_label=row.state_label,
        ordre=row.ordre_decision,
    )


def with_counts(offres: OffreQuerySet) -> OffreQuerySet:
    """Adds `nombre` (live candidatures) and `designees`."""
    live = Q(candidatures__state__in=Candidature.life.live)
    chosen = Q(candidatures__state__in=PRESENTED)
    counted: OffreQuerySet = offres.with_place().annotate(
        nombre=Count("candidatures", filter=live), designees=Count("candidatures", filter=chosen)
    )
    return counted.select_related("logement__reservataire")


def live_proposition(offre: Offre) -> Proposition | None:
    """The proposition in course on an offre."""
    return Proposition.objects.filter(offre=offre, state__in=Proposition.life.live).first()


def agenda(seance: Seance) -> list[Offre]:
    """The offres of a séance, with their place."""
    ids = Dossier.objects.filter(seance=seance).values("offre_id")
    return list(Offre.objects.filter(pk__in=ids).with_place().order_by("logement__programme__nom", "pk"))


def decisions_of(offre: Offre) -> dict[UUID, Decision]:
    """The decisions of an offre by candidature."""
    rows = Decision.objects.filter(offre=offre).select_related("dossier")
    return {each.dossier.candidature_id: each for each in rows}


def standing(candidature: Candidature) -> Standing | None:
    """Place of a person in the decided order, and when they are released at the latest; None when not retained."""
    if candidature.state not in ("attribuee", "attribuee_sous_condition") or candidature.ordre_decision is None:
        return None
    before = Candidature.objects.live().filter(
        offre_id=candidature.offre_id, ordre_decision__lt=candidature.ordre_decision
    )
    ahead = before.count()
    live = live_proposition(candidature.offre)
    limit = live.limite_le if live is not None and live.state == "envoyee" else None
    others = max(0, ahead - 1)
    last = limit + timedelta(days=others * (delai_reponse_jours() + 1)) if limit is not None else None
    return Standing(candidature.ordre_decision, ahead, limit, last)


def register(offre: Offre, *, by: Actor) -> list[Fact]:
    """What happened on an offre, first to last.

    Its own events; contacts, ranks passed and propositions by pseudonym only for whoever designates, or once the
    offre has been presented to a commission.
    """
    facts = [Fact(each.at, _told(each)) for each in Event.objects.filter(aggregate="offre", aggregate_id=offre.pk)]
    if rules.designates(by, offre) or Dossier.objects.filter(offre=offre).exists():
        facts += _told_of_people(offre)
    return sorted(facts, key=lambda fact: fact.at)


def _told_of_people(offre: Offre) -> list[Fact]:
    facts = []
    names = dict(Candidature.objects.filter(offre=offre).values_list("pk", "pseudonyme"))
    for contact in Contact.objects.filter(offre=offre):
        facts.append(Fact(contact.at, f"{names[contact.candidature_id]}{NBSP}: {contact.get_type_display()}"))
    for passed in RangPasse.objects.filter(offre=offre):
        facts.append(
            Fact(passed.at, f"{names[passed.candidature_id]}{NBSP}: rang {passed.rang_vu} passé, avec une raison")
        )
    sent = {each.pk: each for each in Proposition.objects.filter(offre=offre)}
    for event in Event.objects.filter(aggregate="proposition", aggregate_id__in=sent).exclude(to_state=""):
        name = names[sent[event.aggregate_id].candidature_id]
        facts.append(Fact(event.at, f"{name}{NBSP}: proposition {_PROPOSITION.get(event.to_state, event.to_state)}"))
    return facts


_PROPOSITION = {
    "envoyee": "envoyée",
    "acceptee": "acceptée",
    "refusee": "refusée",
    "sans_reponse": "restée sans réponse",
    "annulee": "annulée",
}


def _told(event: Event) -> str:
    return RECORDED.get(event.kind) or Offre.life.labels.get(event.to_state, event.kind)


def deciding_day(candidature: Candidature) -> date | None:
    """The day the commission decided on this candidature."""
    found = Decision.objects.filter(dossier__candidature=candidature).values_list("decidee_le", flat=True).first()
    return clock.local_day(found) if found else None


def organisation_name(actor: Actor) -> str:
    """The name of the organisation whose hat is worn, or an empty string."""
    if actor.organisation_id is None:
        return ""
    return Organisation.objects.filter(pk=actor.organisation_id).values_list("nom", flat=True).first() or ""


def reservataires() -> list[tuple[str, str]]:
    """(id, name) of those to whom a dwelling may be reserved."""
    rows = Organisation.objects.filter(kind="reservataire").order_by("nom").values_list("pk", "nom")
    return [(str(pk), nom) for pk, nom in rows]


def programmes_of(actor: Actor) -> QuerySet[Programme]:
    """The programmes of the actor's bailleur; none for another hat."""
    if actor.role != "bailleur" or actor.organisation_id is None:
        return Programme.objects.none()
    return Programme.objects.filter(bailleur_id=actor.organisation_id).select_related("commune").order_by("nom")


def logement_of(actor: Actor, pk: UUID) -> Logement | None:
    """One dwelling of the actor's bailleur."""
    rows = Logement.objects.filter(pk=pk, programme__in=programmes_of(actor))
    return rows.select_related("programme__commune", "reservataire").first()


def point_of(seance: Seance, offre_id: UUID) -> Offre | None:
    """One offre of the agenda of a séance."""
    return next((each for each in agenda(seance) if each.pk == offre_id), None)


def undecided(seance: Seance) -> int:
    """How many files of a séance have no decision yet."""
    return Dossier.objects.filter(seance=seance, candidature__state="inscrite").count()


def seat_on(actor: Actor, candidature: Candidature, *, at: datetime) -> Seance | None:
    """The séance, not past its appeal window, where this member reads this candidature."""
    rows = Seance.objects.visible_to(actor, at=at)
    return rows.filter(dossiers__candidature=candidature).first()


def candidature_count(offre: Offre) -> int:
    """How many live candidatures an offre has."""
    return Candidature.objects.live().filter(offre=offre).count()


def pieces_seen(demande_id: UUID, agent_id: UUID | None) -> list[Piece]:
    """The valid pieces that this agent recorded on a demande."""
    if agent_id is None:
        return []
    rows = Piece.objects.filter(demande_id=demande_id, vue_par=agent_id, state="validee")
    return list(rows.order_by("vue_le", "id"))


def reach_of(candidature: Candidature, *, by: Actor, at: datetime) -> list[tuple[str, str]]:
    """Telephone and e-mail of a person who accepted, for the bailleur who prepares the lease; else nothing (V12)."""
    if by.role != "bailleur" or candidature.state not in ("acceptee", "logee"):
        return []
    demande, purpose = candidature.demande, "bail.preparer"
    (sheet,) = read([demande], ("contact",), by=by, relation="accepted", purpose=purpose, at=at)
    (account,) = read([demande.titulaire], ("email",), by=by, relation="accepted", purpose=purpose, at=at)
    said = sheet.get("contact") or {}
    return [("Téléphone", said.get("telephone") or "—"), ("Courriel", account.get("email") or "—")]
