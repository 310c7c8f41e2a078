"""Do the amounts and the months agree: with one another, with what was declared, with the signed code of the page?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from palier.droit.bareme import bareme, dictionnaire
from palier.droit.dates import plus_mois
from palier.droit.lecture_pieces.attente import Attente
from palier.droit.lecture_pieces.faits import (
    CONFORME,
    NON_CONFORME,
    SIGNATURE_INVALIDE,
    SIGNATURE_VERIFIEE,
    Lu,
    PersonneAttendue,
    PieceLue,
)
from palier.droit.lecture_pieces.noms import AUTRE, compare, mots_nom
from palier.droit.mots import euros, jour
from palier.droit.pieces import pieces
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, en_euros, etabli, indetermine

LISTE, USAGE = "arrêté du 22/12/2020", "usage des guichets"
PAS_UNE_FAUTE = "Ce n'est pas une faute."
REGARDE = "Une personne va regarder, vous n'avez rien à faire."
BULLETINS = "BULLETINS_SALAIRE"
EURO = 100


def trois_bulletins(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether three payslips follow one another, the last one recent (arrêté du 22/12/2020)."""
    voulus = int(next(ligne["nombre"] for ligne in dictionnaire("pieces")["piece"] if ligne["code"] == BULLETINS))
    lus = [bulletin.mois for bulletin in lue.bulletins]
    surs = [mois for mois in lus if mois is not None]
    if not surs or len(surs) < len(lus) or max(mois.valeur for mois in surs) > attente.au:
        texte = f"Nous n'avons pas lu tous les mois avec certitude. {REGARDE}"
        return indetermine([Manquant("piece.bulletins", attente.code, texte, "mois_incertains")])
    mois = sorted({lu.valeur for lu in surs})
    attendus = [plus_mois(mois[-1], -recul) for recul in reversed(range(voulus))]
    faits: dict[str, Fait] = {"lus": _les_mois(mois), "dernier": mois[-1].isoformat(), "voulus": voulus}
    certain = all(lu.sur for lu in surs)
    ancienne = _limite(attente.au)
    if _fin(mois[-1]) < ancienne and certain:
        texte = (
            f"Le dernier bulletin lu est celui de {_le_mois(mois[-1])}. "
            f"Déposez les {voulus} derniers, jusqu'à un mois qui finit après le {jour(ancienne)}. {PAS_UNE_FAUTE}"
        )
        return etabli(NON_CONFORME, Motif("bulletins_anciens", LISTE, {**faits, "limite": ancienne.isoformat()}, texte))
    manquants = [un for un in attendus if un not in mois]
    if not manquants and _fin(mois[-1]) >= ancienne:
        texte = f"Les {voulus} bulletins se suivent : {_les_mois(attendus)}."
        return etabli(CONFORME, Motif("bulletins_suivis", LISTE, faits, texte))
    if len(mois) < voulus or not certain:
        texte = f"Nous lisons : {_les_mois(mois)}. Il faut {voulus} mois qui se suivent. Ajoutez ceux qui manquent."
        return indetermine([Manquant("piece.bulletins", attente.code, texte, "bulletins_a_completer", faits)])
    texte = (
        f"Les mois lus ne se suivent pas : {_les_mois(mois)}. "
        f"Déposez aussi : {_les_mois(manquants)}. {PAS_UNE_FAUTE}"
    )
    faits["a_deposer"] = _les_mois(manquants)
    return etabli(NON_CONFORME, Motif("bulletins_non_suivis", LISTE, faits, texte))


def _limite(au: date) -> date:
    """Return the first day on which the month of the last payslip may end."""
    return plus_mois(au, -int(pieces()[BULLETINS].fraicheur_mois or 0))


def _fin(mois: date) -> date:
    """Return the last day of a month."""
    return date.fromordinal(plus_mois(mois, 1).toordinal() - 1)


def _le_mois(mois: date) -> str:
    """Write a month: « octobre 2026 »."""
    return f"{dictionnaire('lecture_pieces')['mots']['mois'][mois.month - 1]} {mois.year}"


def _les_mois(mois: Iterable[date]) -> str:
    """Write months."""
    return ", ".join(_le_mois(un) for un in mois)


