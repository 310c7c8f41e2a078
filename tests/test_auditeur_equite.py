"""The audit of a selection: a departure that was planted is seen, twice running to be an alert, and serves nothing."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, transaction

import palier
from palier.attributions import actions as attributions
from palier.chances import equite
from palier.chances.equite import LigneAudit
from palier.chances.journal import TYPES
from palier.chances.recalage import apprendre
from palier.chances.simulateur import simuler
from palier.demandes.models import Demande
from palier.estimations import rules
from palier.estimations.actions import auditing, scoring
from palier.estimations.calcul import scores
from palier.estimations.calcul.groupes import groups_of
from palier.estimations.models import Audit
from tests import attributions_kit as kit
from tests import factories as make

SRC = Path(palier.__file__).parent
OPENS = "palier.estimations.calcul.groupes"
HOLDS = {"Audit"}
AT = scoring.opening(date(2027, 1, 2))


def line(test: str = "ordre", *, alert: bool = True, seen: float = 0.85, **more: Any) -> LigneAudit:
    """One row of a test on a group."""
    said: dict[str, Any] = {
        "variable": "sexe", "modalite": "femme", "reference": "homme", "test": test, "commissions": 900,
        "odds_ratio": 0.6, "bas95": 0.5, "haut95": 0.75, "z": -4.1, "alerte": alert, "or_detectable": seen,
        "effectif": 640, "p": 0.0001, "p_ajustee": 0.002, "exact": False,
    }  # fmt: skip
    return LigneAudit(**{**said, **more})


CALIBRATION = {
    "variable": "sexe", "modalite": "femme", "effectif": 40, "cas": 200, "annonce": 0.31, "arrive": 0.2, "z": 3.1,
}  # fmt: skip


def write(debut: date, *lines: LigneAudit) -> Audit:
    found = auditing.Found(80, lines, ["sexe"], [CALIBRATION])
    assert auditing.write_audit(territoire="territoire-demo", debut=debut, found=found, at=AT)
    return Audit.objects.get(debut=debut)


def imports(path: Path) -> set[str]:
    """Modules, and names of modules, that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def users_of(*names: str) -> set[str]:
    files = [path for path in SRC.rglob("*.py") if any(each in imports(path) for each in names)]
    return {str(path.relative_to(SRC)) for path in files}


def test_nothing_but_the_audit_opens_a_group():
    assert users_of(OPENS, f"{OPENS}.groups_of") == {"estimations/actions/auditing.py"}


def test_nothing_but_the_pages_of_the_auditor_reads_an_audit():
    readers = users_of("palier.estimations.models.Audit", "palier.estimations.actions.auditing")
    assert readers <= {"estimations/actions/auditing.py", "estimations/queries/judged.py", "demo/seeding.py"}


def test_the_thresholds_of_the_pages_are_those_of_the_tests():
    assert (rules.AUDIT_ORDER, rules.AUDIT_REFUSAL) == (equite.OR_ORDRE, equite.OR_NON_ATTRIBUTION)
    assert rules.AUDIT_LEAST == equite.EFFECTIF_MINIMAL


def test_a_period_keeps_the_offres_that_ended_in_it_alone():
    journal = simuler("detendu", graine=4, annees=1).journal
    start = journal.parametres.debut + 90 * 86_400
    kept = auditing.of_period(journal, start, start + 90 * 86_400)
    ends = kept.evenements.type == TYPES.index("accepte")
    assert 0 < len(kept.evenements.numero) < len(journal.evenements.numero)
    assert ((kept.evenements.instant[ends] >= start) & (kept.evenements.instant[ends] < start + 90 * 86_400)).all()


def test_our_own_chances_are_judged_group_by_group():
    journal = simuler("detendu", graine=3, annees=2).journal
    start = journal.parametres.debut + 365 * 86_400
    fit, share = apprendre(journal, start), np.random.default_rng(1).random
    cases = scores.replayed(journal, fit, start, start + 90 * 86_400, share, date(2026, 1, 1))
    persons = np.unique(cases.demande)
    groups = np.array(["pair" if place % 2 else "impair" for place in range(len(persons))])
    groups[:10] = "rare"
    rows = auditing.calibration(cases, (persons, np.full(len(persons), "essai"), groups))
    assert [row["modalite"] for row in rows] == ["impair", "pair"], "ten persons are never shown"
    assert all(abs(row["z"]) < 4 for row in rows)
    hopeful = replace(cases, proba=np.minimum(1, cases.proba + 0.3))
    assert all(row["z"] > 2.58 for row in auditing.calibration(hopeful, (persons, np.full(len(persons), "e"), groups)))


