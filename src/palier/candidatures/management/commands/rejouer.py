"""`palier rejouer OFFRE|--toutes`: count frozen classements again and compare."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from palier.candidatures.models import Classement
from palier.candidatures.queries.replay import replay


class Command(BaseCommand):
    help = "Recalcule les classements figés depuis leurs entrées et compare points, ordre et empreinte."

    def add_arguments(self, parser: CommandParser) -> None:
        """One offre by id, or all."""
        parser.add_argument("offre", nargs="?", default="", help="identifiant d'une offre")
        parser.add_argument("--toutes", action="store_true", help="toutes les offres closes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences and the count; exit 1 when there is one."""
        differences = total = 0
        for classement in self._asked(options["offre"], all_of_them=options["toutes"]):
            total += 1
            for each in replay(classement):
                differences += 1
                self.stdout.write(f"offre {each.offre_id}\u00a0: {each.texte}")
        plural = "s" if total > 1 else ""
        self.stdout.write(f"{total} classement{plural} rejoué{plural}, {differences} différence(s)")
        if differences:
            raise CommandError("Au moins un classement ne se recalcule pas.", returncode=1)

    def _asked(self, offre: str, *, all_of_them: bool) -> list[Classement]:
        if all_of_them:
            return list(Classement.objects.order_by("fige_le", "id"))
        if not offre:
            raise CommandError("Donnez l'identifiant d'une offre, ou --toutes.", returncode=2)
        try:
            found = list(Classement.objects.filter(offre_id=uuid.UUID(offre)))
        except ValueError as error:
            raise CommandError(f"«\u00a0{offre}\u00a0» n'est pas un identifiant d'offre.", returncode=2) from error
        if not found:
            raise CommandError(f"L'offre {offre} n'a pas de classement\u00a0: elle n'est pas close.", returncode=1)
        return found
