"""The fairness audit of a quarter, written once: groups are opened here, for this, and forgotten at the end.

Loaded by name: the web and the queue start without numpy. Nothing else may import what opens the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np

from palier.base.clock import local_day
from palier.chances.equite import Groupes, LigneAudit, auditer
from palier.chances.journal import TYPES, Journal
from palier.droit.dates import plus_mois
from palier.estimations.actions.scoring import QUARTER, opening, replayed
from palier.estimations.calcul.groupes import VARIABLES, groups_of
from palier.estimations.calcul.scores import Cases, ended, together
from palier.estimations.facts import journal_of, territories
from palier.estimations.facts.tables import seconds
from palier.estimations.models import Audit
from palier.estimations.rules import AUDIT_LEAST, confirmed
from palier.journal.mover import act

READ = ("classe", "non_attribue", "attribue")
"""Lines of a journal that the two tests read."""


def audit_quarter(*, debut: date, at: datetime) -> int:
    """Write the audit of each territory on the quarter that begins on `debut`, unless it has one; how many."""
    start, end = opening(debut), opening(plus_mois(debut, QUARTER))
    done = set(Audit.objects.filter(debut=debut).values_list("territoire", flat=True))
    return sum(
        write_audit(territoire=territoire, debut=debut, found=find(territoire, start, end), at=at)
        for territoire in territories(au=end)
        if territoire not in done
    )


@dataclass(frozen=True)
class Found:
    """How many offres ended in the quarter, the tests, the variables known, how our own chances did in each group."""

    offres: int
    lignes: Sequence[LigneAudit] = ()
    variables: Sequence[str] = ()
    calibration: Sequence[dict[str, Any]] = ()


def find(territoire: str, start: datetime, end: datetime) -> Found:
    """Everything that the record says of a quarter; groups are opened here and forgotten."""
    journal = journal_of(territoire, au=end)
    kept = of_period(journal, seconds(start), seconds(end))
    said = np.isin(kept.evenements.type, [TYPES.index(each) for each in READ])
    who = np.unique(kept.candidatures.demande_i[kept.evenements.candidature_i[said]])
    part = replayed(territoire, journal, start, end)
    cases = part[0] if part is not None else together(())
    everybody = {*kept.demandes.demande[who].tolist(), *cases.demande.tolist()}
    groups = groups_of((UUID(each) for each in everybody), local_day(start))
    known = set(groups[1].tolist())
    return Found(
        offres=int(ended(journal, seconds(start), seconds(end)).sum()),
        lignes=auditer(kept, groups),
        variables=[each for each in VARIABLES if each in known],
        calibration=calibration(cases, groups),
    )


def calibration(cases: Cases, groups: Groupes) -> list[dict[str, Any]]:
    """What was announced and what happened in each group of 11 persons: too hopeful for one is a discrimination too."""
    rows = []
    for variable, modalite in sorted(set(zip(groups[1].tolist(), groups[2].tolist(), strict=True))):
        members = groups[0][(groups[1] == variable) & (groups[2] == modalite)]
        here = cases.where(np.isin(cases.demande, members))
        persons = int(np.unique(here.demande).size)
        if persons >= AUDIT_LEAST:
            rows.append({"variable": variable, "modalite": modalite, "effectif": persons, **_gap(here)})
    return rows


def _gap(cases: Cases) -> dict[str, float]:
    """The weighted means of both, and how many errors lie between."""
    p, weights = cases.proba, cases.poids
    error = float(np.sqrt((weights**2 * p * (1 - p)).sum()))
    return {
        "cas": int(p.size),
        "annonce": float(np.average(p, weights=weights)),
        "arrive": float(np.average(cases.y, weights=weights)),
        "z": float((weights * (p - cases.y)).sum()) / error if error > 0 else 0.0,
    }


def of_period(journal: Journal, start: int, end: int) -> Journal:
    """The same journal with what was said of the offres that ended in [start, end) alone."""
    rows = ended(journal, start, end)[journal.evenements.offre_i]
    names = journal.evenements.__dataclass_fields__
    return replace(
        journal, evenements=replace(journal.evenements, **{n: getattr(journal.evenements, n)[rows] for n in names})
    )


@act
def write_audit(*, territoire: str, debut: date, found: Found, at: datetime) -> bool:
    """Keep the audit of a quarter for ever, with what the quarter before said of the same groups."""
    if Audit.objects.filter(territoire=territoire, debut=debut).exists():
        return False
    former = Audit.objects.filter(territoire=territoire, debut=plus_mois(debut, -QUARTER)).first()
    before = former.lignes if former is not None else []
    rows = [{**each.ligne(), "effectif": each.effectif, "p_ajustee": each.p_ajustee} for each in found.lignes]
    rows = [{**row, "confirmee": confirmed(row, before)} for row in rows]
    row = Audit(
        territoire=territoire, debut=debut, fin=plus_mois(debut, QUARTER), offres=found.offres, lignes=rows,
        variables=list(found.variables), calibration=list(found.calibration), calcule_le=at,
    )  # fmt: skip
    Audit.objects.bulk_create([row], ignore_conflicts=True)
    return True
