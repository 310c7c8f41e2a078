"""The questions about work, money, and a dwelling to test."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.droit.bareme import bareme
from palier.droit.menage import EFFECTIF_MAXIMUM, Cas, Emploi, Logement, Personne
from palier.parc.enums import Financement, Typologie
from palier.portals.forms import AmountField, ChoiceField, DayField, WholeField
from palier.portals.public.simulateur.persons import menage_of, name_of, with_changes
from palier.portals.public.simulateur.question import (
    DONT_KNOW,
    UNKNOWN,
    AmountsQuestion,
    Data,
    Question,
    SurfaceField,
)
from palier.portals.public.simulateur.words import labelled, percent

SEEKS, OTHER = "recherche", "autre"
JOINT = gettext_lazy("Avis d'impôt commun\u00a0: écrivez le total pour vous, et 0 pour l'autre personne.")


def emploi_of(cas: Cas) -> Emploi:
    """The work of the demandeur, unknown by default."""
    return cas.emploi or Emploi()


class EmployeurForm(Question):
    title = gettext_lazy("Pour qui travaillez-vous\u00a0?")
    why = gettext_lazy(
        "Certains employeurs cotisent à Action Logement. Leurs salariés ont accès à plus d'offres et d'aides."
    )
    employeur = ChoiceField(
        label=title,
        help_text=gettext_lazy("En couple, une seule demande suffit. La personne salariée peut la porter."),
        choices=[
            ("prive", gettext_lazy("Une entreprise ou une association")),
            ("agricole", gettext_lazy("Une entreprise agricole")),
            ("epic", gettext_lazy("Un établissement public industriel et commercial (EPIC)")),
            ("public", gettext_lazy("L'État, une collectivité, un hôpital public")),
            (SEEKS, gettext_lazy("Personne, je cherche un emploi")),
            (OTHER, gettext_lazy("Autre situation, ou je ne sais pas")),
        ],
        widget=forms.RadioSelect,
    )

    def known(self) -> Data:
        """The sector of the case."""
        emploi = self.cas.emploi
        if emploi is None:
            return {}
        return {"employeur": SEEKS if emploi.demandeur_emploi else emploi.secteur or OTHER}

    def applied(self) -> Cas:
        """The work so said; another employer forgets what was said of the first."""
        said, emploi = self.cleaned_data["employeur"], emploi_of(self.cas)
        if said == SEEKS:
            return replace(self.cas, emploi=Emploi(demandeur_emploi=True))
        if said == OTHER:
            return replace(self.cas, emploi=Emploi())
        return self.cas if emploi.secteur == said else replace(self.cas, emploi=Emploi(secteur=said))


class EffectifForm(Question):
    title = gettext_lazy("Combien de salariés compte votre employeur\u00a0?")
    why = gettext_lazy("L'accès aux offres d'Action Logement commence à un nombre de salariés fixé par la loi.")
    unknown = DONT_KNOW
    effectif = WholeField(
        label=title,
        help_text=gettext_lazy("Toute l'entreprise. Environ suffit."),
        low=1,
        high=EFFECTIF_MAXIMUM,
    )

    def known(self) -> Data:
        """The number of the case."""
        return {"effectif": emploi_of(self.cas).effectif}

    def applied(self) -> Cas:
        """The employer with so many employees."""
        return replace(self.cas, emploi=replace(emploi_of(self.cas), effectif=self.cleaned_data["effectif"]))

    def forgotten(self) -> Cas:
        """The employer of a size unknown."""
        return replace(self.cas, emploi=replace(emploi_of(self.cas), effectif=None))


class ContratForm(Question):
    title = gettext_lazy("Quel est votre contrat\u00a0?")
    why = gettext_lazy("Certaines aides dépendent du contrat et de la date d'embauche.")
    contrat = ChoiceField(
        label=gettext_lazy("Contrat"),
        choices=[
            ("cdi", gettext_lazy("CDI")),
            ("cdd", gettext_lazy("CDD")),
            ("interim", gettext_lazy("Intérim")),
            ("alternance", gettext_lazy("Alternance ou apprentissage")),
            (UNKNOWN, gettext_lazy("Autre, ou je ne sais pas")),
        ],
        widget=forms.RadioSelect,
    )
    debut = DayField(
        label=gettext_lazy("Date d'embauche"),
        help_text=gettext_lazy("Laissez vide si vous ne la connaissez pas. Exemple\u00a0: 6 1 2020"),
        required=False,
    )

    def known(self) -> Data:
        """The contract of the case."""
        return {"contrat": emploi_of(self.cas).contrat, "debut": emploi_of(self.cas).debut}

    def applied(self) -> Cas:
        """The work under this contract."""
        said = self.cleaned_data["contrat"]
        contract = None if said == UNKNOWN else said
        return replace(
            self.cas, emploi=replace(emploi_of(self.cas), contrat=contract, debut=self.cleaned_data["debut"])
        )


class RfrForm(AmountsQuestion):
    why = gettext_lazy(
        "C'est le revenu que la loi compare aux plafonds. Il est sur la première page de l'avis d'impôt."
    )

    def __init__(self, cas: Cas, person_id: str = "", data: Any = None) -> None:
        super().__init__(cas, person_id, data)
        adults = menage_of(cas).adultes
        self.intro = JOINT if len(adults) > 1 else ""
        for each in adults:
            label = name_of(cas, each.id) if len(adults) > 1 else self.heading()
            self.fields[f"rfr_{each.id}"] = AmountField(label=label, required=False, help_text=self.hint())

    def heading(self) -> str:
        """The tax income of which year."""
        return _("Quel est votre revenu fiscal de référence %(year)s\u00a0?") % {"year": self.cas.au.year - 2}

    def hint(self) -> str:
        """On which notice it stands."""
        years = {"year": self.cas.au.year - 2, "notice": self.cas.au.year - 1}
        return _("Avis d'impôt reçu en %(notice)s, sur les revenus %(year)s.") % years

    def known(self) -> Data:
        """The figures of the case."""
        year = self.cas.au.year - 2
        return {f"rfr_{each.id}": each.rfr.get(year) for each in menage_of(self.cas).adultes}

    def applied(self) -> Cas:
        """Each adult with this figure."""
        year = self.cas.au.year - 2
        return with_changes(
            self.cas,
            {
                each.id: rfr_changed(each, year, self.cleaned_data[f"rfr_{each.id}"])
                for each in menage_of(self.cas).adultes
            },
        )

    def forgotten(self) -> Cas:
        """No adult with a figure."""
        year = self.cas.au.year - 2
        return with_changes(self.cas, {each.id: rfr_changed(each, year, None) for each in menage_of(self.cas).adultes})


def rfr_changed(person: Personne, year: int, cents: int | None) -> Data:
    """The tax incomes of a person with this one, or without it."""
    kept = {each: value for each, value in person.rfr.items() if each != year}
    return {"rfr": kept if cents is None else {**kept, year: cents}}


class RecentsForm(AmountsQuestion):
    why = gettext_lazy("Un revenu plus récent et plus bas peut remplacer l'ancien. Il faut le prouver.")
    unknown = gettext_lazy("Pas de baisse, ou je ne sais pas")

    def __init__(self, cas: Cas, person_id: str = "", data: Any = None) -> None:
        super().__init__(cas, person_id, data)
        fall = 1 - Decimal(str(bareme("menage")["ressources"]["baisse"]))
        said = _("Une baisse d'au moins %(fall)s peut compter. Sinon, passez cette question.")
        self.intro = said % {"fall": percent(fall)}
        year, adults = cas.au.year - 1, menage_of(cas).adultes
        for each in adults:
            who = name_of(cas, each.id) if len(adults) > 1 else ""
            labels = (
                _("revenu fiscal de référence %(year)s") % {"year": year},
                _("total des douze derniers mois, net imposable"),
            )
            for name, label in zip(("n1", "douze"), labels, strict=True):
                shown = labelled(who, label) if who else f"{label[:1].upper()}{label[1:]}"
                self.fields[f"{name}_{each.id}"] = AmountField(label=shown, required=False)

    def heading(self) -> str:
        """Whether incomes fell since which year."""
        return _("Vos revenus ont-ils baissé depuis %(year)s\u00a0?") % {"year": self.cas.au.year - 2}

    def known(self) -> Data:
        """The recent figures of the case."""
        year = self.cas.au.year - 1
        adults = menage_of(self.cas).adultes
        fiscal = {f"n1_{each.id}": each.rfr.get(year) for each in adults}
        return fiscal | {f"douze_{each.id}": each.douze_mois for each in adults}

    def answer(self) -> str:
        """The figures, or that there are none."""
        return super().answer() if any(value is not None for value in self.initial.values()) else str(self.unknown)

    def applied(self) -> Cas:
        """Each adult with these figures."""
        return self._changed(self.cleaned_data)

    def forgotten(self) -> Cas:
        """No recent figure."""
        return self._changed({})

    def _changed(self, said: Data) -> Cas:
        year = self.cas.au.year - 1
        changes = {
            each.id: {**rfr_changed(each, year, said.get(f"n1_{each.id}")), "douze_mois": said.get(f"douze_{each.id}")}
            for each in menage_of(self.cas).adultes
        }
        return with_changes(self.cas, changes)


class NetForm(AmountsQuestion):
    title = gettext_lazy("Combien touchez-vous par mois\u00a0?")
    why = gettext_lazy("Ce revenu sert à calculer les aides, l'effort et ce qui vous reste pour vivre.")

    def __init__(self, cas: Cas, person_id: str = "", data: Any = None) -> None:
        super().__init__(cas, person_id, data)
        adults = menage_of(cas).adultes
        for each in adults:
            label = name_of(cas, each.id) if len(adults) > 1 else self.title
            self.fields[f"net_{each.id}"] = AmountField(
                label=label, required=False, help_text=_("Net, le dernier mois. Salaire, chômage, pension.")
            )

    def known(self) -> Data:
        """The figures of the case."""
        return {f"net_{each.id}": each.net_mensuel for each in menage_of(self.cas).adultes}

    def applied(self) -> Cas:
        """Each adult with this figure."""
        adults = menage_of(self.cas).adultes
        return with_changes(
            self.cas, {each.id: {"net_mensuel": self.cleaned_data[f"net_{each.id}"]} for each in adults}
        )

    def forgotten(self) -> Cas:
        """No adult with a figure."""
        return with_changes(self.cas, {each.id: {"net_mensuel": None} for each in menage_of(self.cas).adultes})


class LoyerForm(Question):
    title = gettext_lazy("Avez-vous un logement en vue\u00a0?")
    intro = gettext_lazy("Donnez son loyer\u00a0: nous calculons ce qui reste à payer.")
    why = gettext_lazy(
        "L'aide au logement et l'effort dépendent du loyer. Ce sont des estimations\u00a0: la Caf décide."
    )
    unknown = gettext_lazy("Pas de logement à tester")
    loyer_hc = AmountField(label=gettext_lazy("Loyer hors charges, par mois"), required=False)
    loyer_cc = AmountField(label=gettext_lazy("Loyer charges comprises, par mois"), required=False)
    surface = SurfaceField(label=gettext_lazy("Surface en m²"), required=False)
    typologie = ChoiceField(
        label=gettext_lazy("Nombre de pièces"), required=False, choices=[("", DONT_KNOW), *Typologie.choices]
    )
    financement = ChoiceField(
        label=gettext_lazy("Type de logement"),
        required=False,
        choices=[
            ("", DONT_KNOW),
            (Financement.PLAI, gettext_lazy("Très social (PLAI)")),
            (Financement.PLUS, gettext_lazy("Social (PLUS)")),
            (Financement.PLS, gettext_lazy("Social, plafond haut (PLS)")),
            (Financement.PLI, gettext_lazy("Intermédiaire (PLI)")),
        ],
    )

    def known(self) -> Data:
        """The dwelling of the case."""
        logement = self.cas.logement or Logement()
        return {name: getattr(logement, name) for name in self.base_fields}

    def answer(self) -> str:
        """The dwelling, or that there is none."""
        return super().answer() if self.cas.logement is not None else str(self.unknown)

    def clean(self) -> Data:
        """Refuse an empty screen, and a loyer with charges lower than without."""
        cleaned: Data = super().clean() or {}
        without, whole = cleaned.get("loyer_hc"), cleaned.get("loyer_cc")
        if without is not None and whole is not None and whole < without:
            self.add_error("loyer_cc", _("Ce loyer est plus bas que le loyer hors charges. Vérifiez les deux."))
        if not self.errors and not any(value not in (None, "") for value in cleaned.values()):
            self.add_error("loyer_hc", _("Rien n'est écrit. Donnez le loyer, ou passez la question."))
        return cleaned

    def applied(self) -> Cas:
        """The case with this dwelling."""
        said = {name: value if value != "" else None for name, value in self.cleaned_data.items()}
        return replace(self.cas, logement=Logement(**said))

    def forgotten(self) -> Cas:
        """The case without a dwelling."""
        return replace(self.cas, logement=None)
