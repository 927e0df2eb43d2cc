"""普法手机报: issues composed of articles, sent to subscribers by mail and SMS, once each, and the truth about each."""
