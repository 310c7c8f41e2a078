"""Every aid, open, closed or unknown: who may have it, how much, what to bring, where to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from palier.droit.aides.accompagnement import accompagnement_social, cout_accompagnement
from palier.droit.aides.combinaisons import Cumul, cumuls_connus
from palier.droit.aides.feuilles import aides
from palier.droit.aides.loca_pass import echeancier
from palier.droit.aides.mobilite import montant_mobili_jeune
from palier.droit.aides.versions import (
    NOMS,
    close_depuis,
    distribuee,
    en_vigueur,
    montant_selon,
    reference,
    sans_regle,
)
from palier.droit.bareme import bareme, dictionnaire
from palier.droit.menage import Cas
from palier.droit.mots import INSECABLE, euros, francais
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine

LANGUES = ("fr", "en")
MOTS = ("libelle", "montant_libelle", "a_apporter", "ou_demander", "ne_remplace_pas")
Reponse = tuple[Verdict[bool], Verdict[int]]


@dataclass(frozen=True)
class Aide:
    """An aid on a day, for a case.

    `ouverte` tells that it is known to be given; `close_depuis` its first day without, when it was given before.
    `montant` is in cents, named by `montant_libelle`; `echeancier` lists the payments of an advance in cents.
    `a_apporter` holds codes of pieces or sentences; `statut` says how sure the rules are.
    """

    code: str
    libelle: str
    ouverte: bool
    close_depuis: date | None
    eligible: Verdict[bool]
    montant: Verdict[int]
    montant_libelle: str
    a_apporter: tuple[str, ...]
    ou_demander: str
    adresse: str
    ne_remplace_pas: str
    a_savoir: tuple[str, ...]
    cumuls: tuple[Cumul, ...]
    echeancier: tuple[int, ...]
    reference: str
    statut: str


def catalogue_aides(cas: Cas, aide_logement: Verdict[int] | None = None, langue: str = "fr") -> tuple[Aide, ...]:
    """Return every aid for a case, in the order of the sheets (usage: notices of the aids).

    `aide_logement` is the estimated housing aid in cents a month, when known; `langue` is that of the sheets.
    """
    if langue not in LANGUES:
        raise ValueError(f"unknown language: {langue}")
    return tuple(
        _aide(cas, fiche, fiche["code"], reponse, langue)
        for fiche, reponse in zip(dictionnaire("aides")["aide"], _reponses(cas, aide_logement), strict=True)
    )


def _reponses(cas: Cas, aide_logement: Verdict[int] | None) -> Iterator[Reponse]:
    """Give eligibility and amount of each aid, in the order of the sheets."""
    feuilles: Mapping[str, Mapping[str, Any]] = aides(cas)
    for fiche in dictionnaire("aides")["aide"]:
        code = fiche["code"]
        if code == "mobili_jeune":
            eligible = feuilles[code]["eligible"]
            yield eligible, montant_mobili_jeune(cas, eligible, aide_logement)
        elif code in feuilles:
            yield feuilles[code]["eligible"], feuilles[code]["montant"]
        elif code == "accompagnement_social":
            yield accompagnement_social(cas), cout_accompagnement()
        elif code == "apl":
            yield _apl(aide_logement)
        else:
            yield _sans_calcul(code, cas.au)


def _apl(estimee: Verdict[int] | None) -> Reponse:
    """Return the estimated housing aid: to ask for when it is more than nothing (CCH D.823-16)."""
    if estimee is None or estimee.valeur is None:
        texte = "L'aide au logement s'estime pour un logement et des revenus précis."
        absents = estimee.manquants if estimee is not None else (Manquant("aide_logement", None, texte),)
        return indetermine(absents), indetermine(absents)
    faits = {"montant": en_euros(estimee.valeur)}
    if estimee.valeur:
        texte = f"Nous estimons votre aide à {euros(estimee.valeur)} par mois. La Caf ou la MSA décide."
        return etabli(True, Motif("apl_estimee", reference("apl"), faits, texte)), estimee
    texte = "Nous estimons que ce loyer et ces revenus n'ouvrent pas d'aide. La Caf ou la MSA décide."
    return etabli(False, Motif("apl_nulle", reference("apl"), {}, texte)), estimee


def _sans_calcul(code: str, au: date) -> Reponse:
    """Return the answer of an aid whose conditions the case cannot settle: closed, never found, or to be asked."""
    eligible = sans_regle(code, au)
    if eligible is None:
        texte = f"Les conditions pour {NOMS[code]} ne sont pas connues ici."
        absent = Manquant(f"aides.{code}.conditions", None, texte, "aide_conditions_inconnues", {"aide": code})
        eligible = indetermine([absent])
    montant = montant_selon(eligible)
    if montant is None or montant.sur:
        return eligible, montant or indetermine(eligible.manquants)
    texte = f"Le montant pour {NOMS[code]} n'est pas connu ici."
    absent = Manquant(f"aides.{code}.montant", None, texte, "aide_montant_inconnu", {"aide": code})
    return eligible, indetermine([*montant.manquants, absent])


def _aide(cas: Cas, fiche: Mapping[str, Any], code: str, reponse: Reponse, langue: str) -> Aide:
    """Put the sheet and the answers of one aid together."""
    eligible, montant = reponse
    mots = fiche if langue == "fr" else _fiches_anglaises()[code]
    regle = en_vigueur(code, cas.au)
    avance = montant.valeur if code == "loca_pass" and eligible.valeur else None
    return Aide(
        code=code,
        libelle=_typographie(mots["libelle"], langue),
        ouverte=distribuee(code, cas.au),
        close_depuis=close_depuis(code, cas.au),
        eligible=eligible,
        montant=montant,
        montant_libelle=_typographie(mots["montant_libelle"], langue),
        a_apporter=tuple(_typographie(mot, langue) for mot in mots["a_apporter"]),
        ou_demander=_typographie(mots["ou_demander"], langue),
        adresse=fiche["adresse"],
        ne_remplace_pas=_typographie(mots["ne_remplace_pas"], langue),
        a_savoir=_a_savoir(fiche, mots, cas.au, langue),
        cumuls=cumuls_connus(code),
        echeancier=() if avance is None else echeancier(avance, cas.au),
        reference=reference(code),
        statut=regle["statut"] if regle else "a_verifier",
    )


@cache
def _fiches_anglaises() -> Mapping[str, Mapping[str, Any]]:
    """Return the English words of each aid."""
    return {fiche["code"]: fiche for fiche in dictionnaire("aides.en")["aide"]}


def _typographie(texte: str, langue: str) -> str:
    """Set the spaces of French."""
    return francais(texte) if langue == "fr" else texte


def _a_savoir(fiche: Mapping[str, Any], mots: Mapping[str, Any], au: date, langue: str) -> tuple[str, ...]:
    """Return the sentences that hold on a day, with the figures of that day."""
    separateur = INSECABLE if langue == "fr" else ","
    valeurs = {cle: _milliers(valeur, separateur) for cle, valeur in _valeurs(fiche["code"], au).items()}
    textes = [ligne["texte"] for ligne in fiche["a_savoir"]] if langue == "fr" else mots["a_savoir"]
    return tuple(
        _typographie(texte.format_map(valeurs), langue)
        for ligne, texte in zip(fiche["a_savoir"], textes, strict=True)
        if ligne.get("depuis", au) <= au <= ligne.get("jusqu_au", au)
    )


def _milliers(valeur: Any, separateur: str) -> str:
    """Write a figure of the rules inside a sentence."""
    return f"{valeur:,}".replace(",", separateur) if isinstance(valeur, int) else str(valeur)


def _valeurs(code: str, au: date) -> Mapping[str, Any]:
    """Return every figure of an aid's rules on a day, by name."""
    fond = bareme("aides")[code]
    groupes = [groupe for groupe in fond.values() if isinstance(groupe, dict)]
    return {cle: valeur for groupe in (*groupes, en_vigueur(code, au) or {}) for cle, valeur in groupe.items()}
