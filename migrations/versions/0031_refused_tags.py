"""what data machines take"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("refused_tags", "only_tags"):
        kind = postgresql.ARRAY(sa.Text())
        op.add_column("machines", sa.Column(name, kind, server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column("machines", "only_tags")
    op.drop_column("machines", "refused_tags")
