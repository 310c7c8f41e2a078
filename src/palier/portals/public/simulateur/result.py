"""What the law says of a case, in lines for the page: each with its verdict, whose reasons the page opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from palier.droit.acces import acces_action_logement
from palier.droit.categorie import categorie_menage
from palier.droit.effort import charge_logement
from palier.droit.menage import FINANCEMENTS, Cas
from palier.droit.occupation import sous_occupation, suroccupation, typologies
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.ressources import ressources_retenues
from palier.droit.verdict import Verdict, indetermine
from palier.droit.zones import zone_abc, zone_apl, zone_plafonds
from palier.portals.public.simulateur.aids import aid_rows
from palier.portals.public.simulateur.words import money, percent, whole

AnyVerdict = Verdict[Any]
DASH = "—"
ASKED = ("commune", "menage", "emploi", "situation", "logement")


@dataclass(frozen=True)
class Line:
    """One answer of the law: label, value in words, kind of icon, and the verdict that holds its reasons."""

    label: str
    value: str
    kind: str
    verdict: AnyVerdict
    repeats: bool = False
    """Whether all that is missing here was said by a line above."""


def unsaid(verdict: AnyVerdict) -> bool:
    """Whether the law cannot decide yet."""
    return not verdict.sur


def result(cas: Cas) -> dict[str, Any]:
    """The context of the page of the answer."""
    plafonds = [plafond_row(cas, name) for name in FINANCEMENTS]
    menage, zones, access = menage_lines(cas), zone_lines(cas), access_line(cas)
    logement = list(marked(logement_lines(cas)))
    aids = aid_rows(cas, charge_logement(cas).aide_logement if cas.logement else None)
    verdicts = [verdict for row in plafonds for verdict in (row["plafond"], row["eligible"])]
    verdicts += [line.verdict for line in (*menage, *zones, access, *logement)]
    return {
        "plafonds": plafonds,
        "resume": summary(plafonds),
        "menage": menage,
        "zones": zones,
        "zones_faits": [(line.label, line.value) for line in zones],
        "acces": access,
        "logement": logement,
        "aides": [row for row in aids if row["kind"] in ("ok", "doubt")],
        "aides_locales": [row for row in aids if row["kind"] == "info"],
        "aides_fermees": [row for row in aids if row["kind"] == "err"],
        "manque": missing(cas, verdicts),
    }


def marked(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, those that miss nothing new being marked: one gap is said once a section."""
    seen: set[str] = set()
    for line in lines:
        facts = {each.fait for each in line.verdict.manquants}
        yield replace(line, repeats=bool(facts) and facts <= seen)
        seen |= facts


def missing(cas: Cas, verdicts: list[AnyVerdict]) -> AnyVerdict | None:
    """The facts of the person that are missing, each once, as one verdict; None when none is.

    What the law itself does not say, and a dwelling that nobody wants to test, are not asked for.
    """
    known = ASKED if cas.logement is not None else tuple(each for each in ASKED if each != "logement")
    found = [each for verdict in verdicts for each in verdict.manquants if each.fait.partition(".")[0] in known]
    return indetermine(found) if found else None


def financing_names() -> Mapping[str, str]:
    """The kinds of dwelling in plain words, in the language of the page."""
    return {
        "PLAI": _("Très social (PLAI)"),
        "PLUS": _("Social (PLUS)"),
        "PLS": _("Social, plafond haut (PLS)"),
        "PLI": _("Intermédiaire (PLI)"),
    }


def plafond_row(cas: Cas, name: str) -> dict[str, Any]:
    """One kind of dwelling: ceiling, resources, margin, answer."""
    plafond, eligible = plafond_ressources(cas, name), eligibilite(cas, name)
    facts = eligible.motifs[0].faits if eligible.motifs else {}
    margin = _margin(facts)
    words = {True: _("Sous le plafond"), False: _("Au-dessus du plafond"), None: _("Pas encore établi")}
    return {
        "nom": financing_names()[name],
        "code": name,
        "plafond": plafond,
        "eligible": eligible,
        "montant": money(plafond.valeur) if plafond.valeur is not None else DASH,
        "ressources": money(_cents(facts["ressources"])) if "ressources" in facts else DASH,
        "marge": money(margin) if margin is not None else DASH,
        "mot": words[eligible.valeur],
        "kind": kind_of(eligible),
    }


def kind_of(verdict: Verdict[bool]) -> str:
    """The icon of a yes, a no, or what is not settled."""
    return {True: "ok", False: "err", None: "doubt"}[verdict.valeur]


def _cents(euros: object) -> int:
    return int(Decimal(str(euros)) * 100)


def _margin(facts: Mapping[str, Any]) -> int | None:
    """What is left under the ceiling in cents, negative above it."""
    if "ressources" not in facts or "plafond" not in facts:
        return None
    return _cents(facts["plafond"]) - _cents(facts["ressources"])


