"""`palier verifier`: prove that the journal is whole; exit 1 with one French line per fault."""

from django.core.management.base import BaseCommand, CommandError

from palier.journal.verification import verify


class Command(BaseCommand):
    """Check chains, heads, payloads, states and transitions."""

    help = "Vérifie le journal : chaînes, têtes, charges, états, transitions."

    def handle(self, *args: object, **options: object) -> None:
        """Print the counts, or the faults."""
        report = verify()
        counted = f"{report.lines} lignes, {report.chains} chaînes, {report.rows} fiches"
        if not report.is_whole:
            for fault in report.faults:
                self.stderr.write(fault)
            raise CommandError(f"{len(report.faults)} faute(s) dans {counted}.", returncode=1)
        self.stdout.write(f"Journal entier : {counted}.")
