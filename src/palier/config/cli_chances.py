"""`palier chances`: estimates on the files of a journal, without a database and without Django.

Only `exporter` opens the database, in its own management command. Answers go to the file asked for, which is written
whole or not at all; tables go to standard output; a refusal is one French line on standard error.
Exit: 0 done, 1 refused, 2 wrong usage. The same files and the same seed give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module

import numpy as np

from palier.chances import leviers as changements
from palier.chances.delais import delais as repondre_delais
from palier.chances.evaluer import evaluer_candidatures
from palier.chances.evaluer_delais import evaluer_delais
from palier.chances.predire import predire as repondre_chances
from palier.chances.simulateur import groupes, simuler
from palier.config.cli_droit import FAIT, MauvaisUsage, ecrit
from palier.config.cli_journal import avance, commande, coupe_de, entier, format_de, graine_de, lire_journal, options_de
from palier.config.cli_textes import AIDE_CHANCES, table_evaluation
from palier.droit.mots import francais, pluriel
from palier.estimations.fichiers import (
    Groupes,
    JournalRefuse,
    ecrire,
    ecrire_reponses,
    lire_questions_chance,
    lire_questions_delai,
)

GENRES = ("detendu", "metropole", "tendu")
DEBUT_SIMULE = int(datetime(2019, 1, 1, tzinfo=UTC).timestamp())
ANNEES_MAXIMUM = 12
CHANCES = (
    "question", "proba", "bas80", "haut80", "rang", "candidatures", "arrivees_attendues", "arrivees_devant",
    "f_places", "f_devant", "f_arrivees", "f_dossier", "statut",
)  # fmt: skip
DELAIS = ("question", "statut", "p6", "p12", "p24", "p36", "q10", "q25", "q50", "q75", "q90", "offres_rejouees",
          "offres_servies")  # fmt: skip
VECUS = ("loge12", "sorti12", "loge36", "sorti36")
LEVIERS = ("question", "action", "rang", "p12", "gain", "bas80", "haut80", "affichee")


def chances(argv: list[str]) -> int:
    """Run `palier chances …`; return the exit status."""
    return commande(argv, COMMANDES, AIDE_CHANCES)


def predire(argv: list[str]) -> int:
    """Answer the chance of each candidature of a question file."""
    options = options_de(argv, "predire", ("--journal", "--questions", "--sortie"))
    journal = lire_journal(options)
    questions = lire_questions_chance(options["--questions"], journal)
    avance(f"{pluriel(len(questions.question), 'question')}…")
    reponses = repondre_chances(journal, questions)
    ecrire_reponses(options["--sortie"], {nom: getattr(reponses, nom) for nom in CHANCES})
    return FAIT


def delais(argv: list[str]) -> int:
    """Answer the delay of each demande of a question file."""
    options = options_de(argv, "delais", ("--journal", "--questions", "--sortie"))
    journal = lire_journal(options)
    questions = lire_questions_delai(options["--questions"], journal)
    avance(f"{pluriel(len(questions.question), 'question')}…")
    reponses = repondre_delais(journal, questions)
    mois = {f"m{rang:02d}": reponses.courbe[:, rang - 1] for rang in range(1, 37)}
    colonnes = {nom: getattr(reponses, nom) for nom in DELAIS}
    ecrire_reponses(options["--sortie"], {**colonnes, **mois, **{nom: getattr(reponses, nom) for nom in VECUS}})
    return FAIT


def leviers(argv: list[str]) -> int:
    """Answer what each action would change."""
    options = options_de(argv, "leviers", ("--journal", "--questions", "--sortie"), ("--graine",))
    graine = graine_de(options)
    journal = lire_journal(options)
    questions = lire_questions_delai(options["--questions"], journal)
    avance(f"{pluriel(len(questions.question), 'question')}…")
    reponses = changements.leviers(journal, questions, graine=graine)
    ecrire_reponses(options["--sortie"], {nom: getattr(reponses, nom) for nom in LEVIERS})
    return FAIT


def evaluer(argv: list[str]) -> int:
    """Score the estimates on what happened after a cut."""
    options = options_de(argv, "evaluer", ("--journal", "--coupe"), ("--graine", "--format"))
    forme, graine, coupe = format_de(options), graine_de(options), coupe_de(options["--coupe"])
    journal = lire_journal(options)
    if not journal.parametres.debut < coupe < journal.parametres.fin:
        raise JournalRefuse("parametres.csv", f"la coupe {options['--coupe']} est hors du relevé, de debut à fin.")
    avance("Candidatures…")
    try:
        jugees = evaluer_candidatures(journal, coupe, np.random.default_rng(graine))
    except ValueError as erreur:
        if not str(erreur).startswith("coupe:"):
            raise
        cote = "après" if "after" in str(erreur) else "avant"
        phrase = f"aucune offre finie {cote} la coupe {options['--coupe']} n'a de candidature à juger."
        raise JournalRefuse("evenements.csv", phrase, colonne="type") from erreur
    avance("Délais…")
    resultat = {**jugees.json(), "delais": evaluer_delais(journal, coupe)}
    if forme == "json":
        ecrit(resultat)
    else:
        sys.stdout.write(table_evaluation(resultat))
    return FAIT


def exporter(argv: list[str]) -> int:
    """Write the journal of the platform; the only command that opens the database."""
    options = options_de(argv, "exporter", ("--sortie",), ("--territoire",))
    mots = [mot for nom, valeur in options.items() for mot in (nom, valeur)]
    return int(import_module("palier.config.commands").main("exporter_journal", mots))


def ecrire_simule(argv: list[str]) -> int:
    """Write the journal of a simulated territory, with its groups for the audit."""
    options = options_de(argv, "simuler", ("--genre", "--graine", "--annees", "--sortie"))
    if options["--genre"] not in GENRES:
        raise MauvaisUsage(f"--genre vaut « {options['--genre']} ». Choisissez : {', '.join(GENRES)}.")
    annees = entier(options["--annees"], "--annees", 1, ANNEES_MAXIMUM)
    deroule = simuler(options["--genre"], graine=graine_de(options), annees=annees, debut=DEBUT_SIMULE)
    ecrire(deroule.journal, options["--sortie"], groupes=Groupes(*groupes(deroule)))
    combien = pluriel(len(deroule.journal.candidatures.candidature), "candidature")
    sys.stdout.write(francais(f"Un journal simulé de {combien} est dans « {options['--sortie']} ».\n"))
    return FAIT


COMMANDES: dict[str, Callable[[list[str]], int]] = {
    "predire": predire, "delais": delais, "leviers": leviers, "evaluer": evaluer, "exporter": exporter,
    "simuler": ecrire_simule,
}  # fmt: skip