def summary(rows: list[dict[str, Any]]) -> str:
    """One sentence about the four ceilings."""
    names = {
        "PLAI": _("très social (PLAI)"),
        "PLUS": _("social (PLUS)"),
        "PLS": _("plafond haut (PLS)"),
        "PLI": _("intermédiaire (PLI)"),
    }
    under = [names[row["code"]] for row in rows if row["kind"] == "ok"]
    if under:
        return _("Vos ressources ne dépassent pas le plafond pour\u00a0: %(names)s.") % {"names": ", ".join(under)}
    if all(row["kind"] == "err" for row in rows):
        return _("Vos ressources dépassent les quatre plafonds. Une baisse récente et prouvée peut compter.")
    return _("Nous ne pouvons pas encore comparer vos ressources aux plafonds. Voyez ce qui manque.")


def menage_lines(cas: Cas) -> list[Line]:
    """Category, size of dwelling, resources."""
    category, sizes = categorie_menage(cas), typologies(cas)
    more = category.complements.get("supplements", 0)
    value = str(category.valeur)
    if more:
        said = ngettext("%(category)s, plus %(more)s supplément", "%(category)s, plus %(more)s suppléments", more)
        value = said % {"category": value, "more": more}
    target = ""
    if all(each.sur for each in sizes.values()):
        named = {name: each.valeur for name, each in sizes.items()}
        target = _("%(cible)s, entre %(min)s et %(max)s") % named
    money_kept = ressources_retenues(cas)
    return [
        _info(_("Catégorie de ménage"), value, category),
        _info(_("Taille de logement"), target, sizes["cible"]),
        _info(_("Ressources retenues, par an"), money(money_kept.valeur or 0), money_kept),
    ]


def zone_lines(cas: Cas) -> list[Line]:
    """The three zones of the commune."""
    des_plafonds, abc, apl = (
        zone_plafonds(cas.commune, cas.au),
        zone_abc(cas.commune, cas.au),
        zone_apl(cas.commune, cas.au),
    )
    return [
        _info(_("Zone des plafonds"), zone_names().get(str(des_plafonds.valeur), ""), des_plafonds),
        _info(_("Zone ABC"), str(abc.valeur), abc),
        _info(_("Zone des aides au logement"), str(apl.valeur), apl),
    ]


def zone_names() -> Mapping[str, str]:
    """The zones of ceilings in the language of the page."""
    return {
        "paris_limitrophes": _("Paris et communes limitrophes"),
        "reste_idf": _("Reste de l'Île-de-France"),
        "autres_regions": _("Autres régions"),
        "outre_mer": _("Outre-mer"),
    }


def _info(label: str, value: str, verdict: AnyVerdict, kind: str = "info") -> Line:
    """A line with its value, or « pas encore établi »."""
    return (
        Line(label, _("Pas encore établi"), "doubt", verdict) if unsaid(verdict) else Line(label, value, kind, verdict)
    )


def access_line(cas: Cas) -> Line:
    """Whether the employer opens access to the offers of Action Logement."""
    verdict = acces_action_logement(cas)
    words = {True: _("Votre employeur ouvre cet accès"), False: _("Votre employeur n'ouvre pas cet accès")}
    value = words[verdict.valeur] if verdict.valeur is not None else ""
    return _info(_("Offres d'Action Logement"), value, verdict, kind_of(verdict))


def logement_lines(cas: Cas) -> Iterator[Line]:
    """What the dwelling to test costs, leaves, and whether its size fits; nothing without a dwelling."""
    if cas.logement is None:
        return
    load, per_month = charge_logement(cas), _("%(amount)s par mois")
    aid, rest, effort = load.aide_logement, load.reste_a_payer, load.taux_effort
    yield _info(_("Aide au logement, estimée"), per_month % {"amount": whole(aid.valeur or 0)}, aid)
    yield _info(_("Reste à payer, charges comprises"), per_month % {"amount": whole(rest.valeur or 0)}, rest)
    yield _info(_("Effort"), _("%(part)s de vos revenus") % {"part": percent(effort.valeur or 0)}, effort)
    daily = _("%(amount)s par jour et par unité de consommation") % {"amount": money(load.reste_a_vivre.valeur or 0)}
    yield _info(_("Reste pour vivre"), daily, load.reste_a_vivre)
    small, large = suroccupation(cas), sous_occupation(cas)
    if cas.logement.surface is not None:
        yield _size(_("Surface"), _("Trop petite pour votre ménage"), _("Suffisante"), small)
    if cas.logement.typologie is not None:
        yield _size(_("Nombre de pièces"), _("Plus de pièces que l'écart admis"), _("Dans l'écart admis"), large)


def _size(label: str, bad: str, good: str, verdict: Verdict[bool]) -> Line:
    """Whether a size fits; one that does not is « possible, mais », never a refusal."""
    return _info(label, bad if verdict.valeur else good, verdict, "warn" if verdict.valeur else "ok")
