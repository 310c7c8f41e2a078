"""`palier documenter [DOSSIER]`: write the pages of docs/ that are generated from the code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from palier.journal.documents import write


class Command(BaseCommand):
    """Life cycles, events and the law, as Markdown."""

    help = "Écrit docs/etats.md, docs/events.md et docs/droit.md depuis le code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dossier", nargs="?", type=Path, default=Path("docs"))

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["dossier"]
        if not folder.is_dir():
            raise CommandError(f"Dossier : «\u00a0{folder}\u00a0» n'existe pas. Donnez celui de la documentation.")
        write(folder)
