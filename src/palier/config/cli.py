"""The `palier` command. 0 done, 1 refused (one French line on standard error), 2 wrong usage (README.md).

The law's commands run without Django and without a database, so nothing else is loaded for them.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

LAW = ("simuler", "coter")
SCIENCE = {"chances": "palier.config.cli_chances", "equite": "palier.config.cli_equite"}
HELP = """Usage : palier COMMANDE [options]

  demo [--sans-serveur] [--port N]   prépare le territoire de démonstration, puis sert
  servir [--port N]                  sert la plateforme (web et file de tâches)
  migrer                             met la base à jour (rôle propriétaire)
  config                             montre chaque réglage, sa source et son sens
  simuler CAS.json | --lot CAS.ndjson
  coter --grille G CAS.json | --lot CAS.ndjson
  coter --grille G --table MENAGES.parquet --sortie POINTS.parquet
  coter --grille G --verifier        dit ce qui empêche de publier cette grille
  pieces analyser FICHIER… [--cas CAS.json]   dit ce qui se lit sur des pièces
  chances predire | delais | leviers | evaluer | exporter | simuler   (palier chances --help)
  equite auditer --journal DIR       teste si la sélection traite les groupes de la même façon
  estimer [--tout]                   refait les estimations qui attendent leur nuit
  noter_trimestre [--trimestres N]   note nos estimations et l’égalité de traitement, une fois par trimestre
  horloge +12d                       avance l’horloge de la démonstration
  rejouer OFFRE | --toutes           recalcule les classements figés
  verifier                           contrôle le journal, les sceaux et les compteurs

Toute autre commande est une commande de Django (palier help)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words:
        print(HELP, file=sys.stderr)
        return 2
    if words[0] in ("aide", "-h", "--help"):
        print(HELP)
        return 0
    try:
        if words[0] in LAW:
            return int(getattr(import_module("palier.config.cli_droit"), words[0])(words[1:]))
        if words[0] in SCIENCE:
            return int(getattr(import_module(SCIENCE[words[0]]), words[0])(words[1:]))
        if words[0] == "pieces":
            return int(import_module("palier.config.cli_pieces").pieces(words[1:]))
        return int(import_module("palier.config.commands").main(words[0], words[1:]))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
