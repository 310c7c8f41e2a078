"""The help and the tables of `palier chances` and `palier equite`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from palier.droit.mots import francais

AIDE_CHANCES = """Usage : palier chances COMMANDE [options]

  predire  --journal DIR --questions Q.csv --sortie P.csv
      la chance de chaque candidature à l'instant donné, sa fourchette et ses quatre facteurs
      Q : question, candidature, instant
  delais   --journal DIR --questions Q.csv --sortie P.csv
      la chance de recevoir une proposition mois par mois, pour une demande maintenue
      Q : question, demande, instant ; une cellule vide reprend la demande du journal
  leviers  --journal DIR --questions Q.csv --sortie P.csv [--graine N]
      ce que changerait chaque action ; Q : comme delais, plus actions
  evaluer  --journal DIR --coupe 2024-01-01 [--graine N] [--format texte|json]
      apprend avant la coupe, juge après, et compare à des règles simples
  exporter --sortie DIR [--territoire CODE]
      écrit le journal de la plateforme ; seule commande qui ouvre la base
  simuler  --genre detendu|metropole|tendu --graine N --annees A --sortie DIR
      écrit le journal d'un territoire simulé

Une réponse n'utilise que les lignes datées strictement avant son instant. Les paramètres sont appris avant
le plus ancien instant du fichier de questions. Un fichier refusé est nommé avec sa ligne et sa colonne.
Sortie : 0 fait, 1 refusé, 2 mauvais usage."""
AIDE_EQUITE = """Usage : palier equite auditer --journal DIR [--variable V] [--format texte|json]

À points égaux, la sélection traite-t-elle tous les groupes de la même façon ? Deux tests :
  ordre            un groupe est-il classé plus bas par la commission ? (moins de 1 : plus bas)
  non_attribution  un groupe est-il plus souvent écarté ? (plus de 1 : plus souvent)
Les groupes sont lus dans groupes_audit.csv, que « palier chances » n'ouvre jamais.
Sortie : 0 fait, 1 refusé, 2 mauvais usage."""
REGLES = {
    "modele": "notre estimation", "base": "la même chance pour tous", "rang": "le rang seul",
    "logistique": "le rang et le nombre", "part": "le rang sur le nombre", "seuils": "les seuils des guides",
    "brute": "notre estimation brute",
    "publie": "le délai moyen publié", "stock_flux": "les demandes sur les logements", "kaplan_meier": "Kaplan-Meier",
}  # fmt: skip
MESURES = {
    "brier": "Brier", "log_perte": "perte log", "ece": "ECE", "auc": "AUC", "crps": "CRPS", "brier12": "Brier 12",
}  # fmt: skip
Resultat = Mapping[str, Any]


def table_evaluation(resultat: Resultat) -> str:
    """The scores as two tables: lower is better, but for AUC."""
    candidatures = {**resultat["candidatures"], "brute": resultat["brute"]}
    delais = {nom: ligne for nom, ligne in resultat["delais"].items() if isinstance(ligne, Mapping)}
    return "\n".join(
        [
            _titre(f"Chances de {_compte(resultat['n'])} candidatures, à un instant tiré au sort"),
            *_scores(candidatures, ("brier", "log_perte", "ece", "auc")),
            "",
            _titre(f"Délais de {_compte(resultat['delais'].get('n', 0))} demandes"),
            *_scores(delais, ("crps", "brier12")),
            "",
            francais("Plus petit est mieux, sauf l'AUC. « brute » : sans pondération, sur les faits tels quels."),
            "",
        ]
    )


def table_equite(resultats: Sequence[Resultat]) -> str:
    """One line a test, then what the data could not have shown."""
    entetes = ("variable", "groupe", "référence", "test", "n", "rapport", "de", "à", "z", "alerte", "décelable")
    cles = ("variable", "modalite", "reference", "test", "commissions", "odds_ratio", "bas95", "haut95", "z")
    lignes = [
        (*(_cellule(ligne[cle]) for cle in cles), "oui" if ligne["alerte"] else "non", _cellule(ligne["or_detectable"]))
        for ligne in resultats
    ]
    fin = "Sans alerte, nous ne pouvons pas exclure un écart plus petit que le rapport décelable."
    return "\n".join([*_colonnes([entetes, *lignes]), "", francais(fin), ""])


def _scores(lignes: Resultat, mesures: Sequence[str]) -> list[str]:
    corps = [
        (REGLES.get(nom, nom), *(_cellule(ligne.get(mesure)) for mesure in mesures)) for nom, ligne in lignes.items()
    ]
    return _colonnes([("", *(MESURES[mesure] for mesure in mesures)), *corps])


def _titre(phrase: str) -> str:
    return francais(phrase)


def _compte(nombre: object) -> str:
    return f"{nombre:,}".replace(",", "\u00a0") if isinstance(nombre, int) else str(nombre)


def _cellule(valeur: object) -> str:
    """A figure with a French comma; « – » when it is unknown."""
    if valeur is None:
        return "–"
    return f"{valeur:.4f}".replace(".", ",") if isinstance(valeur, float) else str(valeur)


def _colonnes(lignes: Iterable[Sequence[str]]) -> list[str]:
    """Rows in columns: words to the left, figures to the right."""
    toutes = [list(ligne) for ligne in lignes]
    largeurs = [max(len(ligne[rang]) for ligne in toutes) for rang in range(len(toutes[0]))]
    return [
        "  ".join(
            cellule.ljust(largeur) if rang == 0 else cellule.rjust(largeur)
            for rang, (cellule, largeur) in enumerate(zip(ligne, largeurs, strict=True))
        ).rstrip()
        for ligne in toutes
    ]
