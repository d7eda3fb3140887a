"""accounts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column('users', 'password_hash', nullable=True)
    op.add_column('users', sa.Column('approval_wanted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('users', sa.Column('allowed_workflows', postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column('tokens', sa.Column('parent_id', sa.Text(), nullable=True))
    op.create_foreign_key(op.f('fk_tokens_parent_id'), 'tokens', 'tokens', ['parent_id'], ['id'], ondelete='CASCADE')
    op.create_index('ix_tokens_parent', 'tokens', ['parent_id'], unique=False, postgresql_where=sa.text('parent_id IS NOT NULL'))
    op.create_table('invitations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('invited_by', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('viewer', 'runner', 'operator', 'admin', 'owner')", name=op.f('ck_invitations_role')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_invitations_email')),
    sa.CheckConstraint('octet_length(sha256) = 32', name=op.f('ck_invitations_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('sha256', name=op.f('uq_invitations_sha256'))
    )
    op.create_index('uq_invitations_open_email', 'invitations', ['email'], unique=True, postgresql_where=sa.text('accepted_at IS NULL AND revoked_at IS NULL'))
    op.create_table('login_history',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=True),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('email_sha256', sa.LargeBinary(), nullable=True),
    sa.Column('ip', sa.Text(), nullable=True),
    sa.Column('user_agent', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("outcome IN ('succeeded', 'failed', 'throttled', 'refused')", name=op.f('ck_login_history_outcome')),
    sa.CheckConstraint('octet_length(email_sha256) = 32', name=op.f('ck_login_history_email_sha256')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_login_history_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_history'))
    )
    op.create_index('ix_login_history_at', 'login_history', ['at'], unique=False)
    op.create_index('ix_login_history_user', 'login_history', ['user_id', 'id'], unique=False, postgresql_where=sa.text('user_id IS NOT NULL'))
    op.create_table('account_exports',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'queued'"), nullable=False),
    sa.Column('job_id', sa.Text(), nullable=True),
    sa.Column('bytes', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('queued', 'ready', 'failed')", name=op.f('ck_account_exports_state')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_account_exports_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_exports'))
    )
    op.create_index('ix_account_exports_expires', 'account_exports', ['expires_at'], unique=False)
    op.create_index('ix_account_exports_user', 'account_exports', ['user_id', 'id'], unique=False)
    op.create_table('account_export_parts',
    sa.Column('export_id', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['export_id'], ['account_exports.id'], name=op.f('fk_account_export_parts_export_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('export_id', 'number', name=op.f('pk_account_export_parts'))
    )
    op.create_table('allocations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Text(), nullable=False),
    sa.Column('resource', sa.Text(), nullable=False),
    sa.Column('granted', sa.Numeric(precision=30, scale=6), nullable=False),
    sa.Column('reserved', sa.Numeric(precision=30, scale=6), server_default=sa.text('0'), nullable=False),
    sa.Column('used', sa.Numeric(precision=30, scale=6), server_default=sa.text('0'), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('granted_by', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("resource IN ('core_hours', 'bytes', 'leases')", name=op.f('ck_allocations_resource')),
    sa.CheckConstraint("subject_kind IN ('user', 'group')", name=op.f('ck_allocations_subject_kind')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_allocations_period')),
    sa.CheckConstraint('granted >= 0 AND reserved >= 0 AND used >= 0', name=op.f('ck_allocations_amounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allocations'))
    )
    op.create_index('ix_allocations_subject', 'allocations', ['subject_id', 'resource'], unique=False)
    op.create_table('allocation_entries',
    sa.Column('reference_id', sa.Text(), nullable=False),
    sa.Column('resource', sa.Text(), nullable=False),
    sa.Column('allocation_id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reserved', sa.Numeric(precision=30, scale=6), server_default=sa.text('0'), nullable=False),
    sa.Column('used', sa.Numeric(precision=30, scale=6), server_default=sa.text('0'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('reserved', 'charged', 'released')", name=op.f('ck_allocation_entries_state')),
    sa.CheckConstraint('reserved >= 0 AND used >= 0', name=op.f('ck_allocation_entries_amounts')),
    sa.ForeignKeyConstraint(['allocation_id'], ['allocations.id'], name=op.f('fk_allocation_entries_allocation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reference_id', 'resource', name=op.f('pk_allocation_entries'))
    )
    op.create_index('ix_allocation_entries_allocation', 'allocation_entries', ['allocation_id', 'created_at', 'reference_id'], unique=False)


def downgrade() -> None:
    op.drop_table('allocation_entries')
    op.drop_table('allocations')
    op.drop_table('account_export_parts')
    op.drop_table('account_exports')
    op.drop_table('login_history')
    op.drop_table('invitations')
    op.drop_column('tokens', 'parent_id')
    op.drop_column('users', 'allowed_workflows')
    op.drop_column('users', 'approval_wanted_at')
    op.execute("UPDATE users SET password_hash = '!' WHERE password_hash IS NULL")
    op.alter_column('users', 'password_hash', nullable=False)
