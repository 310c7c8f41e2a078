"""`palier estimer [--tout]`: the night of the territories, now."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from palier.base import clock
from palier.estimations.queries.territories import due


class Command(BaseCommand):
    help = "Refait les ajustements et les estimations des territoires qui attendent leur nuit, ou de tous."

    def add_arguments(self, parser: CommandParser) -> None:
        """All of them, or those that wait."""
        parser.add_argument("--tout", action="store_true", help="tous les territoires, même ceux déjà à jour")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the estimates that changed, territory by territory."""
        computing, now = import_module("palier.estimations.actions.computing"), clock.now()
        waiting = computing.territories(au=now) if options["tout"] else due(now)
        for territoire in waiting:
            changed = computing.estimate_territoire(territoire, at=now)
            self.stdout.write(f"{territoire}\u00a0: {changed} estimations refaites")
        if not waiting:
            self.stdout.write("Toutes les estimations sont à jour.")
