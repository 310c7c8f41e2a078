"""« D'où vient ce chiffre ? »: every value of the law with its days, its unit, its source and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from typing import Any

from palier.droit.bareme import bareme, dictionnaire, table
from palier.droit.mots import INSECABLE, jour, nombre

IDENTITES = ("code", "secteur", "categorie", "nom", "departement")
"""What tells the lines of one list apart, first found first."""
SUITE = {"depuis", "jusqu_au", "source", "statut", "reference", "unite", "annee"}
"""Keys about a value, which are no value; a table hands them down to what it holds."""
ADRESSE = "slug"
VEILLE = timedelta(days=1)
DETAIL = ".detail"
"""End of the path of sister tables whose parent holds values of its own."""
DECIMAL = re.compile(r"\d+\.\d+")
"""A ratio written as text so that it stays exact: « 0.9 »."""


@dataclass(frozen=True)
class Valeur:
    """One value: path (file first), first and last day, raw value, unit, source, how sure, article."""

    chemin: str
    depuis: date | None
    jusqu_au: date | None
    valeur: object
    unite: str
    source: str
    statut: str
    reference: str

    @property
    def bareme(self) -> str:
        """Return the file that holds the value."""
        return self.chemin.split(".")[0]

    @property
    def groupe(self) -> str:
        """Return the path of the table that holds the value."""
        return self.chemin.rpartition(".")[0]

    @property
    def nom(self) -> str:
        """Return the last step of the path."""
        return self.chemin.rpartition(".")[2]

    @property
    def texte(self) -> str:
        """Return the value in French words, with its unit."""
        return f"{en_mots(self.valeur)}{f' {self.unite}' if self.unite else ''}"


VIDE = Valeur("", None, None, None, "", "", "", "")


@dataclass(frozen=True)
class Sujet:
    """One file of values: name, title, one French sentence."""

    code: str
    titre: str
    dit: str


def en_mots(valeur: object) -> str:
    """Write a value of a table in French: oui or non, a number, a day, a list."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, (int, float, Decimal)) or (isinstance(valeur, str) and DECIMAL.fullmatch(valeur)):
        entier, virgule, decimales = nombre(Decimal(str(valeur))).partition(",")
        return f"{int(entier):,}".replace(",", INSECABLE) + virgule + decimales
    if isinstance(valeur, date):
        return jour(valeur)
    if isinstance(valeur, Sequence) and not isinstance(valeur, str):
        return ", ".join(en_mots(une) for une in valeur)
    return str(valeur)


@cache
def sujets() -> Mapping[str, Sujet]:
    """Return the files of values by name, in the order of the page."""
    lignes = dictionnaire("sources")["sujet"]
    return {ligne["code"]: Sujet(ligne["code"], ligne["titre"], ligne["dit"]) for ligne in lignes}


@cache
def valeurs() -> tuple[Valeur, ...]:
    """Return every value of `baremes/*.toml` and of the tables of `donnees`, file by file."""
    trouvees = [valeur for nom in baremes() for valeur in _table((nom,), bareme(nom), VIDE)]
    trouvees += [valeur for regle in dictionnaire("sources")["table"] for valeur in _lignes(regle)]
    return tuple(replace(une, unite=une.unite or _unite(une.chemin)) for une in trouvees)


@cache
def baremes() -> tuple[str, ...]:
    """Return the names of the files of `baremes`, in order."""
    dossier = files("palier.droit").joinpath("baremes")
    return tuple(sorted(un.name.removesuffix(".toml") for un in dossier.iterdir() if un.name.endswith(".toml")))


