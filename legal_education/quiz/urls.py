"""Public addresses of quizzes, on every site. What may be kept by a cache has none of the words of `delivery.cache.keys`."""

from django.urls import path

from .results import views as results
from .taking import public_views, views

urlpatterns = [
    path("", public_views.show_list, name="quiz_list"),
    path("<int:quiz_id>/", public_views.show_quiz, name="quiz"),
    path("<int:quiz_id>/draw/", results.show_draw, name="quiz_draw"),
    path("<int:quiz_id>/draw/codes.txt", results.download_codes, name="quiz_draw_codes"),
    path("ranking/<int:quiz_id>/", results.show_ranking, name="quiz_ranking"),
    path("verify/", results.verify, name="quiz_verify"),
    path("verify/<str:code>/", results.verify, name="quiz_verify_code"),
    path("take/<int:quiz_id>/", views.HomeView.as_view(), name="quiz_home"),
    path("take/<int:quiz_id>/return/", views.ReturnView.as_view(), name="quiz_return"),
    path("take/<int:quiz_id>/begin/", views.BeginView.as_view(), name="quiz_begin"),
    path("take/<int:quiz_id>/certificate.svg", results.show_certificate, name="quiz_certificate"),
    path("take/<int:quiz_id>/<int:attempt_id>/", views.PaperView.as_view(), name="quiz_paper"),
    path("take/<int:quiz_id>/<int:attempt_id>/answer/", views.keep_answer, name="quiz_answer"),
    path("take/<int:quiz_id>/<int:attempt_id>/result/", views.ResultView.as_view(), name="quiz_result"),
]
