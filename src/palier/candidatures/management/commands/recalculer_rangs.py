"""`palier recalculer_rangs --verifier`: the rank shown is the one that the stored facts give."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from palier.candidatures.models import Candidature
from palier.candidatures.queries.replay import recount
from palier.parc.models import Offre
from palier.parc.states import BEFORE_CLOSING


class Command(BaseCommand):
    help = "Recalcule points et rang de chaque candidature en cours depuis les faits gardés, et compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Comparing is all it does: the flag is there to be said out loud."""
        parser.add_argument("--verifier", action="store_true", help="comparer, ne rien écrire (seul mode)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences and the count; exit 1 when there is one."""
        live = Candidature.objects.live()
        offres = Offre.objects.with_place().filter(state__in=BEFORE_CLOSING, pk__in=live.values("offre_id"))
        differences = 0
        for offre in offres.order_by("pk"):
            for each in recount(offre):
                differences += 1
                self.stdout.write(f"offre {each.offre_id}\u00a0: {each.texte}")
        checked = live.filter(offre__in=offres).count()
        self.stdout.write(f"{checked} rangs recalculés, {differences} différence(s)")
        if differences:
            raise CommandError("Au moins un rang ne se recalcule pas.", returncode=1)
