"""Making and running quizzes: rules, publication, results, the draw."""
