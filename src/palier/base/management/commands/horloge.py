"""`palier horloge [+12d|+3h]`: show or move the platform's clock, forward only."""

import re
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser

from palier.base import clock

_UNITS = {"d": "days", "j": "days", "h": "hours", "m": "minutes"}


def parse_delta(text: str) -> timedelta:
    """« +12d », « +12j », « +3h » or « +45m » -> a duration. ValueError with a French sentence otherwise."""
    match = re.fullmatch(r"\+(\d{1,4})([djhm])", text)
    if match is None:
        raise ValueError(
            f"durée\u00a0: «\u00a0{text}\u00a0» n'est pas une avance. "
            "Écrivez par exemple +12d (jours), +3h (heures) ou +45m (minutes)."
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


class Command(BaseCommand):
    """Move the clock of the demo."""

    help = "Affiche l'horloge de la plateforme, ou l'avance : +12d, +3h, +45m."

    def add_arguments(self, parser: CommandParser) -> None:
        """One optional duration."""
        parser.add_argument("duree", nargs="?", default="", help="+12d, +3h ou +45m")

    def handle(self, *args: object, **options: str) -> None:
        """Print the instant after the move."""
        try:
            instant = clock.advance(parse_delta(options["duree"])) if options["duree"] else clock.now()
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Horloge de la plateforme : {instant:%d/%m/%Y %H:%M:%S} UTC")
