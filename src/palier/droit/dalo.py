"""Droit au logement opposable: conditions, grounds met, and what proves each. Delays stand in `delais_dalo`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from palier.droit.bareme import bareme
from palier.droit.dates import mois_complets, plus_mois
from palier.droit.delais_dalo import delai_anormalement_long
from palier.droit.foyer import Foyer, majorite, naissance_absente, selon_foyer
from palier.droit.menage import Cas, Personne
from palier.droit.occupation import surface_minimale
from palier.droit.plafonds import eligibilite
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

LIEUX = {"structure": "STRUCTURE", "transition": "TRANSITION"}


@dataclass(frozen=True)
class FaitsDalo:
    """What a recourse rests on; None = unknown.

    `situation`: facts by name, an absent box is not ticked. `lieu`: `structure` or `transition`, lived in since
    `lieu_depuis`. `surface_actuelle` in m². `depot`: first deposit of the demande.
    """

    au: date
    situation: Mapping[str, object] = field(default_factory=dict)
    cas: Cas | None = None
    departement: str | None = None
    typologie: str | None = None
    depot: date | None = None
    proposition_adaptee: bool | None = None
    sejour_regulier: bool | None = None
    jugement_expulsion: bool | None = None
    lieu: str | None = None
    lieu_depuis: date | None = None
    non_decent: bool | None = None
    surface_actuelle: Decimal | None = None

    def coche(self, nom: str) -> bool:
        """Tell whether a box of the situation is ticked."""
        return self.situation.get(nom) is True


@dataclass(frozen=True)
class RecoursDalo:
    """The conditions and the grounds by code, whether a recourse has a basis, and the pieces that prove the grounds."""

    conditions: Mapping[str, Verdict[bool]]
    motifs: Mapping[str, Verdict[bool]]
    fonde: Verdict[bool]
    pieces: tuple[str, ...]


def recours_dalo(faits: FaitsDalo) -> RecoursDalo:
    """Judge a recourse before the commission de médiation (CCH R.441-14-1)."""
    conditions, motifs = conditions_dalo(faits), motifs_dalo(faits)
    preuves = {ligne["code"]: ligne.get("piece") for ligne in bareme("dalo")["motif"]}
    pieces = [preuves[code] for code, verdict in motifs.items() if verdict.valeur and preuves[code]]
    return RecoursDalo(conditions, motifs, _fonde(faits, conditions), tuple(dict.fromkeys(pieces)))


def conditions_dalo(faits: FaitsDalo) -> Mapping[str, Verdict[bool]]:
    """Judge the conditions that a program can judge (CCH R.441-14-1); good faith is for the commission."""
    regles = {ligne["code"]: ligne for ligne in bareme("dalo")["condition"]}
    return {
        "sejour_regulier": _sejour(faits, regles["sejour_regulier"]),
        "conditions_acces": _acces(faits, regles["conditions_acces"]),
    }


def _sejour(faits: FaitsDalo, regle: Mapping[str, Any]) -> Verdict[bool]:
    """Judge the right to stay."""
    if faits.sejour_regulier is None:
        return indetermine([Manquant("dalo.sejour_regulier", "TITRE_SEJOUR", regle["libelle"])])
    code = "dalo_sejour" if faits.sejour_regulier else "dalo_sejour_absent"
    return etabli(faits.sejour_regulier, Motif(code, regle["reference"], {}, regle["libelle"]))


def _acces(faits: FaitsDalo, regle: Mapping[str, Any]) -> Verdict[bool]:
    """Judge access to social housing: one ceiling met is enough."""
    if faits.cas is None:
        return indetermine([Manquant("menage.personnes", "AVIS_IMPOT_N2", regle["libelle"], "dalo_conditions_acces")])
    verdicts = [eligibilite(replace(faits.cas, au=faits.au), nom) for nom in regle["financements"]]
    ouvert = next((verdict for verdict in verdicts if verdict.valeur), None)
    return ouvert or verdicts[-1]


def motifs_dalo(faits: FaitsDalo) -> Mapping[str, Verdict[bool]]:
    """Judge each ground by code (CCH R.441-14-1)."""
    juges = {
        "DELAI": _delai,
        "SANS_LOGEMENT": lambda f, regle: _simple(f.coche("sans_logement"), regle),
        "IMPROPRE": lambda f, regle: _simple(f.coche("habitat_indigne"), regle),
        "EXPULSION": _expulsion,
        "STRUCTURE": _lieu,
        "TRANSITION": _lieu,
        "INDECENT_SUROCC": _indecent,
    }
    return {ligne["code"]: juges[ligne["code"]](faits, ligne) for ligne in bareme("dalo")["motif"]}


def _simple(rempli: bool, regle: Mapping[str, Any], *, dit: bool = False) -> Verdict[bool]:
    """Answer one ground with its sentence; `dit`: a « no » rests on what was said, not on a box left empty."""
    faits: dict[str, Fait] = {"motif": regle["code"], "libelle": regle["libelle"], "piece": regle.get("piece")}
    code, debut = ("dalo_motif", "Ce motif existe") if rempli else ("dalo_motif_absent", "Ce motif n'est pas déclaré")
    if dit and not rempli:
        code, debut = "dalo_motif_non_rempli", "Ce motif n'est pas rempli"
    return etabli(rempli, Motif(code, regle["reference"], faits, f"{debut} : {regle['libelle']}."))


def _delai(faits: FaitsDalo, regle: Mapping[str, Any]) -> Verdict[bool]:
    """No adapted offer within the delay of the prefect; the box ticked stands for the count."""
    if faits.proposition_adaptee:
        return _simple(False, regle, dit=True)
    anciennete = None if faits.depot is None else mois_complets(faits.depot, faits.au)
    compte = delai_anormalement_long(faits.departement, faits.typologie, anciennete, faits.au)
    depasse = True if faits.coche("delai_anormalement_long") else compte.valeur
    if depasse is False:
        return compte
    manquants = list(compte.manquants) if depasse is None else []
    if faits.proposition_adaptee is None:
        texte = "Dites si une proposition adaptée vous a été faite dans ce délai."
        manquants.append(Manquant("dalo.proposition_adaptee", None, texte))
    return indetermine(manquants) if manquants else _simple(True, regle)


def _expulsion(faits: FaitsDalo, regle: Mapping[str, Any]) -> Verdict[bool]:
    """A court decision, not a threat alone."""
    if faits.jugement_expulsion is None and faits.coche("menace_expulsion"):
        texte = "Dites si un juge a prononcé l'expulsion. Le jugement le prouve."
        return indetermine([Manquant("dalo.jugement_expulsion", regle["piece"], texte)])
    return _simple(bool(faits.jugement_expulsion), regle, dit=faits.jugement_expulsion is not None)


def _lieu(faits: FaitsDalo, regle: Mapping[str, Any]) -> Verdict[bool]:
    """Strictly more than so many months in a place of that kind."""
    autre = faits.lieu is not None and LIEUX[faits.lieu] != regle["code"]
    if autre or not (faits.lieu or faits.coche("heberge_structure")):
        return _simple(False, regle)
    if faits.lieu_depuis is None:
        texte = "Dites depuis quand vous êtes dans cette structure."
        return indetermine([Manquant("dalo.lieu_depuis", regle["piece"], texte)])
    assez = faits.au > plus_mois(faits.lieu_depuis, int(regle["mois"]))
    if assez and faits.lieu is None:
        texte = "Dites si c'est une structure d'hébergement ou un logement de transition."
        return indetermine([Manquant("dalo.lieu", regle["piece"], texte)])
    return _simple(assez, regle, dit=True)


def _indecent(faits: FaitsDalo, regle: Mapping[str, Any]) -> Verdict[bool]:
    """A minor or a disabled person, and a dwelling not decent or under the legal surface."""
    (handicap, sans_charge), petit = _handicap(faits), _trop_petit(faits)
    protege, sans_age = (True, ()) if handicap else _personne_protegee(faits)
    mauvais = petit or faits.non_decent
    if faits.coche("mineur_suroccupation_ou_indecence") or (protege and mauvais):
        return _simple(True, regle)
    if protege is None and mauvais:
        return indetermine(sans_age)
    correct = petit is False and faits.non_decent is False
    if handicap is False or correct:
        return _simple(False, regle, dit=correct)
    absents = [
        Manquant("dalo.surface_actuelle", None, "La surface du logement actuel ou le nombre d'occupants manque."),
        Manquant("dalo.non_decent", regle["piece"], "Dites si le logement actuel est décent."),
    ]
    inconnus = [m for m, su in zip(absents, (petit, faits.non_decent), strict=True) if su is None]
    return indetermine((*sans_charge, *inconnus))


def _handicap(faits: FaitsDalo) -> tuple[bool | None, tuple[Manquant, ...]]:
    """Tell whether the box is ticked or someone of the household holds the card, or what would say it."""
    if faits.coche("handicap"):
        return True, ()
    if faits.cas is None or faits.cas.menage is None:
        return False, ()
    return selon_foyer(replace(faits.cas, au=faits.au), lambda foyer: foyer.handicap)


def _personne_protegee(faits: FaitsDalo) -> tuple[bool | None, tuple[Manquant, ...]]:
    """Tell whether a minor is à charge or a card is held; without a household the box of the form says it."""
    if faits.cas is None or faits.cas.menage is None:
        return False, ()
    valeur, inconnus = selon_foyer(
        replace(faits.cas, au=faits.au), lambda foyer: foyer.handicap or _un_mineur(foyer, faits.au)
    )
    if valeur is not None:
        return valeur, ()
    sans_age = [p for p in faits.cas.menage.personnes if _age_inconnu(p) and p.a_charge is not False]
    return None, (*inconnus, *(naissance_absente(personne) for personne in sans_age))


def _un_mineur(foyer: Foyer, au: date) -> bool | None:
    """Tell whether someone à charge is a minor; None when an unknown age may be one."""
    if any((age := personne.age(au)) is not None and age < majorite() for personne in foyer.a_charge):
        return True
    return None if any(_age_inconnu(personne) for personne in foyer.a_charge) else False


def _age_inconnu(personne: Personne) -> bool:
    """Tell whether someone who is neither an adult of the demande nor an ascendant has no birth date."""
    return personne.naissance is None and personne.role in ("enfant", "autre") and personne.garde != "visite"


def _trop_petit(faits: FaitsDalo) -> bool | None:
    """Compare the present dwelling with the legal surface, strictly; None when a figure is unknown."""
    occupants = faits.situation.get("personnes_actuelles")
    if faits.surface_actuelle is None or not isinstance(occupants, int | Decimal) or occupants < 1:
        return None
    return faits.surface_actuelle < surface_minimale(int(occupants))


def _fonde(faits: FaitsDalo, conditions: Mapping[str, Verdict[bool]]) -> Verdict[bool]:
    """Tell whether the conditions hold and one ground at least, whatever the unknown kind of place."""
    bonne_foi = next(ligne for ligne in bareme("dalo")["condition"] if ligne["code"] == "bonne_foi")
    incomplet = bareme("dalo")["cas_incomplet"]
    rappels = (
        Motif("dalo_bonne_foi", bonne_foi["reference"], {}, bonne_foi["libelle"]),
        Motif("dalo_cas_incomplet", incomplet["reference"], {}, incomplet["texte"]),
    )
    manquee = next((verdict for verdict in conditions.values() if verdict.valeur is False), None)
    motif = _un_motif(faits)
    if manquee is not None or motif.valeur is False:
        return etabli(False, *(manquee or motif).motifs, *rappels)
    manquants = [m for verdict in (*conditions.values(), motif) for m in verdict.manquants]
    return indetermine(manquants) if manquants else etabli(True, *motif.motifs, *rappels[:1])


def _un_motif(faits: FaitsDalo) -> Verdict[bool]:
    """Tell whether one ground at least is met, under every kind of place that an unknown one may be."""
    lieux = [faits.lieu] if faits.lieu or not faits.coche("heberge_structure") else [*LIEUX]
    lectures = [list(motifs_dalo(replace(faits, lieu=lieu)).values()) for lieu in lieux]
    remplis = [next((v for v in lecture if v.valeur), None) for lecture in lectures]
    if all(remplis):
        motifs = [motif for v in remplis if v is not None for motif in v.motifs]
        return etabli(True, *(motif for rang, motif in enumerate(motifs) if motif not in motifs[:rang]))
    manquants = [m for verdict in motifs_dalo(faits).values() for m in verdict.manquants]
    if manquants:
        return indetermine(manquants)
    return etabli(False, Motif("dalo_aucun_motif", "CCH R.441-14-1", {}, "Aucun motif n'est rempli pour ce recours."))
