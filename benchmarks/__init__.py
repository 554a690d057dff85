"""Measurements of the product's parts, each a module to run by name."""
