"""Fixtures over one real PostgreSQL server: a fresh database a test, the whole house on it when asked for."""
