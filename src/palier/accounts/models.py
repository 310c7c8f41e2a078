"""A user signs in; what they may do comes from memberships and relations, computed at each request."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

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
    }

    class Meta:
        verbose_name = "compte"
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_minuscule"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
