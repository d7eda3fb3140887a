"""log segments"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('log_nodes',
    sa.Column('node', sa.Text(), nullable=False),
    sa.Column('boot_id', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=True, comment='When its newest record was written'),
    sa.Column('dropped_count', sa.BigInteger(), server_default=sa.text('0'), nullable=False, comment='In this boot'),
    sa.Column('trouble', sa.Text(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('node', name=op.f('pk_log_nodes'))
    )
    op.create_table('log_segments',
    sa.Column('stem', sa.Text(), nullable=False, comment='When it was begun, and by which boot'),
    sa.Column('node', sa.Text(), nullable=False),
    sa.Column('boot_id', sa.Text(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('record_count', sa.BigInteger(), nullable=False),
    sa.Column('raw_bytes', sa.BigInteger(), nullable=False),
    sa.Column('packed_bytes', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False, comment='Of the packed file'),
    sa.Column('index_sha256', sa.Text(), nullable=False),
    sa.Column('torn_bytes', sa.BigInteger(), nullable=False, comment='Of a last line that a killed process left'),
    sa.Column('packed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('on_node', sa.Boolean(), server_default=sa.text('true'), nullable=False, comment="The node's own copy is still there"),
    sa.Column('fault', sa.Text(), nullable=True, comment="Why the node's own copy is in no state to be shipped"),
    sa.PrimaryKeyConstraint('stem', name=op.f('pk_log_segments'))
    )
    op.create_index('ix_log_segments_last', 'log_segments', ['last_at'], unique=False)
    op.create_index('ix_log_segments_node', 'log_segments', ['node', 'last_at'], unique=False)
    op.create_table('log_shipments',
    sa.Column('stem', sa.Text(), nullable=False),
    sa.Column('sink', sa.Text(), nullable=False),
    sa.Column('reached', sa.BigInteger(), server_default=sa.text('0'), nullable=False, comment='Where a next try starts'),
    sa.Column('failure_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True, comment='Its checksum there is that of the segment'),
    sa.ForeignKeyConstraint(['stem'], ['log_segments.stem'], name=op.f('fk_log_shipments_stem'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('stem', 'sink', name=op.f('pk_log_shipments'))
    )
    op.create_index('ix_log_shipments_there', 'log_shipments', ['sink', 'confirmed_at'], unique=False)


def downgrade() -> None:
    op.drop_table('log_shipments')
    op.drop_table('log_segments')
    op.drop_table('log_nodes')
