"""From the folder of a journal to the journal in memory. Each file is checked alone, then against the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from palier.chances.journal import (
    CAUSES,
    FINANCEMENTS,
    TYPES,
    TYPOLOGIES,
    Candidatures,
    Demandes,
    Entiers,
    Evenements,
    Journal,
    Offres,
    Parametres,
    Sorties,
    Vrais,
    Vues,
)
from palier.estimations.fichiers.parametres import lire_parametres
from palier.estimations.fichiers.refus import JournalRefuse
from palier.estimations.fichiers.table import Table

GRAND = 1_000_000_000
OFFRES = (
    "offre", "publiee_le", "cloture_le", "commune", "typologie", "financement", "surface", "loyer_hc", "loyer_cc",
    "bailleur",
)  # fmt: skip
DEMANDES = (
    "demande", "version_du", "deposee_le", "taille", "revenu_mensuel", "commune_domicile", "commune_travail",
    "communes", "typologies", "financements", "points_hors_offre", "points_perdus", "dossier_complet",
)  # fmt: skip
CANDIDATURES = (
    "candidature", "offre", "demande", "deposee_le", "points", "trajet_min", "taux_effort", "dossier_complet"
)  # fmt: skip
EVENEMENTS = ("numero", "instant", "offre", "candidature", "type", "commission", "ordre", "motif")
FINS_SEULES = ("sans_suite", "offre_retiree")
PERSONNES = 30
Index = dict[str, int]


def lire(dossier: Path | str) -> Journal:
    """Read a whole journal; `groupes_audit.csv` is never opened here."""
    racine = Path(dossier)
    if not racine.is_dir():
        raise JournalRefuse(str(dossier), "ce dossier de journal n'existe pas. Vérifiez son chemin.")
    parametres = lire_parametres(racine / "parametres.csv")
    offres = _offres(racine, parametres)
    par_offre = _index(offres.offre.tolist())
    demandes = _demandes(racine)
    par_demande = _index(demandes.demande.tolist())
    candidatures = _candidatures(racine, offres, par_offre, par_demande)
    return Journal(
        parametres=parametres,
        offres=offres,
        demandes=demandes,
        candidatures=candidatures,
        evenements=_evenements(racine, offres, par_offre, candidatures),
        sorties=_sorties(racine, par_demande),
        vues=_vues(racine, par_demande, par_offre),
        trajets=_trajets(racine),
    )


def _index(noms: Sequence[str]) -> Index:
    return {nom: rang for rang, nom in enumerate(noms)}


def _trajets(racine: Path) -> dict[tuple[str, str], float]:
    table = Table(racine / "trajets.csv", ("commune_travail", "commune", "minutes"))
    travail, communes = table.textes("commune_travail"), table.textes("commune")
    minutes = table.reels("minutes", minimum=0, obligatoire=True)
    couples = list(zip(travail, communes, strict=True))
    table.uniques("commune", couples, "ce trajet est écrit deux fois")
    return dict(zip(couples, minutes.tolist(), strict=True))


def _offres(racine: Path, parametres: Parametres) -> Offres:
    table = Table(racine / "offres.csv", OFFRES)
    if not table.hauteur:
        raise JournalRefuse(table.nom, "ce journal n'a aucune offre.", ligne=1, colonne="offre")
    noms = table.mots("offre")
    table.uniques("offre", noms.tolist(), "cette offre est écrite deux fois")
    publiee, cloture = table.instants("publiee_le"), table.instants("cloture_le")
    table.refuse_si(cloture <= publiee, "cloture_le", "la clôture doit suivre la publication.")
    return Offres(
        offre=noms,
        publiee=publiee,
        cloture=cloture,
        commune=table.mots("commune"),
        typologie=table.codes("typologie", TYPOLOGIES),
        financement=table.codes("financement", FINANCEMENTS),
        surface=table.reels("surface", minimum=0, exclu=True),
        loyer_hc=table.reels("loyer_hc", minimum=0),
        loyer_cc=table.reels("loyer_cc", minimum=0),
        qualite=table.reels("qualite"),
        bailleur=table.mots("bailleur", obligatoire=False),
        presentes=table.entiers("presentes", 1, 99, defaut=parametres.presentes),
        commissions=table.entiers("commissions", 1, 99, defaut=parametres.commissions),
    )


def _demandes(racine: Path) -> Demandes:
    table = Table(racine / "demandes.csv", DEMANDES)
    noms = table.textes("demande")
    index = _index(list(dict.fromkeys(noms)))
    place = np.array([index[nom] for nom in noms], dtype=np.int64)
    version, deposee = table.instants("version_du"), table.instants("deposee_le")
    cles = zip(place.tolist(), version.tolist(), strict=True)
    table.uniques("version_du", cles, "cette version est écrite deux fois")
    table.refuse_si(version < deposee, "version_du", "cette version précède le dépôt de la demande.")
    ordre = np.lexsort((version, place))
    listes = (
        table.listes("communes"), table.listes_codes("typologies", TYPOLOGIES),
        table.listes_codes("financements", FINANCEMENTS),
    )  # fmt: skip
    communes, typologies, financements = listes
    return Demandes(
        demande=np.array(list(index), dtype=np.str_),
        demande_i=place[ordre],
        version_du=version[ordre],
        deposee=deposee[ordre],
        taille=table.entiers("taille", 1, PERSONNES, defaut=-1)[ordre],
        revenu_mensuel=table.reels("revenu_mensuel", minimum=0)[ordre],
        commune_domicile=table.mots("commune_domicile", obligatoire=False)[ordre],
        commune_travail=table.mots("commune_travail", obligatoire=False)[ordre],
        communes=tuple(communes[rang] for rang in ordre.tolist()),
        typologies=tuple(typologies[rang] for rang in ordre.tolist()),
        financements=tuple(financements[rang] for rang in ordre.tolist()),
        points_hors_offre=table.reels("points_hors_offre")[ordre],
        points_perdus=table.reels("points_perdus", minimum=0)[ordre],
        complet=table.booleens("dossier_complet")[ordre],
    )


def _candidatures(racine: Path, offres: Offres, par_offre: Index, par_demande: Index) -> Candidatures:
    table = Table(racine / "candidatures.csv", CANDIDATURES)
    noms = table.mots("candidature")
    table.uniques("candidature", noms.tolist(), "cette candidature est écrite deux fois")
    offre = table.places("offre", par_offre, "une offre de offres.csv")
    deposee = table.instants("deposee_le")
    table.refuse_si(deposee < offres.publiee[offre], "deposee_le", "cet instant précède la publication de l'offre.")
    table.refuse_si(deposee > offres.cloture[offre], "deposee_le", "cet instant suit la clôture de l'offre.")
    return Candidatures(
        candidature=noms,
        offre_i=offre,
        demande_i=table.places("demande", par_demande, "une demande de demandes.csv"),
        deposee=deposee,
        points=table.reels("points", obligatoire=True),
        trajet_min=table.reels("trajet_min", minimum=0),
        taux_effort=table.reels("taux_effort", minimum=0),
        complet=table.booleens("dossier_complet"),
    )


def _evenements(racine: Path, offres: Offres, par_offre: Index, candidatures: Candidatures) -> Evenements:
    table = Table(racine / "evenements.csv", EVENEMENTS)
    numero = table.entiers("numero", 0, np.iinfo(np.int32).max * 1_000)
    recule = np.diff(numero, prepend=-1) <= 0
    table.refuse_si(recule, "numero", "les numéros doivent croître de ligne en ligne.")
    instant = table.instants("instant")
    offre = table.places("offre", par_offre, "une offre de offres.csv")
    type_ = table.codes("type", TYPES)
    par_nom = _index(candidatures.candidature.tolist())
    candidature = table.places("candidature", par_nom, "une candidature de candidatures.csv", vide=-1)
    _verifie_evenements(table, offres, candidatures, (instant, offre, type_, candidature))
    commission, ordre = table.entiers("commission", 1, 99, defaut=-1), table.entiers("ordre", 1, 999, defaut=-1)
    _verifie_classements(table, offre, type_, commission, ordre)
    return Evenements(
        numero=numero,
        instant=instant,
        offre_i=offre,
        candidature_i=candidature,
        type=type_,
        commission=commission,
        ordre=ordre,
        motif=table.mots("motif", obligatoire=False),
    )


def _verifie_evenements(
    table: Table, offres: Offres, candidatures: Candidatures, lus: tuple[Entiers, Entiers, Entiers, Entiers]
) -> None:
    """Each line against its offre and its candidature."""
    instant, offre, type_, candidature = lus
    seule: Vrais = np.isin(type_, [TYPES.index(each) for each in FINS_SEULES])
    nommee = candidature >= 0
    table.refuse_si(seule & nommee, "candidature", "cette fin d'offre ne nomme aucune candidature.")
    table.refuse_si(~seule & ~nommee, "candidature", "ce type d'événement nomme une candidature.")
    if nommee.any():
        sienne = candidatures.offre_i[candidature]
        table.refuse_si(nommee & (sienne != offre), "offre", "cette candidature est sur une autre offre.")
        tot = nommee & (instant < candidatures.deposee[candidature])
        table.refuse_si(tot, "instant", "cet instant précède le dépôt de la candidature.")
    table.refuse_si(instant < offres.publiee[offre], "instant", "cet instant précède la publication de l'offre.")


def _verifie_classements(table: Table, offre: Entiers, type_: Entiers, commission: Entiers, ordre: Entiers) -> None:
    """A decided order names its commission, and nobody else holds it there."""
    classe: Vrais = type_ == TYPES.index("classe")
    table.refuse_si(classe & (commission < 0), "commission", "un classement nomme sa commission.")
    cles = np.stack([offre, commission, ordre], axis=1)
    tenus = np.flatnonzero(classe & (ordre > 0))
    _, premiers = np.unique(cles[tenus], axis=0, return_index=True)
    doubles = np.zeros(table.hauteur, dtype=np.bool_)
    doubles[np.delete(tenus, premiers)] = True
    table.refuse_si(doubles, "ordre", "cet ordre est déjà pris dans cette commission.")


def _sorties(racine: Path, par_demande: Index) -> Sorties:
    table = Table(racine / "sorties.csv", ("demande", "sortie_le", "cause"))
    demande = table.places("demande", par_demande, "une demande de demandes.csv")
    table.uniques("demande", demande.tolist(), "cette demande sort deux fois")
    return Sorties(demande, table.instants("sortie_le"), table.codes("cause", CAUSES))


def _vues(racine: Path, par_demande: Index, par_offre: Index) -> Vues | None:
    """None when the file is absent: every offre of a perimeter then counts as seen."""
    chemin = racine / "vues.csv"
    if not chemin.exists():
        return None
    table = Table(chemin, ("demande", "offre", "vue_le"))
    demande = table.places("demande", par_demande, "une demande de demandes.csv")
    offre = table.places("offre", par_offre, "une offre de offres.csv")
    table.uniques("offre", zip(demande.tolist(), offre.tolist(), strict=True), "cette vue est écrite deux fois")
    return Vues(demande, offre, table.instants("vue_le"))
