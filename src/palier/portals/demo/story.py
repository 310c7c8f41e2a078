"""The words of the guided tour: who is who, and ten minutes in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from palier.demo import tour
from palier.droit.mots import francais
from palier.parc.models import Offre
from palier.portals.ui.french import ordinal


def address(name: str, *args: object) -> str:
    """The address of a page of another portal, "" while it has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


_RANK = re.compile(r"\b(\d+)er?\b")


def _raised(text: str) -> SafeString:
    """« 5e » with its « e » raised; the rest escaped."""
    return mark_safe(_RANK.sub(lambda found: ordinal(int(found[1])), escape(text)))


@dataclass(frozen=True)
class Place:
    """Who somebody of the cast is, and the page to look at first."""

    qui: str
    regarder: str
    page: str

    def __post_init__(self) -> None:
        """Set the typography of the sentences."""
        for name in ("qui", "regarder"):
            object.__setattr__(self, name, francais(getattr(self, name)))
        object.__setattr__(self, "regarder", _raised(self.regarder))

    @property
    def url(self) -> str:
        """The page to look at first."""
        return address(self.page)


PLACES: dict[str, Place] = {
    "Inès": Place(
        "Aide-soignante, deux enfants, en demande depuis février 2024.",
        "Elle est 5e sur 80. Sa mutation compte 15 points, mais la pièce n'a pas été vue : la ligne vaut 0.",
        "demandeur:candidatures",
    ),
    "Karim": Place(
        "Conducteur de tramway, quatre personnes dans un logement trop petit.",
        "Il est 1er sur la même offre. C'est lui qui recevra la proposition.",
        "demandeur:candidatures",
    ),
    "Thomas": Place(
        "En couple, hébergé chez un ami, il reprend un emploi.",
        "Un logement lui est proposé. Il lui reste quelques jours pour répondre.",
        "demandeur:candidatures",
    ),
    "Nora": Place(
        "Première demande, déposée il y a deux jours, sans numéro unique.",
        "Elle peut déjà postuler. Son code de guichet ouvre sa demande à Claire, qui enregistre sa pièce d'identité.",
        "demandeur:accueil",
    ),
    "Claire": Place(
        "Chargée d'attribution chez un bailleur, elle tient aussi le guichet.",
        "Ses offres, les dossiers présentés, la commission, les propositions, les baux.",
        "bailleur:accueil",
    ),
    "Hugo": Place(
        "Conseiller du réservataire.",
        "Les listes closes de son contingent : appeler dans l'ordre, désigner trois dossiers.",
        "reservataire:candidats",
    ),
    "Odile": Place(
        "Membre de la commission d'attribution.",
        "La séance ouverte ce matin : lire les dossiers, décider, écrire un motif.",
        "caleol:seances",
    ),
    "Leïla": Place(
        "Conseillère d'une agence du territoire.",
        "Les demandes de Karim et de Thomas, ce qui les bloque, les pièces à vérifier. Chaque lecture leur est dite.",
        "conseiller:portefeuille",
    ),
    "Yann": Place(
        "Responsable des ressources humaines chez l'employeur d'Inès.",
        "Les codes qu'il donne à ses salariés. Celui d'Inès est ES-VKXM-TE26. Il ne voit aucune demande.",
        "employeur:codes",
    ),
    "Aïcha": Place(
        "Auditrice, mandatée pour vérifier l'égalité de traitement.",
        "Deux tests par trimestre, un classement recalculé sous pseudonymes, le journal vérifié. Aucun nom.",
        "auditeur:equite",
    ),
    "Samir": Place(
        "Chargé de mission habitat à la collectivité.",
        "La grille en vigueur, le projet de la suivante, trois ménages avant et après, la publication.",
        "collectivite:grilles",
    ),
}


