"""When the outside does not answer, and how a mode chooses between a real client and its double."""

import time
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


def _flag(service: str, kind: str = "pannes") -> Path:
    return double_folder() / kind / service


def simulate(service: str, *, down: bool, slow: float = 0) -> None:
    """Take the double of a service down, make it answer after `slow` seconds, or bring it back; for every process."""
    if not may_double():
        raise RuntimeError("Les pannes simulées n'existent que dans la démonstration et les essais.")
    for flag, text in ((_flag(service), "1" if down else ""), (_flag(service, "lenteurs"), f"{slow}" if slow else "")):
        if text:
            flag.parent.mkdir(parents=True, exist_ok=True)
            flag.write_text(text)
        else:
            flag.unlink(missing_ok=True)


def is_down(service: str) -> bool:
    """True while the double of this service is taken down."""
    return _flag(service).exists()


def slowness(service: str) -> float:
    """The seconds that the double of this service waits before it answers, 0 when nobody slowed it."""
    flag = _flag(service, "lenteurs")
    return float(flag.read_text()) if flag.exists() else 0.0


def check(service: str, label: str) -> None:
    """GatewayDown when the double of this service was taken down, or is slower than a client waits."""
    seconds = slowness(service)
    if seconds:
        time.sleep(min(seconds, TIMEOUT_SECONDS))
    if is_down(service) or seconds >= TIMEOUT_SECONDS:
        raise GatewayDown(service, f"{label} ne répond pas en ce moment.", mend="Votre demande est gardée.")
