"""What the pages of a person read: plain values, probabilities between 0 and 1. Nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Trace:
    """Which stored row a value was read from, so that the page can say that it was shown (`actions.note_shown`)."""

    id: UUID
    faite_le: datetime
    montree: bool


@dataclass(frozen=True, slots=True)
class ChanceVue:
    """The chance of one candidature, its 80 % range, and the four factors whose product it is.

    `arrivees_attendues` still to come before the closing, `arrivees_devant` of them ahead. `perte_devant`: usual share
    of those ahead who are lost or refuse. `prete`: chance that an incomplete file is ready in time, None when complete.
    `offres_finies` and `contactees` say how much the fit rests on.
    """

    proba: float
    bas80: float
    haut80: float
    rang: int
    candidatures: int
    arrivees_attendues: float
    arrivees_devant: float
    f_places: float
    f_devant: float
    f_arrivees: float
    f_dossier: float
    perte_devant: float | None
    jours_restants: float | None
    prete: float | None
    statut: str
    demonstration: bool
    faite_le: datetime
    offres_finies: int
    contactees: int
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Moyenne:
    """A mean of months, and over how many."""

    mois: float
    n: int


@dataclass(frozen=True, slots=True)
class Delai3:
    """The three delays that must not be confused: of those housed, age of those waiting, stock over a year's flow."""

    loges: Moyenne | None
    attente: Moyenne | None
    stock_flux: float | None


@dataclass(frozen=True, slots=True)
class Perspective:
    """What a demande may expect if it is kept at its rhythm: a replay of the last 12 months.

    `parmi_presentes`: for how many offres it would have been among those presented; `servies`: expected number of
    offres reached. `courbe`: chance of a proposition within 1 to 36 months. A quantile of None is « plus de 3 ans ».
    `toutes_p12`: the same within 12 months, applying to everything. `moins_p12`: with 5 offres replayed but fewer than
    one served, the only thing that may be said is « moins de ».
    """

    statut: str
    offres_rejouees: int
    parmi_presentes: float
    servies: float
    courbe: tuple[float, ...]
    p6: float
    p12: float
    p24: float
    p36: float
    q10: float | None
    q25: float | None
    q50: float | None
    q75: float | None
    q90: float | None
    toutes_p12: float
    loge12: float | None
    sorti12: float | None
    loge36: float | None
    sorti36: float | None
    delais: Delai3
    annonces_12m: int
    moins_p12: float | None
    demonstration: bool
    faite_le: datetime
    au: date
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Levier:
    """One action, what it changes of the chance at 12 months, and what it costs; free ones ask for no concession."""

    action: str
    gain: float
    bas80: float
    haut80: float
    gratuit: bool
    trajet_min: int | None
    loyer_cents: int | None
    pieces: tuple[str, ...]
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Comparaison:
    """The outlook before and after some actions; each pair is (before, after), None when unknown."""

    avant: Perspective
    apres: Perspective
    gain: float
    bas80: float
    haut80: float
    trajet_min: tuple[float | None, float | None]
    loyer_cents: tuple[int | None, int | None]
    annonces: tuple[int, int]


@dataclass(frozen=True, slots=True)
class LimiteTrajet:
    """One row of the table of travel limits: the perimeter within `maximum` minutes of work.

    `statut` and `moins_p12` say what may be said of `p12`, as in `Perspective`.
    """

    maximum: int
    p12: float
    trajet_min: float | None
    loyer_cents: int | None
    annonces: int
    statut: str = "ok"
    moins_p12: float | None = None


@dataclass(frozen=True, slots=True)
class Zones:
    """How wide to look: travel limits, and the priority ring alone against both rings (chance at 12 months).

    `statut` is that of both rings; each chance has its own, and its `moins` when only a bound may be said.
    """

    trajets: tuple[LimiteTrajet, ...]
    prioritaire_p12: float | None
    ensemble_p12: float | None
    alerte: str  # "" | "trop_large" | "trop_etroit"
    statut: str = "ok"
    prioritaire_statut: str = "ok"
    prioritaire_moins: float | None = None
    ensemble_moins: float | None = None


@dataclass(frozen=True, slots=True)
class PointEtape:
    """Offres published in the perimeter since a day against those expected; `p` is the Poisson tail P(X <= vues)."""

    vues: int
    attendues: float
    p: float
    verdict: str  # "normal" | "moins" | "insuffisant"
    depuis: date
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Attendre:
    """The outlook without this dwelling: chance of another proposition within 12 months."""

    p12: float
    bas80: float
    haut80: float
    q50: float | None
    statut: str
    trace: Trace | None = None
    demonstration: bool = True


@dataclass(frozen=True, slots=True)
class SuiteOrdre:
    """The odds of a place in the decided order, and when it is released at the latest."""

    rang_decide: int
    proba: float
    bas80: float
    haut80: float
    statut: str
    liberee_le: datetime | None
    trace: Trace | None = None
    demonstration: bool = True


@dataclass(frozen=True, slots=True)
class Tableau:
    """Everything of the dashboard, in one query. `eteint`: the person switched estimates off, the rest is empty."""

    eteint: bool
    perspective: Perspective | None = None
    leviers: tuple[Levier, ...] = ()
    point: PointEtape | None = None
