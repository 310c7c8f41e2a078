"""« Ce que le bailleur verra de moi »: one function for the person's page and for the bailleur's (trust V7, V11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Q, Value, When, prefetch_related_objects

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.money import euros, whole_euros
from palier.base.refusal import NotVisible
from palier.candidatures.facts import Profil, cas_offre, closing_day, cotation_facts, count, law_grille, profil
from palier.candidatures.models import GONE, PRESENTED, Candidature, ClassementLigne
from palier.candidatures.queries.ranks import Rang, rank
from palier.candidatures.rules import number
from palier.candidatures.states import LIVE
from palier.demandes.enums import Contrat, RolePersonne, Secteur
from palier.demandes.models import Demande, Personne
from palier.droit.bareme import bareme
from palier.droit.cotation import Cotation, bande_total, parties
from palier.droit.dates import plus_mois
from palier.droit.effort import charge_logement, effort_brut
from palier.journal.reading import Sheet, glance, read
from palier.parc.models import Offre
from palier.territoires.models import Commune

NBSP = "\u00a0"
DEMANDE = ("numero", "deposee_le", "commune_domicile", "secteur", "contrat", "emploi_depuis", "union")
PERSONNE = ("role", "identite", "a_charge", "garde", "rfr_n2_cents", "annee_n2", "net_mensuel_cents")
NEVER_COUNTED = ("accessibilite", "raison_personnelle")
"""Motives of refusal tied to handicap, or kept by the person: they are counted nowhere (trust V7)."""
Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """A titled list of (label, value)."""

    titre: str
    lignes: tuple[Row, ...]


@dataclass(frozen=True)
class BailleurView:
    """What is seen: `etape` is « classee » (before designation) or « presentee »."""

    etape: str
    sections: tuple[Section, ...]
    jamais: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One line of a closed list before designation: no identity, a band instead of the points."""

    candidature_id: UUID
    rang: int
    pseudonyme: str
    bande: str
    state: str


NEVER = (
    "Votre adresse, votre téléphone et votre courriel, avant votre accord.",
    "Le motif d'une priorité, une violence, la santé ou le handicap.",
    "Le détail de vos points, critère par critère.",
    "Vos chances et vos autres candidatures, sauf leur nombre.",
)


def ranked(offre: Offre) -> list[RankedRow]:
    """The frozen list of an offre as anyone at the bailleur's sees it before designation: one query."""
    lines = ClassementLigne.objects.filter(classement__offre=offre).exclude(GONE)
    grille = law_grille(offre.grille)
    return [
        RankedRow(pk, rang, name, bande_total(Cotation(points, (), grille.empreinte, grille)), state)
        for pk, rang, name, points, state in lines.order_by("rang").values_list(
            "candidature_id", "rang", "candidature__pseudonyme", "points", "candidature__state"
        )
    ]


def bailleur_view(
    *,
    demande: Demande | None = None,
    offre: Offre | None = None,
    candidature: Candidature | None = None,
    by: Actor,
    at: datetime,
) -> BailleurView:
    """Exactly what a bailleur sees of a candidature; the person reads the page of a presented one, before applying too.

    Staff leave an access line in the journal. Until a candidature is presented, staff get the row of the closed list
    alone; NotVisible before the closing, when a rank still moves.
    """
    if candidature is not None:
        demande, offre = candidature.demande, candidature.offre
    if demande is None or offre is None:
        raise ValueError("bailleur_view needs a candidature, or a demande and an offre")
    person = by.role == "demandeur"
    presented = person or (candidature is not None and candidature.state in PRESENTED)
    if not presented:
        assert candidature is not None
        return BailleurView("classee", (_listed(candidature, offre, by, at),), NEVER)
    relation = "own" if person else "seated" if by.role == "membre_caleol" else "presented"
    if by.role == "reservataire":
        relation = "designated"
    prefetch_related_objects([demande], "personnes", "communes", "pieces")
    known = profil(demande, closing_day(offre))
    sections = (
        *_sheet(known, offre, by=by, relation=relation, at=at),
        _points(known, offre, candidature),
        _history(demande, offre, at),
    )
    return BailleurView("presentee", sections, NEVER)


def _listed(candidature: Candidature, offre: Offre, by: Actor, at: datetime) -> Section:
    placed: Rang | None = rank(candidature)
    if placed is None or not placed.fige:
        raise NotVisible
    # rank and band of points (P1), pseudonym of an identity (P2)
    glance([candidature], ("P1", "P2"), by=by, relation=_relation(offre, by), purpose="candidature.lire", at=at)
    grille = law_grille(offre.grille)
    band = bande_total(Cotation(candidature.points, (), grille.empreinte, grille))
    place = ("Rang", f"{placed.rang} sur {placed.effectif}")
    return Section("Dans la liste", (place, ("Pseudonyme", candidature.pseudonyme), ("Points", band)))


def _relation(offre: Offre, by: Actor) -> str:
    """Between staff and a candidature that is not presented."""
    if by.role == "membre_caleol":
        return "seated"
    if by.role == "reservataire":
        return "contingent"
    return "candidate" if offre.logement.reservataire_id is not None else "own_contingent"


def _sheet(known: Profil, offre: Offre, *, by: Actor, relation: str, at: datetime) -> tuple[Section, ...]:
    """Identity, household, work and resources, through the door that logs who looked."""
    demande = known.demande
    purpose = "candidature.lire"
    if relation == "own":
        main, people = _own(demande, DEMANDE), [_own(each, PERSONNE) for each in demande.personnes.all()]
    else:
        (main,) = read([demande], DEMANDE, by=by, relation=relation, purpose=purpose, at=at)
        people = [*read(demande.personnes.all(), PERSONNE, by=by, relation=relation, purpose=purpose, at=at)]
    return (
        Section("Identité", (*_people(people, local_day(at)), *_number(main), *_home(demande))),
        Section("Travail et revenus", (*_work(main), *_money(people), *_weight(known, offre, people))),
        Section("Priorité", (("Priorité reconnue", "oui" if is_priority(known) else "non"),)),
    )


