"""Which page answers which address."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
    path("", include("evenhand.portal.urls")),
]

handler400 = "evenhand.portal.errors.bad_request"
handler403 = "evenhand.portal.errors.not_allowed"
handler404 = "evenhand.portal.errors.not_found"
handler500 = "evenhand.portal.errors.our_fault"

# Demo doors do not exist without --demo: not hidden, absent.
if settings.EVENHAND.demo:
    urlpatterns.append(path("demo/", include("evenhand.demo.urls")))
