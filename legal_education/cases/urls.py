"""Addresses of cases and duties; included before those of pages, whose column 法治宣传 they stand below."""

from django.urls import path

from legal_education.cases.views import show_cases, show_cases_of_law, show_duties

urlpatterns = [
    path("pufa/cases/", show_cases, name="legal_cases"),
    path("pufa/cases/<str:law>/", show_cases_of_law, name="legal_cases_law"),
    path("pufa/duties/", show_duties, name="legal_duties"),
]
