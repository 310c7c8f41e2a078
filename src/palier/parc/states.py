"""Life cycle of an offre, from the bailleur's draft to the home let. One table, no framework."""

from palier.base.lifecycle import LifeCycle, Transition

BEFORE_CLOSING = ("brouillon", "programmee", "publiee")
AFTER_CLOSING = ("cloturee", "en_designation", "en_commission", "attribuee")

OFFRE = LifeCycle(
    name="offre",
    initial="brouillon",
    states=(*BEFORE_CLOSING, *AFTER_CLOSING, "pourvue", "infructueuse", "retiree"),
    live=(*BEFORE_CLOSING, *AFTER_CLOSING),
    labels={
        "brouillon": "Brouillon",
        "programmee": "Programmée",
        "publiee": "Ouverte aux candidatures",
        "cloturee": "Close, rang arrêté",
        "en_designation": "Désignation en cours",
        "en_commission": "En commission",
        "attribuee": "Attribuée",
        "pourvue": "Logement loué",
        "infructueuse": "Sans suite",
        "retiree": "Retirée par le bailleur",
    },
    transitions=(
        Transition("programmer", ("brouillon",), "programmee", ("bailleur",), "Programmer la publication"),
        Transition("publier", ("brouillon", "programmee"), "publiee", ("bailleur", "systeme"), "Publier"),
        Transition("cloturer", ("publiee",), "cloturee", ("systeme",), "Clore les candidatures"),
        Transition(
            "ouvrir_designation", ("cloturee",), "en_designation", ("reservataire", "bailleur"), "Ouvrir la désignation"
        ),
        Transition("presenter", ("en_designation",), "en_commission", ("bailleur",), "Inscrire à l'ordre du jour"),
        Transition("attribuer", ("en_commission",), "attribuee", ("bailleur", "membre_caleol"), "Attribuer"),
        Transition("pourvoir", ("attribuee",), "pourvue", ("bailleur",), "Constater le bail signé"),
        Transition(
            "constater_sans_suite",
            AFTER_CLOSING,
            "infructueuse",
            ("bailleur", "membre_caleol", "systeme"),
            "Constater qu'il n'y a plus de candidat",
            reason=True,
        ),
        Transition(
            "retirer", (*BEFORE_CLOSING, *AFTER_CLOSING), "retiree", ("bailleur",), "Retirer l'offre", reason=True
        ),
    ),
)
