"""Invented menages: who lives together, what they earn, where they look, what they live through."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.demandes.models import CommuneDemandee, Demande, Personne
from palier.demo.answers import answer_form
from palier.demo.draw import NOW, OPENING, Draw, territory
from palier.droit.numero_unique import fin_validite
from palier.gateways.sirene import EMPLOYEURS
from palier.journal.bulk import Move

ADULTS = {"seul": 38, "couple": 14, "parent": 24, "famille": 24}
SIZES = {1: ("T1", "T2"), 2: ("T2", "T3"), 3: ("T3",), 4: ("T3", "T4"), 5: ("T4", "T5"), 6: ("T4", "T5")}
YEAR_N2 = 2024


@dataclass
class Menage:
    """The unsaved rows of one demande, the pieces that prove its situation, and where its history stops."""

    user: User
    demande: Demande
    personnes: list[Personne]
    communes: list[CommuneDemandee]
    pieces: list[str]
    filed_at: datetime
    target: str = "active"
    on_stage: bool = False
    known: Any = None
    housed_at: datetime | None = None
    left_at: datetime | None = None
    lapsed_on: date | None = None
    busy_until: datetime | None = None
    moves: list[Move] = field(default_factory=list)

    def leave(self, by: Actor, at: datetime, name: str, motif: str) -> None:
        """The demande ends: removed by the bailleur, or renounced by the person."""
        self.demande.motif_radiation = motif
        self.moves.append(Move(self.demande, name, by, at, motif, changes={"motif_radiation": motif}))

    @property
    def gone(self) -> tuple[datetime, str] | None:
        """When the ménage stops being a candidate anywhere, and why its candidatures end."""
        if self.housed_at is not None:
            return self.housed_at, "loge_ailleurs"
        return None if self.left_at is None else (self.left_at, "demande_radiee")

    def is_gone(self, at: datetime) -> bool:
        """True from the lease, or the end of the demande, on."""
        return self.gone is not None and self.gone[0] <= at

    @property
    def active_at(self) -> datetime:
        """When the demande became active; its filing while it has no number."""
        return self.moves[0].at if self.moves and self.moves[0].transition == "activer" else self.filed_at

    @property
    def has_number(self) -> bool:
        """True for whoever may go to a commission."""
        return bool(self.demande.numero_index)


def new_menage(draw: Draw, number: int, **fixed: Any) -> Menage:
    """One menage. `fixed` overrides what is drawn: kind, prenom, nom, email, created, since, home, work, pay…"""
    created = fixed.get("created") or _arrival(draw)
    user = User(id=draw.uid(created), email="", password=fixed.get("password", "!demonstration"))
    demande = Demande(id=draw.uid(created), titulaire=user, created_at=created, etapes=list(_steps()))
    kind = fixed.get("kind") or draw.weighted(ADULTS)
    filed = created + timedelta(hours=draw.randint(0, 60), minutes=draw.randint(5, 55))
    personnes = _persons(draw, demande, kind, fixed)
    first = personnes[0].identite
    user.email = fixed.get("email") or _email(first["prenom"], first["nom"], number)
    made = Menage(user, demande, personnes, [], [], min(filed, NOW - timedelta(hours=1)))
    made.on_stage = "email" in fixed
    _dates(draw, made, fixed)
    _work(draw, made, fixed)
    _search(draw, made, fixed)
    _situation(draw, made, fixed)
    answer_form(made.demande, made.personnes, made.pieces)
    return made


def _steps() -> tuple[str, ...]:
    return ("identite", "menage", "travail", "ressources", "actuel", "perimetre", "logement", "situation")


def _arrival(draw: Draw) -> datetime:
    """Many people came when the platform opened, then a few every week."""
    if draw.likely(58):
        return draw.between(OPENING, OPENING + timedelta(days=75))
    return draw.between(OPENING + timedelta(days=75), NOW - timedelta(days=6))


def _email(first: str, last: str, number: int) -> str:
    plain = f"{first}.{last}".lower().replace(" ", "-").replace("'", "")
    for accented, letter in zip("àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy", strict=True):
        plain = plain.replace(accented, letter)
    return f"{plain}.{number}@palier.example"


def _persons(draw: Draw, demande: Demande, kind: str, fixed: dict[str, Any]) -> list[Personne]:
    names = territory()["noms"]
    nom = fixed.get("nom") or draw.choice(names["familles"])
    woman = draw.likely(55 if kind != "parent" else 82)
    prenom = fixed.get("prenom") or draw.choice(names["femmes" if woman else "hommes"])
    age = draw.randint(22, 61) if kind in ("seul", "couple") else draw.randint(25, 50)
    birth = fixed.get("birth") or _birth(draw, age)
    rows = [_person(demande, 1, "demandeur", prenom, nom, birth)]
    if kind in ("couple", "famille"):
        partner = draw.choice(names["hommes" if woman else "femmes"])
        other = nom if draw.likely(50) else draw.choice(names["familles"])
        rows.append(_person(demande, 2, "conjoint", partner, other, _birth(draw, max(21, age + draw.randint(-5, 5)))))
        demande.union = draw.weighted({"mariage": 45, "pacs": 30, "concubinage": 25})
    if kind in ("parent", "famille"):
        demande.enfants_a_naitre = int(draw.likely(4))
        for _ in range(fixed.get("children") or draw.weighted({1: 45, 2: 36, 3: 15, 4: 4})):
            child = draw.choice(names["enfants"])
            rows.append(_person(demande, len(rows) + 1, "enfant", child, nom, _birth(draw, draw.randint(2, 16))))
            rows[-1].a_charge, rows[-1].garde = True, "principale"
    return rows


def _person(demande: Demande, position: int, role: str, prenom: str, nom: str, birth: date) -> Personne:
    identite = {"prenom": prenom, "nom": nom, "naissance": birth.isoformat()}
    return Personne(demande=demande, position=position, role=role, identite=identite, protege={"handicap": False})


def _birth(draw: Draw, age: int) -> date:
    return date(2026 - age, 1, 1) + timedelta(days=draw.randint(0, 320))


def _dates(draw: Draw, made: Menage, fixed: dict[str, Any]) -> None:
    """The seniority: the first filing, here or years before with a number brought along."""
    demande = made.demande
    day = local_day(made.filed_at)
    months = fixed.get("months")
    if months is None:
        months = 0 if draw.likely(35) else min(70, int(draw.expovariate(1 / 16)))
    demande.importee = months > 0
    demande.deposee_le = fixed.get("since") or (day - timedelta(days=30 * months + draw.randint(0, 29) * (months > 0)))
    renewed = day if fin_validite(day) > local_day(NOW) else fin_validite(day)
    demande.renouvelee_le, demande.renouveler_avant = renewed, fin_validite(renewed)


def _work(draw: Draw, made: Menage, fixed: dict[str, Any]) -> None:
    demande, adults = made.demande, [each for each in made.personnes if each.role in ("demandeur", "conjoint")]
    communes = {code: row["poids"] for code, row in territory()["communes"].items()}
    demande.commune_domicile = fixed.get("home") or draw.weighted(communes)
    employeur = fixed.get("employeur") or _employeur(draw)
    demande.demandeur_emploi = not fixed.get("employeur") and draw.likely(7)
    if not demande.demandeur_emploi:
        demande.siret, demande.employeur = employeur.siret, employeur.nom
        demande.secteur, demande.effectif, demande.commune_travail = (
            employeur.secteur, employeur.effectif, employeur.commune_code,
        )  # fmt: skip
        demande.contrat = draw.weighted({"cdi": 68, "cdd": 18, "interim": 10, "alternance": 4})
        demande.emploi_depuis = local_day(made.demande.created_at) - timedelta(days=draw.randint(120, 4000))
    for place, adult in enumerate(adults):
        drawn = 95_000 if demande.demandeur_emploi and not place else int(draw.triangular(105_000, 285_000, 152_000))
        pay = fixed.get("pay") or (0 if place and draw.likely(25) else drawn)
        _ressources(draw, adult, pay)


def _employeur(draw: Draw) -> Any:
    weights = [1 if each.secteur == "public" else 3 if each.secteur != "prive" else 5 for each in EMPLOYEURS]
    return draw.choices(EMPLOYEURS, weights)[0]


def _ressources(draw: Draw, adult: Personne, pay_cents: int) -> None:
    """Monthly net pay -> the tax incomes of two years and the last twelve months, to the euro."""
    yearly = pay_cents * 12 // 100
    adult.net_mensuel_cents = pay_cents
    adult.annee_n2 = YEAR_N2
    adult.rfr_n2_cents = int(yearly * draw.uniform(0.80, 0.95)) * 100
    adult.rfr_n1_cents = int(yearly * draw.uniform(0.84, 0.98)) * 100
    adult.douze_mois_cents = int(yearly * draw.uniform(0.92, 1.02)) * 100


def _search(draw: Draw, made: Menage, fixed: dict[str, Any]) -> None:
    demande = made.demande
    places = territory()["communes"]
    home, work = demande.commune_domicile, demande.commune_travail
    weights = [row["poids"] + 12 * (code == home) + 6 * (code == work) for code, row in places.items()]
    drawn = draw.few(list(places), weights, draw.randint(2, 7))
    first = fixed.get("first") or drawn[: draw.randint(1, min(3, len(drawn)))]
    rings = {"prioritaire": first, "secondaire": [code for code in drawn if code not in first]}
    made.communes = [
        CommuneDemandee(demande=demande, code=code, secteur=ring, ordre=rank)
        for ring, codes in rings.items()
        for rank, code in enumerate(codes, start=1)
    ]
    persons = min(6, len(made.personnes) + demande.enfants_a_naitre)
    demande.typologies = list(fixed.get("sizes") or SIZES[persons])
    pay = sum(each.net_mensuel_cents or 0 for each in made.personnes)
    demande.budget_cents = min(130_000, max(42_000, int(pay * 0.36) // 1000 * 1000))
    demande.contact = {
        "telephone": f"01990{draw.randint(0, 99_999):05d}",
        "adresse": f"{draw.randint(1, 80)} {draw.choice(territory()['noms']['voies'])}",
        "code_postal": "44000",
        "ville": "Nantes",
    }


def _situation(draw: Draw, made: Menage, fixed: dict[str, Any]) -> None:
    """What is lived through, and which pieces were seen: some proofs are still missing."""
    facts: dict[str, Any] = {}
    pieces = ["ID_FR", "AVIS_IMPOT_N2"] if draw.likely(96) or not made.demande.importee else []
    has_children = any(each.role == "enfant" for each in made.personnes)
    pieces += ["LIVRET_OU_NAISSANCE"] * has_children
    given = fixed.get("situation")
    for name, row in territory()["situations"].items():
        present = name in given if given is not None else draw.random() * 1000 < row["part"]
        needs = has_children if row.get("enfants") else name != "reprise_emploi" or bool(made.demande.siret)
        if not present or not needs:
            continue
        facts[name] = True
        if given is not None or draw.likely(84):
            pieces.append(row["piece"])
    if draw.likely(40) and "sans_logement" not in facts and "heberge_tiers" not in facts:
        facts["taux_effort_actuel"] = round(draw.uniform(0.22, 0.52), 2)
        pieces += ["TROP_CHER"] * draw.likely(70)
    if "handicap" in facts and draw.likely(40):
        made.personnes[0].protege = {"handicap": True}
    made.demande.situation = facts
    made.pieces = list(dict.fromkeys(pieces))
