"""App of quizzes."""

from django.apps import AppConfig


class QuizConfig(AppConfig):
    """Wires quizzes to addresses and the admin."""

    name = "legal_education.quiz"
    label = "legal_quiz"
    verbose_name = "法治知识答题"

    def ready(self) -> None:
        from site_core import reading
        from site_core.demo_steps import SAMPLES, register_demo_step
        from site_core.paths import keep_personal

        from .demo import prepare_demo

        # What is somebody's own: a page that read it is kept for nobody, and writing it drops no page.
        reading.is_not_for_readers(
            *("legal_quiz_participant", "legal_quiz_attempt", "legal_quiz_answersaved", "legal_quiz_certificate"),
            *("legal_quiz_question", "legal_quiz_bankimport"),
        )
        # The list of quizzes and a quiz's own page are for all.
        keep_personal("/pufa/quiz/take/", "/pufa/quiz/ranking/", "/pufa/quiz/verify/")
        register_demo_step(prepare_demo, order=SAMPLES + 40)
