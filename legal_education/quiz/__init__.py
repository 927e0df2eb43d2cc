"""法治知识答题: question bank, papers by rule, fair scoring for thousands at a time, certificates, rankings, a draw."""
