"""A column sealed under the key of the person the row is about."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from palier.coffre import envelope

if TYPE_CHECKING:
    _Bytes = models.BinaryField[Any, Any]
else:
    _Bytes = models.BinaryField


def place(instance: models.Model, field: str) -> str:
    """The additional data that bind a sealed value to its row and column."""
    return f"{instance._meta.label_lower}|{instance.pk}|{field}"


class SealedAttribute(DeferredAttribute):
    """Gives a dict; the bytes read from the database are opened at the first look."""

    field: Any  # the stubs of DeferredAttribute type it as a generic Field

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, bytes | memoryview):
            value = self._open(instance, bytes(value))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value

    def _open(self, instance: Any, blob: bytes) -> dict[str, Any]:
        if not blob:
            return {}
        return envelope.unseal(instance.person_id(), blob, aad=place(instance, self.field.attname))


class SealedField(_Bytes):
    """A dict sealed at each save under the key of `instance.person_id()`; it cannot be searched or sorted."""

    descriptor_class = SealedAttribute

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """The bytes to store: sealed now, or as they were read when nobody looked at them."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, bytes | memoryview):
            return value
        if not isinstance(value, Mapping):
            raise TypeError(
                f"{place(model_instance, self.attname)}: a sealed field holds a dict, not {type(value).__name__}"
            )
        return envelope.seal(model_instance.person_id(), value, aad=place(model_instance, self.attname))

    def get_prep_value(self, value: Any) -> Any:
        """Only bytes reach the database; a dict here means a bulk update that would store it in clear."""
        if isinstance(value, Mapping):
            raise TypeError(f"{self.attname}: write a sealed field with save() or bulk_create()")
        return super().get_prep_value(value)

    def value_to_string(self, obj: Any) -> str:
        """Serializers never see what is inside."""
        raise TypeError(f"{self.attname}: a sealed field is not serialized")
