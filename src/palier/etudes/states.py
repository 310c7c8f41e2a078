"""Life cycle of a study: asked, running, then finished, stopped or failed. One table, no framework."""

from palier.base.lifecycle import LifeCycle, Transition

RUNNING = ("demandee", "en_cours")

ETUDE = LifeCycle(
    name="etude",
    initial="demandee",
    states=(*RUNNING, "terminee", "arretee", "echouee"),
    live=RUNNING,
    labels={
        "demandee": "En file d'attente",
        "en_cours": "En cours de calcul",
        "terminee": "Terminée",
        "arretee": "Arrêtée",
        "echouee": "Interrompue par une panne",
    },
    transitions=(
        Transition("commencer", ("demandee",), "en_cours", ("systeme",), "Commencer le calcul"),
        Transition("terminer", ("en_cours",), "terminee", ("systeme",), "Écrire le résultat"),
        Transition("arreter", RUNNING, "arretee", ("collectivite",), "Arrêter l'étude"),
        Transition("echouer", RUNNING, "echouee", ("systeme",), "Constater la panne", reason=True),
    ),
)
