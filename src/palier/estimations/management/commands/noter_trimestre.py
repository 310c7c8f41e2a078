"""`palier noter_trimestre [--trimestres N]`: the scores and the audits of the last quarters that are over, now."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from palier.base import clock
from palier.droit.dates import plus_mois


class Command(BaseCommand):
    help = "Note nos estimations et vérifie l'égalité de traitement sur les derniers trimestres finis, une fois chacun."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many quarters, the oldest first."""
        parser.add_argument("--trimestres", type=int, default=2, help="combien de trimestres, le plus ancien d'abord")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was written, quarter by quarter."""
        judging = import_module("palier.estimations.actions.scoring")
        auditing = import_module("palier.estimations.actions.auditing")
        now = clock.now()
        last = judging.last_quarter(now)
        for back in reversed(range(max(1, options["trimestres"]))):
            debut = plus_mois(last, -back * judging.QUARTER)
            scores, audits = judging.score_quarter(debut=debut, at=now), auditing.audit_quarter(debut=debut, at=now)
            self.stdout.write(f"Trimestre du {debut:%d/%m/%Y}\u00a0: {scores} lignes de score, {audits} audits.")
