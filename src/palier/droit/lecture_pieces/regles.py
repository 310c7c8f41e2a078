"""The rules of a piece: readable, right document, right person, right year, in date. None refuses anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from palier.droit.bareme import bareme, dictionnaire
from palier.droit.lecture_pieces.attente import FRANCE, Attente, code_attendu, libelle_type
from palier.droit.lecture_pieces.concordance import deux_d_doc_concordant, revenu_concordant, trois_bulletins
from palier.droit.lecture_pieces.faits import CONFORME, NON_CONFORME, Attendu, Lu, PieceLue, Regle
from palier.droit.lecture_pieces.noms import AUTRE, MEME, compare
from palier.droit.mots import jour, pluriel
from palier.droit.pieces import libelle_court
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

LISTE = "arrêté du 22/12/2020"
NE_REFUSE_RIEN = "Une personne va regarder, vous n'avez rien à faire."
Examen = Callable[[PieceLue, Attente], Verdict[str]]


def regles_piece(lue: PieceLue, code: str | None, attendu: Attendu, au: date) -> tuple[Regle, ...]:
    """Answer every rule of the piece expected (arrêté du 22/12/2020); by the type read when no code is given."""
    attente = Attente(code or code_attendu(lue), attendu, au)
    sans_code = lue.deux_d_doc.etat == "absent"
    return tuple(
        Regle(nom, REGLES[nom](lue, attente))
        for nom in attente.regles
        if not (nom == "deux_d_doc_concordant" and sans_code)
    )


def lisible(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether the text can be read (usage): a doubt goes to a person."""
    seuils = bareme("lecture_pieces")["lisibilite"]
    if lue.vide:
        texte = "La page est blanche. Reprenez la photo, la page entière dans le cadre. Ce n'est pas une faute."
        return etabli(NON_CONFORME, Motif("page_vide", seuils["reference"], {}, texte))
    if lue.mots < seuils["mots_minimum"] or lue.confiance < seuils["confiance_minimum"]:
        texte = (
            f"Une partie du texte ne se lit pas bien. {NE_REFUSE_RIEN} "
            "Vous pouvez aussi reprendre la photo, à la lumière du jour."
        )
        return indetermine([Manquant("piece.texte", attente.code, texte, "texte_peu_lisible")])
    faits: dict[str, Fait] = {"lues": lue.pages_lues, "pages": lue.pages}
    texte = f"Le texte se lit : {pluriel(lue.pages_lues, 'page')} sur {lue.pages}."
    return etabli(CONFORME, Motif("texte_lisible", seuils["reference"], faits, texte))


