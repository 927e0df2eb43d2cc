"""Addresses of the digest below `/pufa/digest/`."""

from django.urls import path

from legal_education.digest import views

urlpatterns = [
    path("pufa/digest/", views.show_subscribe, name="legal_digest_subscribe"),
    path("pufa/digest/asked/", views.show_asked, name="legal_digest_asked"),
    path("pufa/digest/code/<uuid:ref>/", views.show_code, name="legal_digest_code"),
    path("pufa/digest/confirm/<str:token>/", views.show_confirm, name="legal_digest_confirm"),
    path("pufa/digest/unsubscribe/", views.show_leave, name="legal_digest_leave"),
    path("pufa/digest/unsubscribe/<str:token>/", views.show_unsubscribe, name="legal_digest_unsubscribe"),
    path("pufa/digest/receipts/", views.receive_receipts, name="legal_digest_receipts"),
]
