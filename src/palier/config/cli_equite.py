"""`palier equite auditer`: is the selection fair, on the files of a journal. The only command that reads the groups."""

from __future__ import annotations

import sys

from palier.chances import equite as audit
from palier.config.cli_droit import FAIT, ecrit
from palier.config.cli_journal import commande, format_de, lire_journal, options_de
from palier.config.cli_textes import AIDE_EQUITE, table_equite
from palier.estimations.fichiers import JournalRefuse, lire_groupes


def equite(argv: list[str]) -> int:
    """Run `palier equite …`; return the exit status."""
    return commande(argv, {"auditer": auditer}, AIDE_EQUITE)


def auditer(argv: list[str]) -> int:
    """Test whether the selection treats groups alike."""
    options = options_de(argv, "auditer", ("--journal",), ("--variable", "--format"), quoi="equite")
    forme = format_de(options)
    journal = lire_journal(options)
    lus = lire_groupes(options["--journal"], journal)
    variable = options.get("--variable")
    if variable is not None and variable not in lus.variable:
        raise JournalRefuse("groupes_audit.csv", f"aucune ligne n'a la variable « {variable} ».", colonne="variable")
    resultats = [ligne.ligne() for ligne in audit.auditer(journal, (lus.demande, lus.variable, lus.modalite), variable)]
    if forme == "json":
        ecrit({"resultats": resultats})
    else:
        sys.stdout.write(table_equite(resultats))
    return FAIT
