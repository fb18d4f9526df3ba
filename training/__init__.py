"""Recipes: how every model in `assets/models` came about."""
