"""`palier simuler` and `palier coter`: the law on files, without a database and without Django.

Results go to standard output; a refusal is one French line on standard error. Exit: 0 done, 1 refused, 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from palier.droit.champs import CasInvalide
from palier.droit.cotation import Grille, GrilleInvalide, controle_texte, faits_cotation, lire_grille
from palier.droit.cotation import coter as coter_faits
from palier.droit.lecture_json import JsonIllisible, lire_json
from palier.droit.menage import lire_cas
from palier.droit.mots import francais, pluriel, propre
from palier.droit.simulation import simulation_json

FAIT, REFUSE, USAGE = 0, 1, 2
TAILLE_CAS = 1_000_000
TAILLE_GRILLE = 2_000_000
USAGE_SIMULER = "Usage : palier simuler CAS.json (ou -), palier simuler --lot CAS.ndjson"
USAGE_COTER = (
    "Usage : palier coter --grille GRILLE.toml CAS.json (ou -), ou avec --lot CAS.ndjson, "
    "ou palier coter --grille GRILLE.toml --verifier, ou avec --table MENAGES.parquet --sortie POINTS.parquet"
)

Calcul = Callable[[object], object]


class Refus(Exception):
    """A refusal: one French sentence."""


class MauvaisUsage(Exception):
    """Wrong arguments: one French sentence."""


def simuler(argv: list[str]) -> int:
    """Run `palier simuler`; return the exit status."""
    return aide(USAGE_SIMULER) if demande_aide(argv) else garde(lambda: _simuler(argv))


def coter(argv: list[str]) -> int:
    """Run `palier coter`; return the exit status."""
    return aide(USAGE_COTER) if demande_aide(argv) else garde(lambda: _coter(argv))


def demande_aide(argv: Sequence[str]) -> bool:
    """Tell whether the usage is asked for."""
    return bool({"--help", "-h", "--aide"} & set(argv))


def aide(usage: str) -> int:
    """Write the usage where results go: it was asked for."""
    sys.stdout.write(francais(usage) + "\n")
    return FAIT


def _simuler(argv: Sequence[str]) -> int:
    """Read the arguments of `simuler` and answer."""
    options, libres = arguments(argv, avec_valeur=(), drapeaux=("--lot",), usage=USAGE_SIMULER)
    return _repond(_un_fichier(libres, USAGE_SIMULER), "--lot" in options, _simule)


def _coter(argv: Sequence[str]) -> int:
    """Read the arguments of `coter` and answer."""
    options, libres = arguments(
        argv,
        avec_valeur=("--grille", "--table", "--sortie"),
        drapeaux=("--lot", "--verifier"),
        usage=USAGE_COTER,
    )
    if "--grille" not in options:
        raise MauvaisUsage(USAGE_COTER)
    if {"--table", "--sortie"} & set(options):
        if libres or set(options) != {"--grille", "--table", "--sortie"}:
            raise MauvaisUsage(USAGE_COTER)
        return _cote_table(lire_grille(_texte_grille(options["--grille"])), options["--table"], options["--sortie"])
    if "--verifier" in options:
        if libres or "--lot" in options:
            raise MauvaisUsage(USAGE_COTER)
        return _verifie(_texte_grille(options["--grille"]))
    chemin = _un_fichier(libres, USAGE_COTER)
    grille = lire_grille(_texte_grille(options["--grille"]))
    return _repond(chemin, "--lot" in options, lambda brut: _cote(grille, brut))


def _cote_table(grille: Grille, table: str, sortie: str) -> int:
    """Count a table; polars takes a second to load, so no other command loads it."""
    fait, remarque = import_module("palier.config.cli_table").coter_table(grille, table, sortie)
    _ecrit_texte(francais(fait))
    return dit(remarque, FAIT) if remarque else FAIT


def _verifie(texte: str) -> int:
    """Write what forbids to publish a grid, one fault a line."""
    trouves = controle_texte(texte)
    for defaut in trouves:
        _ecrit_texte(francais(f"Ligne {defaut.ligne} : {defaut.texte}"))
    if trouves:
        return dit(f"{pluriel(len(trouves), 'défaut')} à corriger avant de publier cette grille.", REFUSE)
    _ecrit_texte("Cette grille peut être publiée.")
    return FAIT


def _ecrit_texte(phrase: str) -> None:
    """Write one line of text; what the terminal cannot show becomes « ? »."""
    codage = sys.stdout.encoding or "utf-8"
    sys.stdout.write(phrase.encode(codage, "replace").decode(codage) + "\n")


def _simule(brut: object) -> object:
    """Answer one case."""
    return simulation_json(lire_cas(brut))


def _cote(grille: Grille, brut: object) -> object:
    """Count one case."""
    cas = lire_cas(brut)
    if not isinstance(brut, dict):
        raise CasInvalide("cas", brut, "un objet JSON est attendu.")
    return coter_faits(grille, faits_cotation(brut), cas.au).json()


def garde(commande: Callable[[], int]) -> int:
    """Turn refusals into one line on standard error and an exit status."""
    try:
        return commande()
    except MauvaisUsage as erreur:
        return dit(str(erreur), USAGE)
    except (Refus, CasInvalide, GrilleInvalide) as erreur:
        return dit(str(erreur), REFUSE)
    except BrokenPipeError:
        sys.stderr.close()
        return REFUSE


def dit(phrase: str, statut: int) -> int:
    """Write one line on standard error."""
    sys.stderr.write(propre(francais(" ".join(phrase.split("\n")))) + "\n")
    return statut


def arguments(
    argv: Sequence[str], *, avec_valeur: Sequence[str], drapeaux: Sequence[str], usage: str
) -> tuple[dict[str, str], list[str]]:
    """Split options from free arguments."""
    options: dict[str, str] = {}
    libres: list[str] = []
    reste = list(argv)
    while reste:
        mot = reste.pop(0)
        nom, egal, valeur = mot.partition("=")
        if nom in avec_valeur:
            if not egal and not reste:
                raise MauvaisUsage(f"L'option {nom} attend une valeur. {usage}")
            options[nom] = valeur if egal else reste.pop(0)
        elif mot in drapeaux:
            options[mot] = ""
        elif mot.startswith("-") and mot != "-":
            raise MauvaisUsage(f"L'option {mot} est inconnue. {usage}")
        else:
            libres.append(mot)
    return options, libres


def _un_fichier(libres: Sequence[str], usage: str) -> str:
    """Return the only free argument."""
    if len(libres) != 1:
        raise MauvaisUsage(usage)
    return libres[0]


def _repond(chemin: str, lot: bool, calcul: Calcul) -> int:
    """Answer one file, or one answer a line."""
    if not lot:
        ecrit(calcul(lit_json(lit_octets(chemin), chemin)))
        return FAIT
    total = erreurs = 0
    for numero, ligne in enumerate(_lignes(chemin), 1):
        total += 1
        try:
            ecrit(calcul(lit_json(ligne, f"ligne {numero}")))
        except (Refus, CasInvalide) as erreur:
            erreurs += 1
            ecrit({"erreur": francais(str(erreur))})
    if not erreurs:
        return FAIT
    return dit(f"{pluriel(erreurs, 'ligne')} sur {total} en erreur, à corriger d'après leur réponse.", REFUSE)


def ecrit(reponse: object) -> None:
    """Write one JSON line."""
    texte = json.dumps(reponse, ensure_ascii=False, allow_nan=False)
    try:
        texte.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        texte = json.dumps(reponse, allow_nan=False)
    sys.stdout.write(texte + "\n")


def _lignes(chemin: str) -> Iterator[bytes]:
    """Return the lines of a file without the blank ones at its end."""
    lignes = lit_octets(chemin, maximum=None).split(b"\n")
    while lignes and not lignes[-1].strip():
        lignes.pop()
    yield from lignes


def lit_octets(chemin: str, maximum: int | None = TAILLE_CAS) -> bytes:
    """Read a file, or standard input for `-`."""
    try:
        octets = sys.stdin.buffer.read() if chemin == "-" else Path(chemin).read_bytes()
    except (OSError, ValueError) as erreur:
        raise Refus(f"Le fichier « {chemin} » ne se lit pas. Vérifiez son chemin.") from erreur
    if maximum is not None and len(octets) > maximum:
        limite = pluriel(maximum, "octet")
        raise Refus(f"Le fichier « {chemin} » est trop grand. Donnez au plus {limite}.")
    return octets


def lit_json(octets: bytes, lieu: str) -> object:
    """Parse the JSON of one case."""
    if len(octets) > TAILLE_CAS:
        raise Refus(f"Le cas ({lieu}) est trop grand. Donnez au plus {pluriel(TAILLE_CAS, 'octet')}.")
    try:
        return lire_json(octets)
    except JsonIllisible as erreur:
        raise Refus(f"Le cas ({lieu}) ne se lit pas : {erreur}") from erreur


def _texte_grille(chemin: str) -> str:
    """Read the text of a grid file."""
    octets = lit_octets(chemin, maximum=TAILLE_GRILLE)
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        raise Refus(f"La grille « {chemin} » n'est pas en UTF-8. Enregistrez-la ainsi.") from erreur