def _table(chemin: tuple[str, ...], contenu: Mapping[str, Any], herite: Valeur) -> Iterator[Valeur]:
    """Walk one table: what it says about its values goes down, the rest comes out."""
    propre = _suite(contenu, herite)
    for cle, valeur in contenu.items():
        if cle in SUITE or cle in IDENTITES or cle == ADRESSE or (isinstance(valeur, str) and "{" in valeur):
            continue
        ici = chemin if cle == "versions" else (*chemin, cle)
        if isinstance(valeur, Mapping):
            yield from _table(ici, valeur, propre)
        elif isinstance(valeur, list) and valeur and isinstance(valeur[0], Mapping):
            yield from _liste(ici, valeur, propre)
        else:
            yield replace(propre, chemin=".".join(ici), valeur=valeur)


def _suite(contenu: Mapping[str, Any], herite: Valeur) -> Valeur:
    """Take over what a table says about its values: days, source, how sure, article."""
    dit = {cle: contenu[cle] for cle in SUITE - {"annee"} if cle in contenu}
    if "annee" in contenu:
        dit |= {"depuis": date(int(contenu["annee"]), 1, 1), "jusqu_au": date(int(contenu["annee"]), 12, 31)}
    return replace(herite, **dit)


def _liste(chemin: tuple[str, ...], lignes: Sequence[Mapping[str, Any]], herite: Valeur) -> Iterator[Valeur]:
    """Walk a list of tables: dated versions of one thing, or one thing a line."""
    datees = len({date_de(ligne) for ligne in lignes} - {None}) == len(lignes)
    cles = [_identite(ligne, "" if datees else str(rang)) for rang, ligne in enumerate(lignes, 1)]
    for rang, (cle, ligne) in enumerate(zip(cles, lignes, strict=True)):
        jours = (date_de(autre) for autre, sienne in zip(lignes, cles, strict=True) if sienne == cle)
        apres = [quand for quand in jours if quand is not None and quand > (date_de(ligne) or date.max)]
        jumelles = [autre for autre in range(rang) if cles[autre] == cle and date_de(lignes[autre]) == date_de(ligne)]
        etape = f"{cle}-{len(jumelles) + 1}" if jumelles else cle
        fin = {"jusqu_au": min(apres) - VEILLE} if apres and "jusqu_au" not in ligne else {}
        yield from _table((*chemin, etape) if etape else chemin, {**fin, **ligne}, herite)


def _identite(ligne: Mapping[str, Any], place: str) -> str:
    """Return what tells a line apart: its code, else its place (nothing among versions of one thing)."""
    return next((str(ligne[cle]) for cle in IDENTITES if cle in ligne), place)


def date_de(ligne: Mapping[str, Any]) -> date | None:
    """Return the first day of a line, None when it has none of its own."""
    if "annee" in ligne:
        return date(int(ligne["annee"]), 1, 1)
    depuis: date | None = ligne.get("depuis")
    return depuis


def _lignes(regle: Mapping[str, Any]) -> Iterator[Valeur]:
    """Read a table of `donnees` as `sources.toml` describes it: steps of the path, columns of the values."""
    if "resume" in regle:
        yield replace(_suite(regle, VIDE), chemin=f"{regle['nom']}.lignes", valeur=regle["resume"])
        return
    for ligne in _contenu(regle["nom"]):
        suite = _suite({**regle, **{cle: ligne[cle] for cle in SUITE if ligne.get(cle)}}, VIDE)
        chemin = ".".join((regle["nom"], *(etape.format_map(ligne) for etape in regle["chemin"])))
        for colonne in regle["valeurs"]:
            if ligne.get(colonne, "") != "":
                nom = chemin if len(regle["valeurs"]) == 1 else f"{chemin}.{colonne}"
                yield replace(suite, chemin=nom, valeur=_cellule(ligne[colonne]))


def _contenu(nom: str) -> Iterable[Mapping[str, Any]]:
    """Return the lines of a table of `donnees`, numbers exact."""
    if nom == "pieces":
        noms = dictionnaire("pieces")["sources"]
        return ({**piece, "source": noms.get(piece["source"], piece["source"])} for piece in dictionnaire(nom)["piece"])
    return table(nom)


