"""Public addresses of campaigns; included before those of pages."""

from django.urls import path

from legal_education.campaigns.views import show_activities

urlpatterns = [path("pufa/activities/", show_activities, name="legal_campaigns_activities")]