def test_silence_of_few_data_excludes_nothing():
    for test, seen, excludes in (
        ("ordre", 0.85, True), ("ordre", 0.7, False), ("non_attribution", 1.2, True), ("non_attribution", 1.6, False),
    ):  # fmt: skip
        row = line(test, seen=seen).ligne()
        assert rules.cannot_exclude(row) is not excludes
    assert rules.cannot_exclude(line(seen=np.inf).ligne())
    assert rules.cannot_exclude(line(seen=0.0).ligne())


@pytest.mark.django_db
class TestStored:
    """On the platform's own rows."""

    def test_a_departure_is_an_alert_the_second_quarter_running(self):
        first = write(date(2026, 4, 1), line(), line("non_attribution", alert=False))
        second = write(date(2026, 7, 1), line(), line("non_attribution"))
        assert [row["confirmee"] for row in first.lignes] == [False, False]
        assert [row["confirmee"] for row in second.lignes] == [True, False]
        assert not write(date(2027, 1, 1), line()).lignes[0]["confirmee"], "a quarter is missing between"

    def test_an_audit_is_never_changed(self):
        write(date(2026, 4, 1), line())
        assert not auditing.write_audit(
            territoire="territoire-demo", debut=date(2026, 4, 1), found=auditing.Found(1), at=AT + timedelta(days=1)
        )
        for change in (lambda: Audit.objects.update(offres=0), lambda: Audit.objects.all().delete()):
            with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
                change()

    def test_an_infinite_figure_is_stored_as_unknown(self):
        row = write(date(2026, 4, 1), line(odds_ratio=np.inf, haut95=np.inf)).lignes[0]
        assert row["odds_ratio"] is row["haut95"] is None

    def test_groups_are_those_that_each_person_declared(self):
        said = make.make_demande(filed=make.NOW - timedelta(days=90))
        holder = said.personnes.get(role="demandeur")
        holder.identite = {
            **holder.identite, "civilite": "MME", "nationalite": "UE", "naissance": "1992-03-02",
            "situation_familiale": "celibataire",
        }  # fmt: skip
        holder.save(update_fields=["identite"])
        Demande.objects.filter(pk=said.pk).update(demandeur_emploi=True)
        who, what, which = groups_of([said.pk], date(2026, 10, 1))
        assert set(who.tolist()) == {str(said.pk)}
        found = dict(zip(what.tolist(), which.tolist(), strict=True))
        assert found.pop("revenu", None) in (None, "premier quart")
        assert found == {
            "sexe": "femme", "age": "30 à 44 ans", "famille": "Célibataire", "handicap": "non",
            "nationalite": "Union européenne", "emploi": "en recherche d'emploi",
        }  # fmt: skip

    def test_what_is_unknown_is_no_group(self):
        said = make.make_demande(filed=make.NOW - timedelta(days=90))
        holder = said.personnes.get(role="demandeur")
        holder.identite = {"prenom": "Ali", "nom": "Durand"}
        holder.save(update_fields=["identite"])
        assert not {"sexe", "age", "famille", "nationalite"} & set(groups_of([said.pk], date(2026, 10, 1))[1].tolist())

    def test_fewer_than_eleven_persons_leave_no_row(self):
        made, bail = kit.leased(6)
        attributions.sign_bail(bail_id=bail.pk, by=made.bailleur, at=kit.DECIDED + timedelta(days=3))
        assert auditing.audit_quarter(debut=date(2026, 10, 1), at=AT) == 1
        found = Audit.objects.get()
        assert (found.offres, found.lignes) == (1, [])
        assert "handicap" in found.variables
        assert auditing.audit_quarter(debut=date(2026, 10, 1), at=AT) == 0
