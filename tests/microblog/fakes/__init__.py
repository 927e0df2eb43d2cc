"""Servers that behave like the platforms, each a process of its own: `python -m tests.microblog.fakes weibo --port 9101`.

A platform is a module of this package with a class `Fake` (see `platform.FakePlatform`). All of them answer these as well:

| request | what |
|---|---|
| `POST /_fault` | misbehave from now on: see `faults.Fault`; several may hold |
| `DELETE /_fault` | behave again |
| `GET /_log` | all requests to the platform so far, oldest first; `DELETE /_log` forgets them |
| `GET /_posts` | what is published there, oldest first; `?account=` of one account |
| `POST /_post` | somebody posts by hand: `{"account", "text", …}` |
| `POST /_counts` | what became of a post: `{"id", "reads", "reposts", "comments", "likes"}` |
| `POST /_account` | a new account, in the words of the adapters: answers `{"remote_id", "base_url", "secrets", "options"}` |
| `POST /_set` | settings of the platform, such as rights or a lag |
| `POST /_reset` | as new: no posts, accounts, log or faults |

State is in memory. `MICROBLOG_HOUR_SECONDS` in the environment shortens hour and day.
"""
