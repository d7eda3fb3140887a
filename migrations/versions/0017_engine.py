"""what the engine of workflows writes, written with less"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _guard("incidents", "WHEN (OLD.state IN ('complete', 'cancelled', 'error', 'archived'))")
    _guard("stages", "WHEN (OLD.state IN ('succeeded', 'failed', 'cancelled'))")
    op.execute("ALTER TABLE incidents SET (fillfactor = 60)")
    op.execute("ALTER TABLE stages SET (fillfactor = 60)")


def downgrade() -> None:
    op.execute("ALTER TABLE stages RESET (fillfactor)")
    op.execute("ALTER TABLE incidents RESET (fillfactor)")
    _guard("stages", "")
    _guard("incidents", "")


def _guard(table: str, condition: str) -> None:
    op.execute(f"DROP TRIGGER {table}_stay_ended ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_stay_ended BEFORE UPDATE ON {table} FOR EACH ROW {condition} "
        f"EXECUTE FUNCTION {table}_stay_ended()"
    )
