"""Migrations of the schema, applied at start."""