def _own(row: Demande | Personne, fields: tuple[str, ...]) -> Sheet:
    """The same fields, read by the person they are about: nobody else looked, so no access line."""
    return Sheet(row.pk, {name: getattr(row, name) for name in fields})


def is_priority(known: Profil) -> bool:
    """Whether a recognised priority is declared and proved on the day of the points; which one is never told."""
    held = {each["code"] for each in known.pieces if each["expire_le"] is None or each["expire_le"] >= known.cas["au"]}
    proofs = {"dalo": "DALO", "pdalhpd": "PDALHPD"}
    return any(known.situation.get(name) and code in held for name, code in proofs.items())


def _people(people: list[Any], today: date) -> tuple[Row, ...]:
    rows = []
    for sheet in people:
        identity = sheet.get("identite") or {}
        label = RolePersonne(sheet["role"]).label
        name = " ".join(part for part in (identity.get("prenom", ""), identity.get("nom", "")) if part)
        age = _age(identity.get("naissance"), today)
        rows.append((label, ", ".join(part for part in (name, age) if part) or "—"))
    return tuple(rows)


def _age(birth: str | None, today: date) -> str:
    if not birth:
        return ""
    day = date.fromisoformat(birth)
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return f"{years}{NBSP}an{'s' if years > 1 else ''}"


def _number(main: Any) -> tuple[Row, ...]:
    if "numero" not in main:
        return ()
    numero = (main["numero"] or {}).get("numero_unique", "en attente")
    return (("Numéro unique", numero),)


def _home(demande: Demande) -> tuple[Row, ...]:
    place = Commune.objects.filter(pk=demande.commune_domicile).first()
    return (("Commune actuelle", place.nom if place else "—"),)


def _work(main: Any) -> tuple[Row, ...]:
    if "secteur" not in main:
        return ()
    sector = Secteur(main["secteur"]).label if main["secteur"] else "—"
    contract = Contrat(main["contrat"]).label if main["contrat"] else "—"
    return (("Secteur", sector), ("Contrat", contract))


def _money(people: list[Any]) -> tuple[Row, ...]:
    figures = [sheet for sheet in people if "net_mensuel_cents" in sheet]
    monthly = [sheet["net_mensuel_cents"] for sheet in figures if sheet["net_mensuel_cents"] is not None]
    yearly = [sheet["rfr_n2_cents"] for sheet in figures if sheet["rfr_n2_cents"] is not None]
    rows: list[Row] = [("Revenus nets par mois", euros(sum(monthly)) if monthly else "—")]
    rows.append(("Revenu fiscal de référence", euros(sum(yearly)) if yearly else "—"))
    return tuple(rows)


def _weight(known: Profil, offre: Offre, people: list[Any]) -> tuple[Row, ...]:
    """What the loyer weighs, for whoever may read the resources: aid deducted when the law can estimate it."""
    if not any("net_mensuel_cents" in sheet for sheet in people):
        return ()
    cas = cas_offre(known, offre, closing_day(offre))
    charge, gross = charge_logement(cas), effort_brut(cas).valeur
    net, left = charge.taux_effort.valeur, charge.reste_a_vivre.valeur
    if net is None:
        return (("Effort avant aide", "—" if gross is None else f"{round(gross * 100)}{NBSP}%"),)
    row = ("Effort, aide estimée déduite", f"{round(net * 100)}{NBSP}%")
    return (row,) if left is None else (row, ("Reste à vivre", f"{whole_euros(left)} par jour et par part"))


def _points(known: Profil, offre: Offre, candidature: Candidature | None) -> Section:
    """The exact total and three parts; no line, no rubrique (V11)."""
    frozen = candidature.cotation if candidature is not None else cotation_facts(known.demande, offre, known)
    counted = count(law_grille(offre.grille), frozen)
    return Section("Points", (("Total", str(counted.points)), *parties(counted).lignes()))


def _history(demande: Demande, offre: Offre, at: datetime) -> Section:
    """Live candidatures and refusals of 24 months: with motive on this bailleur's offres, else counts alone (V7)."""
    since = plus_mois(local_day(at), -number("historique"))
    own = offre.logement.programme.bailleur_id
    refusal = Q(state="refusee", state_since__date__gte=since) & ~Q(proposition__motif_refus__in=NEVER_COUNTED)
    live = Case(When(state__in=LIVE, then=Value(True)), default=Value(False), output_field=BooleanField())
    counted = (
        Candidature.objects.filter(Q(state__in=LIVE) | refusal, demande=demande)
        .annotate(vivante=live)
        .values_list("vivante", "offre__logement__programme__bailleur_id", "proposition__motif_refus")
        .annotate(n=Count("id"))
    )
    rows_found = list(counted)
    running = sum(n for alive, _, _, n in rows_found if alive)
    refused = [(holder, motif, n) for alive, holder, motif, n in rows_found if not alive]
    words = bareme("decision")["motifs_refus_candidat"]["libelles"]
    here = [(motif, n) for holder, motif, n in refused if holder == own]
    elsewhere = sum(n for holder, _, n in refused if holder != own)
    rows: list[Row] = [("Candidatures en cours", str(running))]
    rows += [(f"Refus chez ce bailleur{NBSP}: {words.get(motif, 'sans motif')}", str(n)) for motif, n in here]
    rows.append(("Refus chez d'autres bailleurs, sur 24 mois", str(elsewhere)))
    return Section("Candidatures et refus", tuple(rows))
