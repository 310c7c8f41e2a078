"""What the components sheet shows: invented people, rents and dates."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms

from palier.portals.ui import chances, icons

NOW = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)
CLOSING = datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)


class DayWidget(forms.MultiWidget):
    """Day, month, year in three fields, drawn by `ui/jour.html`."""

    template_name = "ui/jour.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__({name: forms.TextInput({"inputmode": "numeric"}) for name in ("jour", "mois", "annee")})

    def decompress(self, value: date | None) -> list[str]:
        """A date in its three parts."""
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


class DayField(forms.MultiValueField):
    """Three whole numbers; incomplete is an error."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields=[forms.IntegerField() for _ in range(3)], widget=DayWidget(), **options)


class SheetForm(forms.Form):
    """One field of each shape."""

    prefix = "fiche"
    commune = forms.CharField(label="Commune où vous travaillez", help_text="Le nom ou le code postal", max_length=80)
    loyer = forms.CharField(label="Loyer au plus, par mois", required=False)
    personnes = forms.ChoiceField(label="Personnes à loger", choices=[("1", "1 personne"), ("3", "3 personnes")])
    ascenseur = forms.ChoiceField(
        label="Ascenseur",
        widget=forms.RadioSelect,
        choices=[("indifferent", "Indifférent"), ("indispensable", "Indispensable")],
    )
    naissance = DayField(
        label="Votre date de naissance",
        help_text="Jour, mois, année. Exemple\u00a0: 12 3 1992",
        error_messages={"required": "il manque l'année. Exemple\u00a0: 12 3 1992"},
    )
    visite = forms.ChoiceField(
        label="Visiter avant de répondre",
        widget=forms.RadioSelect,
        choices=[("a", "jeudi 26 novembre, 17 h 30"), ("b", "vendredi 27 novembre, 12 h 00")],
    )
    motif = forms.CharField(label="Motif, lu par chaque personne", widget=forms.Textarea(attrs={"rows": 3}))
    sms = forms.BooleanField(label="Me prévenir par SMS", required=False)


def forms_of_the_sheet() -> dict[str, SheetForm]:
    """A form filled and right, and the same with a field to be corrected."""
    filled = {
        "fiche-commune": "Blagnac",
        "fiche-personnes": "3",
        "fiche-ascenseur": "indifferent",
        "fiche-visite": "a",
        "fiche-motif": "Classement dans l'ordre des points.",
        "fiche-sms": "on",
        "fiche-naissance_jour": "12",
        "fiche-naissance_mois": "3",
    }
    wrong = SheetForm(filled, auto_id="faux_%s")
    wrong.is_valid()
    return {"juste": SheetForm(initial={k.removeprefix("fiche-"): v for k, v in filled.items()}), "faux": wrong}


def _verdict(kind: str, mot: str, texte: str = "", url: str = "", lien: str = "") -> dict[str, str]:
    return {"kind": kind, "mot": mot, "texte": texte, "url": url, "lien": lien}


def _offres() -> list[dict[str, Any]]:
    facts = [("Reste à payer", "268\u00a0€"), ("Effort", "14\u00a0%"), ("Vers le travail", "12\u00a0min à vélo")]
    return [
        {
            "url": "#offre-1",
            "titre": "Blagnac, Grand Noble",
            "sous_titre": "61\u00a0m², 1er étage, PLAI, très social",
            "typologie": "T3",
            "loyer_cc": 49_800,
            "facts": facts,
            "candidatures": 35,
            "verdict": _verdict(
                "ok", "Vous remplissez les conditions.", "Si vous postuliez maintenant\u00a0: 4e sur\u00a036"
            ),
            "cloture": "Clôture mardi 1er\u00a0déc., dans 7\u00a0jours.",
        },
        {
            "url": "#offre-2",
            "titre": "Toulouse, Arènes",
            "sous_titre": "24\u00a0m², 3e étage, PLUS, social",
            "typologie": "T1",
            "off": True,
            "loyer_cc": 35_500,
            "candidatures": 19,
            "facts": [("Reste à payer", "—"), ("Effort", "—"), ("Vers le travail", "31\u00a0min en bus")],
            "verdict": _verdict(
                "err", "Non\u00a0: logement réservé aux moins de 30\u00a0ans.", "Vous avez 34\u00a0ans."
            ),
            "cloture": "Clôture vendredi 4\u00a0déc., dans 10\u00a0jours.",
        },
    ]


