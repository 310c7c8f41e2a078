"""The questions of the short demande, one form per step; the perimeter has a page of its own."""

from palier.portals.demandeur.questions.base import Data, StepForm
from palier.portals.demandeur.questions.foyer import IdentiteForm, MenageForm, PersonneForm
from palier.portals.demandeur.questions.recherche import LogementForm, RelectureForm, SituationForm
from palier.portals.demandeur.questions.travail import RessourcesForm, TravailForm

__all__ = ["FORMS", "Data", "PersonneForm", "StepForm"]

FORMS: dict[str, type[StepForm]] = {
    "identite": IdentiteForm,
    "menage": MenageForm,
    "travail": TravailForm,
    "ressources": RessourcesForm,
    "logement": LogementForm,
    "situation": SituationForm,
    "relecture": RelectureForm,
}
