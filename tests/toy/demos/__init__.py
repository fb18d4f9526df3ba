"""The tab of the toy."""
