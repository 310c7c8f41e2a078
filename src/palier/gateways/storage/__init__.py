"""Where sealed files lie: a folder by default, an S3 service by setting. Only sealed bytes ever come here."""

from palier.gateways.storage.choice import LABEL, SERVICE, storage
from palier.gateways.storage.facts import AlreadyStored, NotStored, Store

__all__ = ["LABEL", "SERVICE", "AlreadyStored", "NotStored", "Store", "storage"]
