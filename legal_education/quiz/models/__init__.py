"""Tables of a site's quizzes: the bank, quizzes, who takes part and what they answered, draws."""

from .bank import BankImport, Question, QuestionKind
from .draws import Draw
from .quizzes import PaperRule, Quiz, QuizPhase, QuizState
from .taking import AnswerSaved, Attempt, Certificate, Participant

__all__ = [
    "AnswerSaved",
    "Attempt",
    "BankImport",
    "Certificate",
    "Draw",
    "PaperRule",
    "Participant",
    "Question",
    "QuestionKind",
    "Quiz",
    "QuizPhase",
    "QuizState",
]