@dataclass(frozen=True)
class Step:
    """One stage of the tour: a title, a sentence, and where to go."""

    titre: str
    texte: str
    url: str = ""
    lien: str = ""

    def __post_init__(self) -> None:
        """Set the typography of the sentence."""
        object.__setattr__(self, "texte", francais(self.texte))


def story() -> list[Step]:
    """Ten minutes: a closing, a commission, a proposition, then a grid before its vote."""
    return [*_until_closing(), *_after_closing(), *_beyond()]


def _until_closing() -> list[Step]:
    offre = tour.showcase()
    home = f"le {_named(offre)}" if offre else "le logement de la visite"
    return [
        Step(
            "Chercher sans compte",
            f"Ouvrez {home}. La page dit si vous pouvez postuler, et pourquoi.",
            address("public:offre", offre.pk) if offre else address("public:recherche"),
            "Voir l'offre",
        ),
        Step(
            "Un rang qui s'explique",
            "Connectez-vous en Inès. Ouvrez « Pourquoi ce rang ? » : chaque ligne a sa preuve, et dit pourquoi elle "
            "vaut 0. Puis « Ce que le bailleur verra de moi ».",
            address("demandeur:candidatures"),
            "Ses candidatures",
        ),
        Step(
            "Une chance qui s'explique",
            "Toujours en Inès, ouvrez « Pourquoi cette chance ? », puis sa demande : combien de temps encore, ce qui "
            "aiderait le plus, « Et si… ». Elle seule lit ces chiffres. Ce qu'ils valent est public.",
            address("public:chances"),
            "Nos estimations",
        ),
        Step(
            "Une clôture",
            "Avancez l'horloge deux fois de « +1 jour ». La liste se ferme et se fige : le rang ne bouge plus.",
            reverse("demo:horloge"),
            "L'horloge",
        ),
    ]


def _after_closing() -> list[Step]:
    proposition = tour.proposition()
    return [
        Step(
            "Trois dossiers désignés",
            "Connectez-vous en Hugo. Notez « Contacté », puis « Disponible, présenté », dans l'ordre de la liste. "
            "Désignez trois dossiers. Passer un rang demande une raison, que la personne lira.",
            address("reservataire:candidats"),
            "Son contingent",
        ),
        Step(
            "Une commission",
            "Connectez-vous en Claire : préparez la séance, convoquez. Puis en Odile : ouvrez, décidez, classez. "
            "Une séance est déjà ouverte ce matin si vous voulez aller plus vite.",
            address("caleol:seances"),
            "Les séances",
        ),
        Step(
            "Une proposition",
            "En Claire, proposez le logement. En Karim, acceptez ou refusez : un refus passe au suivant, à l'instant. "
            "Thomas a déjà une proposition à lire.",
            address("demandeur:proposition", proposition.pk) if proposition else "",
            "La proposition de Thomas",
        ),
        Step(
            "Le silence compte",
            "Avancez de 10 jours sans répondre : la proposition expire et passe à la personne suivante.",
            reverse("demo:horloge"),
            "L'horloge",
        ),
        Step(
            "Le courrier",
            "Chaque étape écrit à la personne, sans rien dire de sa vie dans l'objet.",
            reverse("demo:courrier"),
            "Le courrier",
        ),
    ]


def _beyond() -> list[Step]:
    return [
        Step(
            "Une grille avant le vote",
            "En Samir, ouvrez « Projet 2027 ». Changez des points, puis lisez l'aperçu sur trois ménages. "
            "Un critère sur la nationalité est refusé, avec sa ligne.",
            address("collectivite:grilles"),
            "Les grilles",
        ),
        Step(
            "Qui gagne, qui perd",
            "En Samir, étudiez le projet sur toutes les demandes. En quelques secondes : les points, les places, les "
            "premiers des offres passées. Aucun chiffre ne montre moins de 11 demandes.",
            address("collectivite:etudes"),
            "Les études",
        ),
    ]


def _named(offre: Offre) -> str:
    return f"{offre.logement.typologie} de {offre.logement.programme.commune}"
