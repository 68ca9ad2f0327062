"""People, their roles, and the customers that some of them belong to."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.urls import reverse

from apps.accounts.permissions import CUSTOMER_ROLES, Role, Verb, may
from apps.audit.history import tracked


class Customer(models.Model):
    """A company that installs our templates."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField()
    history = tracked()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:customer_detail", args=[self.slug])


class UserManager(BaseUserManager["User"]):
    """Finds people by the name they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in, in exactly one role; people of a customer see that customer's things only."""

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=[(role, role.label) for role in Role])
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Signing in is an audit event, not a change of the row.
    last_login = None
    history = tracked(excluded_fields=["password"])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ("display_name",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(CUSTOMER_ROLES), customer__isnull=False)
                | (~models.Q(role__in=sorted(CUSTOMER_ROLES)) & models.Q(customer__isnull=True)),
                name="user_customer_fits_role",
                violation_error_message="People of a customer have a customer role; everybody else has none.",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:person_detail", args=[self.pk])

    @property
    def role_label(self) -> str:
        """The role as people say it."""
        return Role(self.role).label

    @property
    def role_meaning(self) -> str:
        """What the role can do, in one sentence."""
        return Role(self.role).meaning

    @property
    def home_url(self) -> str:
        """Where the person lands after signing in."""
        return reverse("marketplace:home") if self.customer_id else "/"

    def check_password(self, raw_password: str | None) -> bool:
        """Check the password; a rehash after a change of hasher is not a change of the person."""

        def rehash(raw: str) -> None:
            self.set_password(raw)
            User.objects.filter(pk=self.pk).update(password=self.password)

        return check_password(raw_password, self.password, rehash)

    # Django admin asks these four. It is read-mostly: what it may change goes through services.
    @property
    def is_staff(self) -> bool:
        """May open Django admin."""
        return may(self, Verb.SUPPORT_ACT)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Looking is all that Django admin itself allows."""
        return self.is_staff and ".view_" in perm

    def has_perms(self, perm_list: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
