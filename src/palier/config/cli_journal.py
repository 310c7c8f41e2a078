"""What the commands on a journal share: their options, the reading, what is said meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from palier.chances.journal import Journal
from palier.config.cli_droit import MauvaisUsage, Refus, aide, arguments, demande_aide, garde
from palier.droit.mots import francais
from palier.estimations.fichiers import JournalRefuse, lire

FORMATS = ("texte", "json")
GRAINE_MAXIMUM = 2**63 - 1
Options = Mapping[str, str]
Commandes = Mapping[str, Callable[[list[str]], int]]


def commande(argv: list[str], connues: Commandes, usage: str) -> int:
    """Run one of these commands; return the exit status."""
    if demande_aide(argv):
        return aide(usage)
    return garde(lambda: _lance(argv, connues))


def _lance(argv: list[str], connues: Commandes) -> int:
    if not argv or argv[0] not in connues:
        raise MauvaisUsage(f"Choisissez : {', '.join(connues)}. Ajoutez --help pour l'aide.")
    try:
        return connues[argv[0]](argv[1:])
    except JournalRefuse as erreur:
        raise Refus(str(erreur)) from erreur


def options_de(
    argv: list[str], nom: str, exigees: Sequence[str], permises: Sequence[str] = (), *, quoi: str = "chances"
) -> dict[str, str]:
    """The options of a command, those that it needs all there."""
    usage = f"Tapez « palier {quoi} --help »."
    options, libres = arguments(argv, avec_valeur=(*exigees, *permises), drapeaux=(), usage=usage)
    if libres:
        raise MauvaisUsage(f"« {libres[0]} » n'est pas une option de {nom}. {usage}")
    for option in exigees:
        if not options.get(option):
            raise MauvaisUsage(f"L'option {option} manque. {usage}")
    return options


def lire_journal(options: Options) -> Journal:
    avance("Lecture du journal…")
    return lire(Path(options["--journal"]))


def entier(texte: str, option: str, minimum: int, maximum: int) -> int:
    if not (texte.isascii() and texte.isdecimal()) or not minimum <= int(texte) <= maximum:
        raise MauvaisUsage(f"{option} vaut « {texte} ». Donnez un entier de {minimum} à {maximum}.")
    return int(texte)


def graine_de(options: Options) -> int:
    return entier(options.get("--graine", "0"), "--graine", 0, GRAINE_MAXIMUM)


def format_de(options: Options) -> str:
    forme = options.get("--format", "texte")
    if forme not in FORMATS:
        raise MauvaisUsage(f"--format vaut « {forme} ». Choisissez : {', '.join(FORMATS)}.")
    return forme


def coupe_de(texte: str) -> int:
    """The first second of a day, or an instant."""
    try:
        lue = datetime.fromisoformat(texte)
    except ValueError as erreur:
        raise MauvaisUsage(f"--coupe vaut « {texte} ». Donnez un jour comme 2024-01-01.") from erreur
    return int((lue if lue.tzinfo else lue.replace(tzinfo=UTC)).timestamp())


def avance(phrase: str) -> None:
    """Say where the work is, to whoever looks at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(francais(phrase) + "\n")
