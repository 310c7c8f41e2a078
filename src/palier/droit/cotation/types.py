"""Do the types of a line agree: a ticked box is not a number, and no fact of a published grid is a text."""

from __future__ import annotations

from decimal import Decimal

from palier.droit.cotation.dictionnaire import faits_publiables
from palier.droit.cotation.expression import Comparaison, Dans, Et, Fait, Litteral, Noeud, Non, Operande, Ou, Valeur
from palier.droit.cotation.grille import Critere
from palier.droit.situation import BOOLEEN, NOMBRE

TEXTE = "texte"
DEVINE = {BOOLEEN: "vrai ou faux", NOMBRE: "un nombre", TEXTE: "un texte"}


def defaut_type(critere: Critere) -> tuple[str, str]:
    """Return (key, mend) of the first type that does not agree in a line of known facts, two empty texts when none."""
    par = critere.points_par
    if par is not None and faits_publiables()[par.fait].type != NOMBRE:
        return "points_par", f"« {par.fait} » n'est pas un nombre. Choisissez un fait qui se compte."
    return "si", "" if critere.si is None else _desaccord(critere.si)


def _desaccord(noeud: Noeud) -> str:
    """Return the mend of the first comparison whose types do not agree."""
    match noeud:
        case Et(termes) | Ou(termes):
            return next((remede for terme in termes if (remede := _desaccord(terme))), "")
        case Non(terme):
            return _desaccord(terme)
        case Fait(chemin) if _type(noeud) != BOOLEEN:
            return f"« {chemin} » est un nombre. Comparez-le, par exemple « {chemin} >= 1 »."
        case Comparaison(gauche, signe, droite):
            return _comparaison(gauche, signe, droite)
        case Dans(operande, valeurs):
            return _paire(operande, Litteral(valeurs[0]))
    return ""


def _comparaison(gauche: Operande, signe: str, droite: Operande) -> str:
    """Return the mend of a comparison."""
    remede = _paire(gauche, droite) or _paire(droite, gauche)
    ordre = signe not in ("==", "!=") and BOOLEEN in (_type(gauche), _type(droite))
    return remede or ("« < » et « > » ne comparent que des nombres. Employez le fait seul." if ordre else "")


def _paire(un: Operande, autre: Operande) -> str:
    """Return the mend of a fact compared with another type."""
    if not isinstance(un, Fait) or _type(un) == _type(autre):
        return ""
    return f"« {un.chemin} » est {DEVINE[_type(un)]}, comparé à {DEVINE[_type(autre)]}. Comparez-le à sa sorte."


def _type(operande: Operande) -> str:
    """Return the type of a fact or of a literal."""
    if isinstance(operande, Fait):
        return faits_publiables()[operande.chemin].type
    return _type_valeur(operande.valeur)


def _type_valeur(valeur: Valeur) -> str:
    """Return the type of a value."""
    return BOOLEEN if isinstance(valeur, bool) else NOMBRE if isinstance(valeur, Decimal) else TEXTE
