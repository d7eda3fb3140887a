"""credentials"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('vault_keys',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('file_key', sa.Text(), nullable=False, comment='Which file key opens it: a check value, not the key'),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seals_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True, comment='Nothing was sealed with it any more'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vault_keys'))
    )


def downgrade() -> None:
    op.drop_table('vault_keys')
