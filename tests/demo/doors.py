"""The addresses of an installation that was started with --demo."""

from django.urls import include, path

from evenhand.urls import handler400, handler403, handler404, handler500
from evenhand.urls import urlpatterns as everybodys

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*everybodys, path("demo/", include("evenhand.demo.urls"))]
