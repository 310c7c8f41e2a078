"""May this household have this dwelling? Four answers, each with its sentence, its rule and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from palier.candidatures.facts import Profil, cas_offre, fits, profil, travel_minutes
from palier.candidatures.rules import number
from palier.demandes.models import Demande
from palier.droit.acces import acces_action_logement
from palier.droit.effort import Charge, charge_logement, effort_brut
from palier.droit.menage import Cas
from palier.droit.occupation import suroccupation, typologies
from palier.droit.plafonds import eligibilite
from palier.droit.verdict import Manquant, Motif, Verdict
from palier.parc.models import Offre

NBSP = "\u00a0"
OUI, MAIS, INDETERMINE, NON = "oui", "mais", "indetermine", "non"


@dataclass(frozen=True)
class Verdict4:
    """The answer: `kind` is oui, mais, indetermine or non; `phrase` follows the first words of the kind.

    `effort` is before aid; `charge` holds what the aid leaves to pay, established or not.
    """

    kind: str
    phrase: str
    motifs: tuple[Motif, ...] = ()
    manquants: tuple[Manquant, ...] = ()
    effort: float | None = None
    trajet: int | None = None
    charge: Charge | None = None

    @property
    def may_apply(self) -> bool:
        """Only « Non » closes the door."""
        return self.kind != NON


def verdict(demande: Demande | Profil | None, offre: Offre, au: date) -> Verdict4:
    """The verdict of this offre for this demande on `au`; without a demande, what is missing is the demande."""
    if demande is None:
        missing = Manquant("demande", None, "Créez un compte et remplissez votre demande.")
        return Verdict4(INDETERMINE, "il nous faut votre foyer et vos revenus.", manquants=(missing,))
    known = demande if isinstance(demande, Profil) else profil(demande, au)
    cas = cas_offre(known, offre, au)
    charge, minutes = charge_logement(cas), travel_minutes(known, offre)
    measures = (effort_brut(cas).valeur, minutes, charge)
    reasons = (*refusals(known, offre, cas),)
    if reasons:
        return Verdict4(NON, reasons[0].texte, reasons, (), *measures)
    missing_facts = unknowns(offre, cas)
    if missing_facts:
        return Verdict4(INDETERMINE, missing_facts[0].texte, (), missing_facts, *measures)
    warnings = (*_warnings(known, offre, cas, _weight_of(cas, charge), minutes),)
    right = eligibilite(cas, offre.logement.financement).motifs
    if warnings:
        return Verdict4(MAIS, warnings[0].texte, (*warnings, *right), (), *measures)
    return Verdict4(OUI, "", right, (), *measures)


def _weight_of(cas: Cas, charge: Charge) -> Verdict[float]:
    """The effort once the aid is deducted, or before it while the aid cannot be estimated."""
    return charge.taux_effort if charge.taux_effort.sur else effort_brut(cas)


def refusals(known: Profil, offre: Offre, cas: Cas) -> list[Motif]:
    """What closes the door: an income ceiling, a legal reservation, an adapted dwelling. Nothing else may."""
    found: list[Motif] = []
    right = eligibilite(cas, offre.logement.financement)
    if right.valeur is False:
        found += right.motifs
    access = acces_action_logement(cas) if is_reserved(offre) else None
    if access is not None and access.valeur is False:
        found += access.motifs
    if offre.logement.adapte and not (known.situation.get("handicap") or _card(cas)):
        text = "Ce logement est adapté au handicap. Il est réservé aux foyers qui en ont besoin."
        found.append(Motif("logement_adapte", "CCH L.441-1", {"adapte": True}, text))
    return found


def is_reserved(offre: Offre) -> bool:
    """True when the dwelling belongs to the contingent of employers (CCH L.313-26-2)."""
    holder = offre.logement.reservataire
    return holder is not None and holder.kind == "reservataire"


def _card(cas: Cas) -> bool:
    return cas.menage is not None and any(person.handicap for person in cas.menage.personnes)


def unknowns(offre: Offre, cas: Cas) -> tuple[Manquant, ...]:
    """The facts without which the law cannot answer."""
    missing = list(eligibilite(cas, offre.logement.financement).manquants)
    if is_reserved(offre):
        missing += acces_action_logement(cas).manquants
    return tuple(missing)


def _warnings(known: Profil, offre: Offre, cas: Cas, weight: Verdict[float], minutes: int | None) -> list[Motif]:
    found: list[Motif] = []
    if fits(cas, offre.logement.typologie) is False:
        found.append(_size(offre, cas))
    crowded = suroccupation(cas)
    if crowded.valeur:
        found += crowded.motifs
    if weight.valeur is not None and weight.valeur * 100 > number("effort_alerte"):
        found += weight.motifs
    if minutes is not None and minutes > number("trajet_alerte"):
        text = f"Le travail serait à environ {minutes}{NBSP}minutes, à vol d'oiseau."
        found.append(Motif("trajet", "estimation du service", {"minutes": minutes}, text))
    return found


def _size(offre: Offre, cas: Cas) -> Motif:
    bounds = typologies(cas)
    low, high = bounds["min"].valeur, bounds["max"].valeur
    text = f"Un {offre.logement.typologie} va d'abord à d'autres foyers. Pour le vôtre, l'usage est de {low} à {high}."
    reference = bounds["min"].motifs[0].reference if bounds["min"].motifs else ""
    return Motif("taille", reference, {"typologie": offre.logement.typologie, "min": low, "max": high}, text)


@dataclass(frozen=True)
class Condition:
    """One condition beside one's own value: `kind` is ok, warn, err or doubt."""

    kind: str
    regle: str
    vous: str
    reference: str


def conditions(known: Profil, offre: Offre, au: date) -> list[Condition]:
    """What the law and the usage ask, beside what this household has."""
    cas = cas_offre(known, offre, au)
    found = [_resources(eligibilite(cas, offre.logement.financement), offre)]
    if is_reserved(offre):
        access = acces_action_logement(cas)
        kind = "doubt" if access.valeur is None else "ok" if access.valeur else "err"
        source = access.motifs[0].reference if access.motifs else "CCH L.313-26-2"
        found.append(Condition(kind, "Réservé aux salariés d'employeurs cotisants", access.texte(), source))
    fit = fits(cas, offre.logement.typologie)
    bounds = typologies(cas)["cible"]
    reference = bounds.motifs[0].reference if bounds.motifs else ""
    size = "doubt" if fit is None else "ok" if fit else "warn"
    found.append(Condition(size, f"Taille{NBSP}: {offre.logement.typologie}", bounds.texte(), reference))
    weight = _weight_of(cas, charge_logement(cas))
    found.append(_weight(weight.valeur, weight.texte()))
    return found


def _resources(right: Verdict[bool], offre: Offre) -> Condition:
    label = f"Ressources, plafond {offre.logement.financement}"
    if right.valeur is None:
        return Condition("doubt", label, right.texte(), "CCH R.441-1")
    return Condition("ok" if right.valeur else "err", label, right.motifs[0].texte, right.motifs[0].reference)


def _weight(value: float | None, text: str) -> Condition:
    label = f"Effort{NBSP}: {number('effort_repere')}{NBSP}% conseillés, aide déduite"
    if value is None:
        return Condition("doubt", label, text, "CCH R.441-3-1")
    kind = "warn" if value * 100 > number("effort_repere") else "ok"
    return Condition(kind, label, text, "CCH R.441-3-1")
