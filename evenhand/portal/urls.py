"""The addresses of the portal's pages."""

from django.urls import path

from evenhand.portal.addresses import address_proof, addresses, remove_address
from evenhand.portal.attachments import attachment, body
from evenhand.portal.conversation import conversation, mark_read, progress
from evenhand.portal.health import healthz
from evenhand.portal.held import held
from evenhand.portal.inbox import inbox
from evenhand.portal.reply import reply
from evenhand.portal.review import review, reviews

urlpatterns = [
    path("", inbox, name="inbox"),
    path("conversations/<uuid:conversation_id>/", conversation, name="conversation"),
    path("conversations/<uuid:conversation_id>/reply/", reply, name="reply"),
    path("conversations/<uuid:conversation_id>/read/", mark_read, name="mark_read"),
    path("messages/<uuid:message_id>/body/", body, name="body"),
    path("messages/<uuid:message_id>/progress/", progress, name="progress"),
    path("attachments/<uuid:attachment_id>/", attachment, name="attachment"),
    path("held/<uuid:inbound_id>/", held, name="held"),
    path("review/", reviews, name="reviews"),
    path("review/<uuid:inbound_id>/", review, name="review"),
    path("account/addresses/", addresses, name="addresses"),
    path("account/addresses/<int:address_id>/remove/", remove_address, name="remove_address"),
    path("account/addresses/proof/<str:token>/", address_proof, name="address_proof"),
    path("healthz", healthz, name="healthz"),
]
