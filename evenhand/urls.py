"""Which page answers which address."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
    path("", include("evenhand.portal.urls")),
]

# Demo doors do not exist without --demo: not hidden, absent.
if settings.EVENHAND.demo:
    urlpatterns.append(path("demo/", include("evenhand.demo.urls")))
