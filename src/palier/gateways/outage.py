"""When the outside does not answer, and how a mode chooses between a real client and its double."""

from pathlib import Path

from django.conf import settings

from palier.base.refusal import NBSP, Refused

TIMEOUT_SECONDS = 10.0
DOUBLE_MODES = ("demo", "test")
FILE_MODES = ("dev", "demo", "test")


class GatewayDown(Refused):
    """An outside service does not answer or is not configured: the act is kept and a task tries again later.

    `service` is the name of the gateway; `detail` a French sentence that may be shown as it is.
    """

    def __init__(self, service: str, detail: str, *, mend: str = "Réessayez plus tard.") -> None:
        super().__init__("service_indisponible", detail, mend=mend, status=503)
        self.service = service


def not_configured(service: str, label: str) -> GatewayDown:
    """The refusal of a service that nobody configured: an invented answer would be worse than none."""
    return GatewayDown(service, f"{label}{NBSP}: non configuré.", mend="Prévenez l'administrateur de la plateforme.")


def option(name: str) -> str:
    """A text setting of the gateways, "" when absent."""
    return str(getattr(settings, name, "") or "")


def may_double(modes: tuple[str, ...] = DOUBLE_MODES) -> bool:
    """Whether this installation may answer from a double: never in production."""
    return option("PALIER_MODE") in modes


def double_folder() -> Path:
    """Where the doubles keep their files: the parent of the folder of delivered mail (`var/demo`)."""
    return Path(settings.PALIER_COURRIER).parent


def _flag(service: str) -> Path:
    return double_folder() / "pannes" / service


def simulate(service: str, *, down: bool) -> None:
    """Take the double of a service down, or bring it back, for every process of this installation."""
    if not may_double():
        raise RuntimeError("Les pannes simulées n'existent que dans la démonstration et les essais.")
    if down:
        _flag(service).parent.mkdir(parents=True, exist_ok=True)
        _flag(service).touch()
    else:
        _flag(service).unlink(missing_ok=True)


def check(service: str, label: str) -> None:
    """GatewayDown when the double of this service was taken down."""
    if _flag(service).exists():
        raise GatewayDown(service, f"{label} ne répond pas en ce moment.", mend="Votre demande est gardée.")
