"""The law on a page: the sentences of a verdict in the page's language, and the texts that a reference names."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from palier.droit.articles import renvois
from palier.droit.explication import ANGLAIS as ENGLISH
from palier.droit.explication import FRANCAIS as FRENCH
from palier.droit.explication import MANQUANT, MOTIF, Explicable, explication
from palier.droit.sources import sujets

Context = dict[str, Any]


def reasons(verdict: Explicable) -> Context:
    """`{% motifs verdict %}`: each reason opens its article, each gap names its piece and how to obtain it."""
    english = (get_language() or "").startswith(ENGLISH)
    lines = explication(verdict, ENGLISH if english else FRENCH)
    return {
        "adresse_pieces": reverse(f"public:droit_pieces{'_en' if english else ''}"),
        "motifs": [(line, renvois(line.reference)) for line in lines if line.kind == MOTIF],
        "manquants": [line for line in lines if line.kind == MANQUANT],
    }


def reference(texte: str) -> Context:
    """`{% reference texte %}`: a legal reference, each text that it names being a link to its page."""
    return {"renvois": renvois(texte)}


def source(path: str) -> Context:
    """`{% source "menage.ressources" %}`: « D'où vient ce chiffre ? », to the page of the values and their anchor."""
    subject, _dot, anchor = path.partition(".")
    if subject not in sujets():
        raise ValueError(f"no values under {subject!r}")
    return {"sujet": sujets()[subject], "ancre": anchor}
