"""The second wall around what is about one person: a request's transaction finds its caller's rows, whoever calls.

Logins and codes, which come before anybody is known, administrators' operations on others and what is counted on
allocations become the service first: docs/decisions/0017-rows-about-one-person.md.
"""

from app.kernel.roles import APP, SERVICE
from app.kernel.scoping import SUBJECTS_SETTING, USER_SETTING


def own_rows(table: str, seen: str | None = None, *, written: bool = True) -> tuple[str, ...]:
    """Return the policies of ``table``: callers see the rows ``seen`` is true of, by default those with their id.

    They make, change and remove such rows if they are ``written`` by callers at all.
    """
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY of_service ON {table} TO {SERVICE} USING (true)",
        f"CREATE POLICY of_caller ON {table} {'' if written else 'FOR SELECT '}TO {APP}"
        f" USING ({seen or f'{table}.user_id = {USER_SETTING}'})",
    )


def rows_of_subjects(table: str) -> tuple[str, ...]:
    """Return the policies of a table whose rows are about a user or a group: read by whom they are about."""
    return own_rows(table, f"{table}.subject_id = ANY({SUBJECTS_SETTING})", written=False)


def rows_with(table: str, key: str, parent: str) -> tuple[str, ...]:
    """Return the policies of a table whose rows are read by who sees the row of ``parent`` that ``key`` names."""
    return own_rows(table, f"EXISTS (SELECT FROM {parent} WHERE {parent}.id = {table}.{key})", written=False)
