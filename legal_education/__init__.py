"""Legal education in five forms: radio, television, newspaper, web and microblog, digest; campaigns, cases, duties, quizzes."""
