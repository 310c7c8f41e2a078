"""The storage of this installation, from PALIER_STOCKAGE."""

import functools
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.utils.module_loading import import_string

from palier.base.refusal import NBSP
from palier.gateways import outage
from palier.gateways.storage.facts import Store
from palier.gateways.storage.folder import FolderStore

SERVICE, LABEL = "stockage", "Le stockage des fichiers"


def storage() -> Store:
    """The folder or the S3 service of PALIER_STOCKAGE. GatewayDown when its value cannot be used."""
    return _store(
        outage.option("PALIER_STOCKAGE"), outage.option("PALIER_STOCKAGE_CLE"), outage.option("PALIER_STOCKAGE_SECRET")
    )


@functools.lru_cache(maxsize=4)
def _store(place: str, key: str, secret: str) -> Store:
    if not place:
        raise outage.not_configured(SERVICE, LABEL)
    if "://" not in place:
        return FolderStore(Path(place), SERVICE, LABEL)
    url = urlsplit(place)
    if url.scheme != "s3" or not url.hostname or url.path.strip("/"):
        raise outage.GatewayDown(
            SERVICE,
            f"{LABEL}{NBSP}: le réglage PALIER_STOCKAGE ne se lit pas.",
            mend="Prévenez l'administrateur de la plateforme.",
        )
    options = {name: values[-1] for name, values in parse_qs(url.query).items()}
    # Named, not imported: the client of S3 weighs 0.3 s at start, which nobody who uses a folder should pay.
    found: Store = import_string("palier.gateways.storage.s3.S3Store")(
        url.hostname, options | {"key": key, "secret": secret}, SERVICE, LABEL
    )
    return found
