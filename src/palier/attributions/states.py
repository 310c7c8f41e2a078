"""Life cycles of a séance, a proposition and a bail (CCH R.441-3, R.441-9, R.441-10). One table each, no framework."""

from palier.base.lifecycle import LifeCycle, Transition

SEANCE = LifeCycle(
    name="seance",
    initial="preparee",
    states=("preparee", "convoquee", "ouverte", "close", "signee"),
    live=("preparee", "convoquee", "ouverte"),
    labels={
        "preparee": "En préparation",
        "convoquee": "Convoquée",
        "ouverte": "Ouverte",
        "close": "Close",
        "signee": "Procès-verbal signé",
    },
    transitions=(
        Transition("convoquer", ("preparee",), "convoquee", ("bailleur",), "Convoquer les membres"),
        Transition("ouvrir", ("convoquee",), "ouverte", ("membre_caleol", "bailleur"), "Ouvrir la séance"),
        Transition("clore", ("ouverte",), "close", ("membre_caleol", "bailleur"), "Clore la séance"),
        Transition("signer", ("close",), "signee", ("membre_caleol",), "Signer le procès-verbal"),
    ),
)

PROPOSITION = LifeCycle(
    name="proposition",
    initial="envoyee",
    states=("envoyee", "acceptee", "refusee", "sans_reponse", "annulee"),
    live=("envoyee", "acceptee"),
    labels={
        "envoyee": "En attente de votre réponse",
        "acceptee": "Acceptée",
        "refusee": "Refusée",
        "sans_reponse": "Sans réponse dans le délai",
        "annulee": "Annulée",
    },
    transitions=(
        Transition("accepter", ("envoyee",), "acceptee", ("demandeur",), "J'accepte ce logement"),
        Transition("refuser", ("envoyee",), "refusee", ("demandeur",), "Je refuse ce logement", reason=True),
        Transition("expirer", ("envoyee",), "sans_reponse", ("systeme",), "Constater l'absence de réponse"),
        Transition(
            "annuler",
            ("envoyee", "acceptee"),
            "annulee",
            ("bailleur", "systeme", "demandeur"),
            "Annuler la proposition",
            reason=True,
        ),
    ),
)

BAIL = LifeCycle(
    name="bail",
    initial="a_signer",
    states=("a_signer", "signe", "annule"),
    live=("a_signer", "signe"),
    labels={"a_signer": "À signer", "signe": "Signé", "annule": "Annulé"},
    transitions=(
        Transition("signer", ("a_signer",), "signe", ("bailleur",), "Constater la signature"),
        Transition("annuler", ("a_signer",), "annule", ("bailleur", "systeme"), "Annuler", reason=True),
    ),
)
