"""The double of Sirene: invented employers around Nantes, for the demo and the tests. Every SIRET is fictitious.

The SIREN begin with 9990, and the names are made up; key and form are those of true numbers.
"""

from palier.gateways import outage
from palier.gateways.sirene.client import LABEL, SERVICE
from palier.gateways.sirene.facts import Etablissement, normalise_siret

EMPLOYEURS = (
    Etablissement("99900001100018", "Ateliers de la Chézine", "prive", 120, "44109"),
    Etablissement("99900002900010", "Biscuiterie du Sillon", "prive", 64, "44162"),
    Etablissement("99900003700013", "Transports Erdre Express", "prive", 210, "44035"),
    Etablissement("99900004500016", "Menuiserie Loire et Bois", "prive", 14, "44143"),
    Etablissement("99900005200012", "Clinique du Val de Moine (fictive)", "prive", 480, "44109"),
    Etablissement("99900006000015", "Logiciels Cap Ouest", "prive", 38, "44109"),
    Etablissement("99900007800017", "Grande Épicerie des Bords de Loire", "prive", 95, "44190"),
    Etablissement("99900008600010", "Chantiers Navals Imaginaires de l'Estuaire", "prive", 2400, "44184"),
    Etablissement("99900009400014", "Hôtellerie du Passage Rêvé", "prive", 27, "44109"),
    Etablissement("99900010200015", "Imprimerie des Trois Rivières", "prive", 52, "44114"),
    Etablissement("99900011000018", "Nettoyage Clair Matin", "prive", 330, "44162"),
    Etablissement("99900012800010", "Aéro Composites de Bouguenais-Fictif", "prive", 1250, "44020"),
    Etablissement("99900013600013", "Boulangerie Le Fournil inventé", "prive", 6, "44143"),
    Etablissement("99900014400017", "Garage de la Petite Sèvre", "prive", 9, "44198"),
    Etablissement("99900015100012", "Centre d'appels Voix d'Ouest", "prive", 160, "44109"),
    Etablissement("99900016900014", "Crèches Les Petits Paliers", "prive", 75, "44109"),
    Etablissement("99900017700017", "Maraîchers Réunis du Pays imaginaire", "agricole", 85, "44026"),
    Etablissement("99900018500010", "Vignobles du Muscadet fictif", "agricole", 22, "44117"),
    Etablissement("99900019300014", "Coopérative laitière des Marches", "agricole", 140, "44036"),
    Etablissement("99900020100015", "Pépinières de l'Acheneau", "agricole", 51, "44120"),
    Etablissement("99900021900017", "Régie des Tramways imaginaires", "epic", 1900, "44109"),
    Etablissement("99900022700010", "Port Fluvial d'Essai", "epic", 310, "44109"),
    Etablissement("99900023500013", "Office des Énergies Nouvelles (fictif)", "epic", 45, "44047"),
    Etablissement("99900024300017", "Mairie de Ville-Exemple", "public", 700, "44172"),
    Etablissement("99900025000012", "Hôpital Public d'Essai", "public", 3200, "44109"),
    Etablissement("99900026800014", "Lycée Public d'Exemple", "public", 110, "44215"),
    Etablissement("99900027600017", "Atelier fermé d'Essai", "prive", 30, "44109", ouvert=False),
)
_BY_SIRET = {employeur.siret: employeur for employeur in EMPLOYEURS}


class SireneDouble:
    """Knows EMPLOYEURS and nobody else; never in production."""

    def etablissement(self, numero: str) -> Etablissement | None:
        outage.check(SERVICE, LABEL)
        return _BY_SIRET.get(normalise_siret(numero))
