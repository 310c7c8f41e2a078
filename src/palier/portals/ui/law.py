"""The law on a page: the sentences of a verdict in the page's language, and the texts that a reference names."""

from typing import Any

from django.utils.translation import get_language

from palier.droit.articles import renvois
from palier.droit.explication import ANGLAIS as ENGLISH
from palier.droit.explication import FRANCAIS as FRENCH
from palier.droit.explication import MANQUANT, MOTIF, Explicable, explication

Context = dict[str, Any]


def reasons(verdict: Explicable) -> Context:
    """`{% motifs verdict %}`: each reason opens its article, each gap names its piece and how to obtain it."""
    lines = explication(verdict, ENGLISH if (get_language() or "").startswith(ENGLISH) else FRENCH)
    return {
        "motifs": [(line, renvois(line.reference)) for line in lines if line.kind == MOTIF],
        "manquants": [line for line in lines if line.kind == MANQUANT],
    }


def reference(texte: str) -> Context:
    """`{% reference texte %}`: a legal reference, each text that it names being a link to its page."""
    return {"renvois": renvois(texte)}
