"""`palier partitions`: make the coming monthly partitions of the access lines (owner role)."""

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from palier.base import clock
from palier.journal.partitions import create_month, months


class Command(BaseCommand):
    """Make the partitions of the coming months."""

    help = "Prépare les mois à venir du registre des consultations (rôle propriétaire)."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many months, this one included."""
        parser.add_argument("--mois", type=int, default=13)

    def handle(self, *args: object, **options: int) -> None:
        """Make what is missing."""
        firsts = list(months(clock.today(), options["mois"]))
        with connection.cursor() as cursor:
            for first in firsts:
                cursor.execute(create_month(first))
        self.stdout.write(f"Registre prêt jusqu'à {firsts[-1]:%m/%Y}.")
