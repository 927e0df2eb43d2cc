"""What a blueprint cannot be: every problem of a content at once, each with the column it stands at and what to do.

Each rule is a function of its own. Rules see only values of the right type; what is of the wrong type is a problem
already. Nothing here asks the database.
"""

from blueprints.content import Content

from . import columns, parts, whole
from .problems import Problem
from .value_types import check_types, with_right_types

_RULES = (*whole.RULES, *columns.RULES, *parts.RULES)


def list_problems(content: Content) -> list[Problem]:
    """All that is wrong with the content, whatever `from_dict` made of it; [] for a blueprint that can be released."""
    wrong = list(check_types(content))
    known = {(problem.node, problem.field) for problem in wrong}
    plain = with_right_types(content)
    found = [problem for rule in _RULES for problem in rule(plain)]
    return [*wrong, *(each for each in found if (each.node, each.field) not in known)]
