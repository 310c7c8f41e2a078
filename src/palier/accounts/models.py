"""A user signs in; what they may do comes from memberships and relations, computed at each request."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from palier.base.models import Entity


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An active account with a lower-case e-mail; `password` None makes it unusable."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Entity, AbstractBaseUser):
    """An account. Its id is the person id of the vault; the e-mail is clear and goes with the account (D10)."""

    email = models.EmailField("adresse électronique", unique=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    session_epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "password": "P7",
        "last_login": "P1",
        "email": "P3",
        "is_active": "P1",
        "joined_at": "P1",
        "session_epoch": "P7",
    }

    class Meta:
        verbose_name = "compte"
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_minuscule"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def person_id(self) -> uuid.UUID:
        """An account is about its own person."""
        return self.pk

    def get_session_auth_hash(self) -> str:
        """What every session of the account carries: it changes with the password, the epoch and the status.

        Raising `session_epoch` therefore ends all the sessions at that commit (promises.md ID-4).
        """
        return self._sessions(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under each former secret key."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._sessions(secret)

    def _sessions(self, secret: str | bytes | None) -> str:
        said = f"{self.password}|{self.session_epoch}|{self.is_active}"
        return salted_hmac("palier.accounts.session", said, secret=secret, algorithm="sha256").hexdigest()