def _cellule(valeur: object) -> object:
    """Read the cell of a value: figures are a number, exact."""
    return Decimal(valeur) if isinstance(valeur, str) and valeur.replace(".", "", 1).isdigit() else valeur


def _unite(chemin: str) -> str:
    """Return the unit of a value, by the first pattern of `sources.toml` that its path fits."""
    return next((regle["unite"] for regle in dictionnaire("sources")["unite"] if fnmatch(chemin, regle["chemin"])), "")


@dataclass(frozen=True)
class Version:
    """The values that one line of a table holds over the same days, from the same source: line, days, values."""

    ligne: str
    valeurs: Mapping[str, Valeur]

    @property
    def premiere(self) -> Valeur:
        """Return one value: days, source, article and how sure are those of all."""
        return next(iter(self.valeurs.values()))

    def en_vigueur(self, au: date) -> bool:
        """Tell whether the values hold on a day."""
        une = self.premiere
        return (une.depuis is None or une.depuis <= au) and (une.jusqu_au is None or une.jusqu_au >= au)


@dataclass(frozen=True)
class Tableau:
    """Values shown together: path, names of the columns, lines with their versions, newest first."""

    chemin: str
    noms: tuple[str, ...]
    versions: tuple[Version, ...]


@cache
def tableaux(nom: str) -> tuple[Tableau, ...]:
    """Return the values of one file table by table; sister tables with the same columns make one."""
    par_groupe: dict[str, list[Valeur]] = {}
    for valeur in valeurs():
        if valeur.bareme == nom:
            par_groupe.setdefault(valeur.groupe, []).append(valeur)
    soeurs: dict[str, list[str]] = {}
    for chemin in par_groupe:
        soeurs.setdefault(chemin.rpartition(".")[0], []).append(chemin)
    trouves: list[Tableau] = []
    for parent, siennes in soeurs.items():
        unies = (nom not in baremes() or parent != nom) and _semblables(par_groupe, siennes)
        ensemble = f"{parent}{DETAIL}" if parent in par_groupe else parent
        ensembles = [(ensemble, siennes)] if unies else [(une, [une]) for une in siennes]
        trouves += [_tableau(chemin, {une: par_groupe[une] for une in groupes}) for chemin, groupes in ensembles]
    return tuple(trouves)


def _semblables(par_groupe: Mapping[str, Sequence[Valeur]], chemins: Sequence[str]) -> bool:
    """Tell whether sister tables name nearly the same values."""
    noms = [{valeur.nom for valeur in par_groupe[chemin]} for chemin in chemins]
    return len(chemins) > 1 and len(set().union(*noms)) <= max(len(siens) for siens in noms) + 2


def _tableau(chemin: str, groupes: Mapping[str, Sequence[Valeur]]) -> Tableau:
    """Gather the values of sister tables by line, days and source."""
    versions: dict[tuple[object, ...], dict[str, Valeur]] = {}
    for groupe, siennes in groupes.items():
        ligne = groupe.removeprefix(chemin.removesuffix(DETAIL)).removeprefix(".")
        for une in siennes:
            cle = (ligne, une.depuis, une.jusqu_au, une.source, une.statut, une.reference)
            versions.setdefault(cle, {})[une.nom] = une
    noms = dict.fromkeys(valeur.nom for siennes in groupes.values() for valeur in siennes)
    rangees = [Version(str(cle[0]), lues) for cle, lues in versions.items()]
    rangees.sort(key=lambda version: version.premiere.depuis or date.min, reverse=True)
    return Tableau(chemin, tuple(noms), tuple(rangees))


def lisible(chemin: str) -> str:
    """Write a path in French words: the known words of `sources.toml`, else the step without underscores."""
    mots = dictionnaire("sources")["mots"]
    return ", ".join(str(mots.get(etape, etape.replace("_", " "))) for etape in chemin.split(".") if etape)