def bon_document(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether the document is one of those expected (arrêté du 22/12/2020)."""
    lu = libelle_type(lue.type)
    if lue.type in attente.types and lue.type_sur:
        faits: dict[str, Fait] = {"type": lue.type}
        return etabli(CONFORME, Motif("document_attendu", LISTE, faits, f"Nous reconnaissons ce document : {lu}."))
    if lue.type == "autre" or not lue.type_sur or not attente.types:
        texte = f"Nous n'avons pas reconnu ce document avec certitude. {NE_REFUSE_RIEN}"
        return indetermine([Manquant("piece.type", attente.code, texte, "document_inconnu")])
    voulu = libelle_court(attente.code or "")
    texte = f"Nous lisons : {lu}. Il faut : {voulu}. Ce n'est pas une faute : déposez l'autre document."
    faits = {"type": lue.type, "piece": attente.code, "libelle": voulu}
    return etabli(NON_CONFORME, Motif("autre_document", LISTE, faits, texte))


def bonne_personne(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether the name read is that of someone of the file (arrêté du 22/12/2020)."""
    personnes = attente.attendu.nommees
    if not personnes:
        texte = "Aucun nom ne nous est donné pour comparer."
        return indetermine([Manquant("menage.personnes.nom", attente.code, texte, "nom_a_comparer_absent")])
    foi = lue.deux_d_doc.noms if lue.deux_d_doc.fait_foi else ()
    noms = [Lu(nom) for nom in foi] or list(lue.noms)
    reponses = [compare(nom.valeur, une) for nom in noms for une in personnes]
    ailleurs = [compare(ligne, une) for ligne in lue.texte.splitlines() for une in personnes]
    if MEME in reponses or (not foi and MEME in ailleurs):
        return etabli(CONFORME, Motif("nom_trouve", LISTE, {}, "Le nom lu est bien celui du dossier."))
    vu = next((nom.valeur for nom in noms), None)
    attendue = personnes[0].ecrite
    if vu is None or not all(nom.sur for nom in noms) or any(reponse != AUTRE for reponse in [*reponses, *ailleurs]):
        texte = f"Nous n'avons pas lu le nom avec certitude. {NE_REFUSE_RIEN}"
        return indetermine([Manquant("piece.noms", attente.code, texte, "nom_incertain")])
    texte = (
        f"Nous lisons « {vu} ». Le dossier porte « {attendue} ». Déposez la pièce de cette personne. "
        "Si vous portez un autre nom, ajoutez-le à votre dossier. Ce n'est pas une faute."
    )
    faits: dict[str, Fait] = {"lu": vu, "attendu": attendue}
    return etabli(NON_CONFORME, Motif("autre_nom", LISTE, faits, texte))


def bonne_annee(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether the notice is on the year of income expected (arrêté du 22/12/2020)."""
    foi = lue.deux_d_doc.annee_revenus if lue.deux_d_doc.fait_foi else None
    lu = Lu(foi) if foi is not None else lue.annee_revenus
    voulues = _annees(attente)
    if lu is not None and lu.sur and lu.valeur in voulues:
        faits: dict[str, Fait] = {"annee": lu.valeur}
        return etabli(CONFORME, Motif("annee_attendue", LISTE, faits, f"L'avis porte sur les revenus de {lu.valeur}."))
    if lu is None or not lu.sur:
        texte = f"Nous n'avons pas lu l'année avec certitude. {NE_REFUSE_RIEN}"
        return indetermine([Manquant("piece.annee_revenus", attente.code, texte, "annee_incertaine")])
    voulue = voulues[0]
    faits = {"annee": lu.valeur, "attendue": voulue, "recu_en": voulue + 1}
    texte = (
        f"Nous lisons « revenus de {lu.valeur} ». Il faut l'avis reçu en {voulue + 1}, sur les revenus de {voulue}. "
        "Il est sur impots.gouv.fr, rubrique Documents. Ce n'est pas une faute."
    )
    return etabli(NON_CONFORME, Motif("autre_annee", LISTE, faits, texte))


def _annees(attente: Attente) -> tuple[int, ...]:
    """Return the years of income accepted, the one to ask for first."""
    annee = attente.au.year
    if attente.code != "AVIS_IMPOT_DERNIER":
        return (annee - 2,)
    attendu = attente.au.month >= bareme("lecture_pieces")["dernier_avis"]["mois_attendu"]
    return (annee - 1,) if attendu else (annee - 1, annee - 2)


def en_validite(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether an identity document or a titre de séjour is in date (CCH R.441-2-3, arrêté du 22/12/2020)."""
    expiration = lue.expiration
    if expiration is None:
        texte = f"Nous n'avons pas lu la date de fin de validité. {NE_REFUSE_RIEN}"
        return indetermine([Manquant("piece.expiration", attente.code, texte, "expiration_absente")])
    faits: dict[str, Fait] = {"expiration": expiration.valeur.isoformat()}
    admise = _perimee_admise(attente) and lue.nationalite == FRANCE
    if expiration.valeur >= attente.au and (expiration.sur or admise):
        texte = f"Ce document est valable jusqu'au {jour(expiration.valeur)}."
        return etabli(CONFORME, Motif("document_valable", LISTE, faits, texte))
    if admise and expiration.valeur < attente.au:
        texte = f"Ce document a expiré le {jour(expiration.valeur)}. Même périmé, il est admis."
        return etabli(CONFORME, Motif("perime_admis", LISTE, faits, texte))
    if not expiration.sur or _perimee_admise(attente):
        texte = f"La date de fin de validité reste à vérifier. {NE_REFUSE_RIEN}"
        return indetermine([Manquant("piece.expiration", attente.code, texte, "expiration_incertaine")])
    texte = (
        f"Ce document a expiré le {jour(expiration.valeur)}. Déposez celui qui est en cours de validité, "
        "ou le récépissé de la demande de renouvellement. Ce n'est pas une faute."
    )
    return etabli(NON_CONFORME, Motif("document_expire", LISTE, faits, texte))


def _perimee_admise(attente: Attente) -> bool:
    """Tell whether the closed list admits the document out of date: a French identity document only."""
    lignes: list[Mapping[str, Any]] = dictionnaire("pieces")["piece"]
    return any(ligne["code"] == attente.code and ligne.get("perimee_admise") for ligne in lignes)


REGLES: Mapping[str, Examen] = {
    "lisible": lisible,
    "bon_document": bon_document,
    "bonne_personne": bonne_personne,
    "bonne_annee": bonne_annee,
    "en_validite": en_validite,
    "trois_bulletins": trois_bulletins,
    "revenu_concordant": revenu_concordant,
    "deux_d_doc_concordant": deux_d_doc_concordant,
}
