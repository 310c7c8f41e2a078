"""The functions of the law, read from this package's own text: what each answers, and the texts it rests on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from palier.droit.articles import renvois
from palier.droit.bareme import dictionnaire


@dataclass(frozen=True)
class Fonction:
    """One public function of the law: module, name, first line of its docstring, whether it returns a verdict."""

    module: str
    nom: str
    dit: str
    verdict: bool

    @property
    def chemin(self) -> str:
        """Return module and name: `plafonds.eligibilite`."""
        return f"{self.module}.{self.nom}"

    @property
    def articles(self) -> tuple[str, ...]:
        """Return the slugs of the texts that its docstring names."""
        return tuple(dict.fromkeys(renvoi.slug for renvoi in renvois(self.dit) if renvoi.slug))


@cache
def fonctions() -> tuple[Fonction, ...]:
    """Return every public function of the modules of law, module by module; tools are left out (`sources.toml`)."""
    outils = dictionnaire("sources")["outils"]
    return tuple(
        Fonction(module, noeud.name, _dit(noeud), "Verdict" in ast.unparse(noeud.returns or ast.Constant(None)))
        for module, texte in sorted(_modules(files("palier.droit"), ""))
        if module not in outils
        for noeud in ast.parse(texte).body
        if isinstance(noeud, ast.FunctionDef) and not noeud.name.startswith("_")
    )


def exemptes() -> dict[str, str]:
    """Return the functions of law that rest on no text, by path, each with the reason."""
    return dict(dictionnaire("sources")["exemptes"])


def _modules(dossier: Traversable, prefixe: str) -> Iterator[tuple[str, str]]:
    """Walk the modules of the package: dotted name, text."""
    for un in dossier.iterdir():
        if un.is_dir() and un.joinpath("__init__.py").is_file():
            yield from _modules(un, f"{prefixe}{un.name}.")
        elif un.name.endswith(".py") and un.name != "__init__.py":
            yield prefixe + un.name.removesuffix(".py"), un.read_text(encoding="utf-8")


def _dit(noeud: ast.FunctionDef) -> str:
    """Return the first line of a docstring."""
    return (ast.get_docstring(noeud) or "").partition("\n")[0]