def revenu_concordant(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether what was declared agrees with what was read (usage): a tax notice to the euro, a wage nearly."""
    if "avis_imposition" in attente.types:
        return _rfr_concordant(lue, attente)
    return _net_concordant(lue, attente)


def _concernees(lue: PieceLue, attente: Attente) -> tuple[PersonneAttendue, ...]:
    """Return the adults whose document it is: by the names read, else every one."""
    adultes = tuple(une for une in attente.attendu.personnes if une.personne.adulte)
    noms = lue.deux_d_doc.noms if lue.deux_d_doc.fait_foi else tuple(nom.valeur for nom in lue.noms)
    lignes = (*noms, *lue.texte.splitlines())
    nommees = tuple(une for une in adultes if any(compare(ligne, une) != AUTRE for ligne in lignes))
    return nommees or adultes


def _rfr_concordant(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Compare the tax income read with the one declared, to the euro; a joint notice may stand on one of the two."""
    code = lue.deux_d_doc
    imprimee = lue.annee_revenus.valeur if lue.annee_revenus else None
    annee = code.annee_revenus if code.fait_foi and code.annee_revenus else imprimee
    lu = Lu(code.rfr) if code.fait_foi and code.rfr is not None else lue.rfr
    if lu is None or annee is None:
        texte = f"Nous n'avons pas lu le revenu fiscal de référence. {REGARDE}"
        return indetermine([Manquant("piece.rfr", attente.code, texte, "rfr_non_lu")])
    declares = [une.personne.rfr[annee] for une in _concernees(lue, attente) if annee in une.personne.rfr]
    faits: dict[str, Fait] = {"annee": annee, "lu": en_euros(lu.valeur)}
    if not declares:
        texte = f"Nous lisons {euros(lu.valeur)} pour {annee}. Votre dossier ne porte pas encore ce montant."
        return indetermine([Manquant(f"menage.personnes.rfr.{annee}", attente.code, texte, "rfr_a_declarer", faits)])
    if any(_meme_euro(lu.valeur, declare) for declare in (*declares, sum(declares))):
        texte = f"Le revenu fiscal de référence lu, {euros(lu.valeur)}, est celui que vous avez déclaré."
        return etabli(CONFORME, Motif("rfr_concordant", USAGE, faits, texte))
    if not lu.sur:
        texte = f"Le revenu fiscal de référence reste à vérifier. {REGARDE}"
        return indetermine([Manquant("piece.rfr", attente.code, texte, "rfr_incertain")])
    texte = (
        f"Nous lisons {euros(lu.valeur)} sur l'avis. Vous avez déclaré {euros(sum(declares))}. "
        f"Recopiez le montant de l'avis. {PAS_UNE_FAUTE}"
    )
    return etabli(NON_CONFORME, Motif("rfr_different", USAGE, {**faits, "declare": en_euros(sum(declares))}, texte))


def _meme_euro(lu: int, declare: int) -> bool:
    """Tell whether two amounts in cents are the same once rounded to the euro."""
    return abs(lu - declare) < EURO


def _net_concordant(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Compare the mean of one of the nets printed with the monthly net declared."""
    tolerance = Decimal(bareme("lecture_pieces")["revenu_mensuel"]["tolerance"])
    lus = _moyennes(lue)
    if not lus:
        texte = f"Nous n'avons pas lu le salaire net. {REGARDE}"
        return indetermine([Manquant("piece.net", attente.code, texte, "net_non_lu")])
    faits: dict[str, Fait] = {"lu": en_euros(lus[0].valeur)}
    nets = (une.personne.net_mensuel for une in _concernees(lue, attente))
    declares = [net for net in nets if net is not None]
    if not declares:
        texte = f"Nous lisons {euros(lus[0].valeur)} par mois. Votre dossier ne porte pas encore ce montant."
        return indetermine([Manquant("menage.personnes.net_mensuel", attente.code, texte, "net_a_declarer", faits)])
    paires = [(lu.valeur, declare) for lu in lus for declare in (*declares, sum(declares))]
    if any(abs(lu - declare) <= tolerance * max(lu, declare) for lu, declare in paires):
        texte = "Le salaire net lu ressemble à celui que vous avez déclaré."
        return etabli(CONFORME, Motif("net_concordant", USAGE, faits, texte))
    surs = [lu.valeur for lu in lus if lu.sur]
    if 2 * len(surs) < len(lus):
        texte = f"Le salaire net reste à vérifier. {REGARDE}"
        return indetermine([Manquant("piece.net", attente.code, texte, "net_incertain")])
    texte = (
        f"Nous lisons {euros(surs[0])} par mois. Vous avez déclaré {euros(declares[0])}. "
        f"Relisez les deux montants. Si vos revenus varient, expliquez votre situation. {PAS_UNE_FAUTE}"
    )
    faits["lu"] = en_euros(surs[0])
    faits["declare"] = en_euros(declares[0])
    return etabli(NON_CONFORME, Motif("net_different", USAGE, faits, texte))


def _moyennes(lue: PieceLue) -> list[Lu[int]]:
    """Return the mean over the payslips of each net printed on all of them; the nets of the code come first."""
    if lue.deux_d_doc.fait_foi and lue.deux_d_doc.nets:
        return [Lu(net) for net in lue.deux_d_doc.nets]
    premiers = lue.bulletins[0].nets if lue.bulletins else {}
    communs = [cle for cle in premiers if all(cle in un.nets for un in lue.bulletins)]
    rangs = [[bulletin.nets[cle] for bulletin in lue.bulletins] for cle in communs]
    return [Lu(_moyenne([net.valeur for net in nets]), min(net.confiance for net in nets)) for nets in rangs]


def _moyenne(montants: Sequence[int]) -> int:
    """Return a mean in whole cents."""
    return sum(montants) // len(montants)


def deux_d_doc_concordant(lue: PieceLue, attente: Attente) -> Verdict[str]:
    """Tell whether the print agrees with the signed code of the page (usage); without a known key, unsigned."""
    code = lue.deux_d_doc
    if code.etat == SIGNATURE_INVALIDE:
        texte = (
            "Le code carré imprimé ne correspond pas à sa signature. "
            f"Téléchargez le document sur le site qui l'a émis, puis déposez-le sans le modifier. {PAS_UNE_FAUTE}"
        )
        return etabli(NON_CONFORME, Motif("code_altere", USAGE, {}, texte))
    ecarts = list(_ecarts(lue))
    if any(sur for _, sur in ecarts):
        quoi = ", ".join(mot for mot, sur in ecarts if sur)
        texte = (
            f"Le texte imprimé et le code carré ne disent pas la même chose : {quoi}. "
            f"Déposez le document d'origine, entier. {PAS_UNE_FAUTE}"
        )
        return etabli(NON_CONFORME, Motif("code_different", USAGE, {"ecarts": quoi}, texte))
    if ecarts or not _comparables(lue):
        texte = f"Le code carré se lit, le texte imprimé pas assez pour les comparer. {REGARDE}"
        return indetermine([Manquant("piece.deux_d_doc", attente.code, texte, "code_a_comparer")])
    signe = "Sa signature est bonne." if code.etat == SIGNATURE_VERIFIEE else "Sa signature n'est pas vérifiée ici."
    texte = f"Le code carré dit la même chose que le texte imprimé. {signe}"
    return etabli(CONFORME, Motif("code_concordant", USAGE, {"etat": code.etat}, texte))


def _comparables(lue: PieceLue) -> bool:
    """Tell whether something was read both on the print and in the code."""
    code = lue.deux_d_doc
    annees = code.annee_revenus is not None and lue.annee_revenus is not None
    return annees or (code.rfr is not None and lue.rfr is not None) or bool(code.nets and _imprimes(lue))


def _ecarts(lue: PieceLue) -> Iterable[tuple[str, bool]]:
    """List what differs between the print and the code, each with whether the print was surely read."""
    code = lue.deux_d_doc
    if code.annee_revenus is not None and lue.annee_revenus and lue.annee_revenus.valeur != code.annee_revenus:
        yield "l'année", lue.annee_revenus.sur
    if code.rfr is not None and lue.rfr and not _meme_euro(lue.rfr.valeur, code.rfr):
        yield "le revenu", lue.rfr.sur
    imprimes = _imprimes(lue)
    if code.nets and imprimes and not any(_meme_euro(un.valeur, net) for un in imprimes for net in code.nets):
        yield "le salaire", all(un.sur for un in imprimes)
    if code.noms and lue.noms and not any(_partage(nom.valeur, sien) for nom in lue.noms for sien in code.noms):
        yield "le nom", all(nom.sur for nom in lue.noms)


def _imprimes(lue: PieceLue) -> list[Lu[int]]:
    """Return the nets printed on the payslips."""
    return [net for bulletin in lue.bulletins for net in bulletin.nets.values()]


def _partage(imprime: str, code: str) -> bool:
    """Tell whether two names share a word."""
    return bool(set(mots_nom(imprime)) & set(mots_nom(code)))
