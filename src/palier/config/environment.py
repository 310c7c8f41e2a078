"""Every setting that comes from the environment, once: name, default, meaning, secret or not.

`settings.py` reads its values here and `palier config` prints this same list, so neither can forget one.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from environs import Env, EnvError

ROOT = Path(__file__).resolve().parents[3]
MODES = ("dev", "demo", "test", "production")
SAMPLE_SECRET = "exemple-a-ne-jamais-employer-hors-de-sa-propre-machine"  # noqa: S105
TRUE, FALSE = ("1", "oui", "true", "yes", "on"), ("", "0", "non", "false", "no", "off")

T = TypeVar("T")
env = Env()


class BadSetting(ValueError):
    """A setting has a value that cannot be used; the text is one French sentence."""


@dataclass(frozen=True)
class Variable:
    """One setting. `default` is what is used when the environment says nothing ("" = none)."""

    name: str
    default: str
    meaning: str
    secret: bool = False

    @property
    def given(self) -> bool:
        return bool(text(self.name, given_only=True))


VARIABLES = (
    Variable("PALIER_MODE", "dev", "Mode de marche : dev, demo, test ou production."),
    Variable("DATABASE_URL", "", "Base PostgreSQL (rôle d’application) ; vide : serveur intégré.", secret=True),
    Variable("DATABASE_OWNER_URL", "", "Même base, rôle propriétaire, pour « palier migrer ».", secret=True),
    Variable("PALIER_ROLE", "app", "Rôle de base de données de ce processus : app ou owner."),
    Variable("PALIER_VAR", str(ROOT / "var"), "Dossier des données locales."),
    Variable("PALIER_PG_DIR", "", "Dossier du serveur intégré ; vide : « pg » dans PALIER_VAR."),
    Variable("PALIER_PG_BIN", "", "Dossier des binaires PostgreSQL à employer à la place de ceux de la roue."),
    Variable("PALIER_SECRET_KEY", "", "Clé de signature des sessions et des jetons.", secret=True),
    Variable("PALIER_KEK_FILE", "", "Fichier de la clé maîtresse du coffre ; vide : « kek » dans PALIER_VAR."),
    Variable("PALIER_HOTES", "", "Noms d’hôte servis, séparés par des virgules."),
    Variable("PALIER_MANDATAIRE_TLS", "non", "« oui » quand un mandataire TLS pose X-Forwarded-Proto."),
    Variable("PALIER_STOCKAGE", "", "Dossier des pièces scellées, ou s3://seau?endpoint=… ; vide : « pieces »."),
    Variable("PALIER_STOCKAGE_CLE", "", "Identifiant du service S3 ; vide : celui de la machine."),
    Variable("PALIER_STOCKAGE_SECRET", "", "Secret du service S3.", secret=True),
    Variable(
        "PALIER_SMTP_URL", "", "Serveur de courrier, smtp://compte:secret@hote:port ; vide : dossier.", secret=True
    ),
    Variable("PALIER_SMS_URL", "", "Service d’envoi des SMS ; vide : dossier du courrier (refusé en production)."),
    Variable("PALIER_SMS_JETON", "", "Jeton du service d’envoi des SMS.", secret=True),
    Variable("PALIER_SIRENE_URL", "", "Adresse de l’API Sirene ; vide : doublure de la démonstration."),
    Variable("PALIER_SIRENE_CLE", "", "Clé de l’API Sirene.", secret=True),
    Variable("PALIER_REGISTRE_URL", "", "Adresse HTTPS du système d’enregistrement ; vide : doublure."),
    Variable("PALIER_REGISTRE_CERTIFICAT", "", "Fichier PEM du certificat client du système d’enregistrement."),
    Variable("PALIER_REGISTRE_CLE", "", "Fichier PEM de la clé de ce certificat."),
    Variable("PALIER_CLAMD", "", "Antivirus clamd : chemin de son socket ou hote:port ; vide : règle intégrée seule."),
    Variable("PALIER_ANTIVIRUS_EXIGE", "non", "« oui » : sans réponse de l’antivirus, aucun fichier n’est reçu."),
    Variable(
        "PALIER_DEUX_D_DOC", "", "Dossier des clés 2D-Doc connues, autorité et certificat.pem ; vide : aucune vérifiée."
    ),
    Variable("PALIER_OIDC_FILE", "", "Fichier TOML des fournisseurs d’identité."),
    Variable("PALIER_FAULTS", "", "Pannes simulées par les essais ; refusé en production."),
    Variable("PALIER_NAVIGATEUR", "/usr/bin/chromium", "Navigateur des essais."),
    Variable("PALIER_ADRESSE", "", "Adresse publique du site dans les courriels ; vide : 127.0.0.1 et PALIER_PORT."),
    Variable("PALIER_PORT", "8000", "Port local du serveur web."),
    Variable("PALIER_EXPEDITEUR", "Palier <ne-pas-repondre@palier.invalid>", "Expéditeur des courriels."),
)
BY_NAME = {variable.name: variable for variable in VARIABLES}


def text(name: str, *, given_only: bool = False) -> str:
    """The value of a setting as text; its default when absent or empty."""
    value: str = env.str(name, "").strip()
    return value if value or given_only else BY_NAME[name].default


def flag(name: str) -> bool:
    """A yes/no setting."""
    value = text(name).lower()
    if value not in TRUE + FALSE:
        raise BadSetting(f"{name} vaut « {value} » : écrivez « oui » ou « non ».")
    return value in TRUE


def mode() -> str:
    """The checked value of PALIER_MODE."""
    value = text("PALIER_MODE")
    if value not in MODES:
        raise BadSetting(f"PALIER_MODE vaut « {value} » : choisissez parmi {', '.join(MODES)}.")
    return value


def port() -> int:
    """The checked value of PALIER_PORT, 1 to 65535."""
    try:
        value: int = env.int("PALIER_PORT", int(BY_NAME["PALIER_PORT"].default))
    except EnvError:
        value = 0
    if not 1 <= value <= 65_535:
        raise BadSetting(f"PALIER_PORT vaut « {text('PALIER_PORT')} » : donnez un nombre entre 1 et 65535.")
    return value


def folder(name: str, below_var: str = "") -> Path:
    """A path setting; when empty, `below_var` inside PALIER_VAR."""
    value = text(name)
    return Path(value) if value else Path(text("PALIER_VAR")) / below_var


def table() -> list[tuple[str, str, str, str]]:
    """Rows (name, value shown, source, meaning) of `palier config`; secrets are masked."""
    rows = []
    for variable in VARIABLES:
        value = text(variable.name)
        shown = "••••••" if variable.secret and value else value or "(vide)"
        rows.append((variable.name, shown, "environnement" if variable.given else "défaut", variable.meaning))
    return rows
