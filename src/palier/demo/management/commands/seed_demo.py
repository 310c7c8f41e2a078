"""`palier seed_demo`: fill an empty database with the demonstration territory."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from palier.demo import seeding


class Command(BaseCommand):
    help = "Remplit une base vide avec le territoire de démonstration ; ne change rien à une base qui sert déjà."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed when empty; print the seconds of each phase."""
        if settings.IS_PRODUCTION:
            raise CommandError("La démonstration n'existe pas quand PALIER_MODE vaut « production ».")
        if seeding.is_seeded():
            self.stdout.write("La base sert déjà : rien n'est semé.")
            return
        timings = seeding.seed()
        for name, seconds in timings.phases.items():
            self.stdout.write(f"  {name} : {seconds:.1f} s")
        self.stdout.write(f"Territoire de démonstration semé en {sum(timings.phases.values()):.1f} s.")
