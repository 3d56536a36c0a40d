"""How people get in: those the marketplace knows, and nobody else."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

__all__ = ["AccountAdapter"]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Keeps sign-up closed: accounts come from the marketplace's orders and the operator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth passes it)
        """Nobody makes an account for themselves."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Let the mails speak in the marketplace's name; their subjects are rendered without a request."""
        super().send_mail(template_prefix, email, {"marketplace": settings.EVENHAND.marketplace, **context})
