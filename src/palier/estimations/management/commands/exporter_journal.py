"""`palier chances exporter`: the platform's own journal, in the format that every command on journals reads."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from palier.base import clock
from palier.estimations.facts import journal_of, territories
from palier.estimations.facts.pseudonymes import renamed
from palier.estimations.fichiers import JournalRefuse, ecrire


class Command(BaseCommand):
    help = "Écrit le journal d'un territoire de la plateforme, sous des noms qui ne mènent à personne."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write, and which territory when there are several."""
        parser.add_argument("--sortie", required=True, help="un dossier nouveau")
        parser.add_argument("--territoire", default="", help="code de la grille du territoire")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the rows as they stand now, and write the folder whole."""
        now = clock.now()
        territoire = _chosen(options["territoire"], territories(au=now))
        journal = renamed(journal_of(territoire, au=now))
        try:
            ecrire(journal, options["sortie"])
        except JournalRefuse as refus:
            raise CommandError(str(refus)) from refus
        offres, candidatures = len(journal.offres.offre), len(journal.candidatures.candidature)
        self.stdout.write(f"{offres} offres et {candidatures} candidatures sont dans « {options['sortie']} ».")


def _chosen(asked: str, known: list[str]) -> str:
    """The territory asked for, or the only one."""
    if not known:
        raise CommandError("Aucune offre n'a encore été publiée. Le journal serait vide.")
    if asked in known:
        return asked
    if asked or len(known) > 1:
        said = f"Le territoire « {asked} » n'a aucune offre. " if asked else ""
        raise CommandError(f"{said}Donnez --territoire avec un de : {', '.join(known)}.")
    return known[0]
