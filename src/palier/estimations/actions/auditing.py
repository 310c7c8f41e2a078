"""The fairness audit of a quarter, written once: groups are opened here, for this, and forgotten at the end.

Loaded by name: the web and the queue start without numpy. Nothing else may import what opens the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import numpy as np

from palier.base.clock import local_day
from palier.chances.equite import LigneAudit, auditer
from palier.chances.journal import TYPES, Journal
from palier.droit.dates import plus_mois
from palier.estimations.actions.scoring import QUARTER, opening
from palier.estimations.calcul.groupes import VARIABLES, groups_of
from palier.estimations.calcul.scores import ended
from palier.estimations.facts import journal_of, territories
from palier.estimations.facts.tables import seconds
from palier.estimations.models import Audit
from palier.estimations.rules import confirmed
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


Found = tuple[int, Sequence[LigneAudit], Sequence[str]]


def find(territoire: str, start: datetime, end: datetime) -> Found:
    """How many offres ended in the quarter, the tests, and the variables of which something is known."""
    journal = journal_of(territoire, au=end)
    kept = of_period(journal, seconds(start), seconds(end))
    said = np.isin(kept.evenements.type, [TYPES.index(each) for each in READ])
    who = np.unique(kept.candidatures.demande_i[kept.evenements.candidature_i[said]])
    groups = groups_of((UUID(each) for each in kept.demandes.demande[who].tolist()), local_day(start))
    known = set(groups[1].tolist())
    count = int(ended(journal, seconds(start), seconds(end)).sum())
    return count, auditer(kept, groups), [each for each in VARIABLES if each in known]


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
    count, lines, variables = found
    if Audit.objects.filter(territoire=territoire, debut=debut).exists():
        return False
    former = Audit.objects.filter(territoire=territoire, debut=plus_mois(debut, -QUARTER)).first()
    before = former.lignes if former is not None else []
    rows = [{**each.ligne(), "effectif": each.effectif, "p_ajustee": each.p_ajustee} for each in lines]
    rows = [{**row, "confirmee": confirmed(row, before)} for row in rows]
    row = Audit(
        territoire=territoire, debut=debut, fin=plus_mois(debut, QUARTER), offres=count, lignes=rows,
        variables=list(variables), calcule_le=at,
    )  # fmt: skip
    Audit.objects.bulk_create([row], ignore_conflicts=True)
    return True
