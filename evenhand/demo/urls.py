"""The addresses of the demonstration's pages, below /demo/; without --demo nobody includes them."""

from django.urls import path

from evenhand.demo.entrance import entrance
from evenhand.demo.reader import attachment, formatted, letter, mailbox, raw

urlpatterns = [
    path("", entrance, name="demo"),
    path("mail/", mailbox, name="demo_mail"),
    path("mail/<uuid:delivery_id>/", letter, name="demo_letter"),
    path("mail/<uuid:delivery_id>/html/", formatted, name="demo_formatted"),
    path("mail/<uuid:delivery_id>/raw/", raw, name="demo_raw"),
    path("mail/<uuid:delivery_id>/files/<int:number>/", attachment, name="demo_attachment"),
    path("mail/<str:address>/", mailbox, name="demo_mailbox"),
]