def _states() -> dict[str, Any]:
    return {
        "verdicts": [
            _verdict("ok", "Vous remplissez les conditions.", "Si vous postuliez maintenant\u00a0: 4e sur\u00a036"),
            _verdict("info", "Vous avez postulé\u00a0:", "5e sur\u00a080"),
            _verdict("warn", "Possible, mais", "les T4 vont d'abord aux foyers de 4\u00a0personnes"),
            _verdict(
                "doubt",
                "Nous ne pouvons pas encore le dire\u00a0:",
                "il manque l'avis d'impôt 2026.",
                "#piece",
                "L'ajouter",
            ),
            _verdict("err", "Non\u00a0: 27\u00a0480\u00a0€ de ressources.", "Le plafond est 25\u00a0092\u00a0€."),
        ],
        "controles": [
            _verdict("ok", "Réussi\u00a0:", "présences, quorum, points 1 et 2"),
            _verdict("doubt", "Pas concluant\u00a0:", "un conseiller va regarder."),
            _verdict("err", "Manque\u00a0:", "motif du vote contre", "#motif", "Compléter"),
        ],
        "etapes": [
            {"label": "Publication", "date": "lundi 16\u00a0nov.", "state": "past"},
            {"label": "Aujourd'hui", "date": "mardi 24\u00a0nov.", "state": "now"},
            {"label": "Clôture", "date": "lundi 30\u00a0nov.", "state": "future"},
            {"label": "Commission", "date": "jeudi 10\u00a0déc.", "state": "future"},
            {"label": "Réponse", "date": "lundi 21\u00a0déc.", "state": "future"},
        ],
    }


def context() -> dict[str, Any]:
    """Everything `ui/composants.html` needs."""
    return {
        **forms_of_the_sheet(),
        **_states(),
        "onglets": [
            ("Offres", "#", True, 0),
            ("Candidatures", "#c", False, 0),
            ("Ma demande", "#d", False, 0),
            ("Messages", "#m", False, 2),
        ],
        "icones": list(icons.PATHS),
        "maintenant": NOW,
        "cloture": CLOSING,
        "jour": date(2026, 12, 1),
        "offres": _offres(),
        "faits": [
            ("Loyer charges comprises", "498\u00a0€", True),
            ("Reste à payer", "268\u00a0€", True),
            ("Effort", "14\u00a0% de vos revenus"),
            ("Vers le travail", "12\u00a0min à vélo"),
            ("Clôture", "mardi 1er\u00a0déc."),
            ("Candidatures", "35"),
        ],
        "cellules": ["plein"] * 9 + ["bientot", "vide"],
        "zones": [
            (12, "Communes demandées", "#z1", True),
            (9, "Communes limitrophes", "#z2", False),
            (31, "Autres du département", "#z3", False),
        ],
        "chance": chances.figure(0.45, 0.2, 0.6),
        "attente": [
            ("avant 6\u00a0mois", 31),
            ("avant 1\u00a0an", 48),
            ("avant 2\u00a0ans", 74),
            ("avant 3\u00a0ans", 80),
        ],
        "communes": [
            {"d": "M20 20H220L180 160H40Z", "label": "Colomiers", "x": 110, "y": 60},
            {"d": "M220 20H380V300H60L40 160H180Z", "label": "Blagnac", "x": 290, "y": 60},
        ],
        "epingles": [
            {"x": 100, "y": 110, "texte": "562\u00a0€", "kind": "ok"},
            {"x": 250, "y": 200, "texte": "674\u00a0€", "kind": "possible"},
            {"x": 330, "y": 110, "texte": "355\u00a0€", "kind": "non"},
        ],
        "travail": (230, 110),
    }
