"""credentials"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"


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
    op.create_table('credentials',
    sa.Column('owner_id', sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('public', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'ready'"), nullable=False),
    sa.Column('state_text', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replace_after_days', sa.Integer(), nullable=True),
    sa.Column('renewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('renewing_until', sa.DateTime(timezone=True), nullable=True, comment='Some node asks the service for the next one'),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_used_by', sa.Text(), nullable=True),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('test_passed', sa.Boolean(), nullable=True),
    sa.Column('test_text', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('ready', 'reauth_required')", name=op.f('ck_credentials_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credentials'))
    )
    op.create_index('ix_credentials_name', 'credentials', ['owner_id', 'name'], unique=False)
    op.create_index('ix_credentials_ends', 'credentials', ['expires_at'], unique=False, postgresql_where=sa.text('expires_at IS NOT NULL'))
    op.create_table('credential_uses',
    sa.Column('credential_id', sa.Text(), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('node', sa.Text(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('count', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['credential_id'], ['credentials.id'], name=op.f('fk_credential_uses_credential_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('credential_id', 'hour', 'user_id', 'purpose', name=op.f('pk_credential_uses'))
    )
    op.create_index('ix_credential_uses_last', 'credential_uses', ['credential_id', 'last_at'], unique=False)
    protect('credentials', f"(credentials.owner_id IN ('usr_system', {USER}) OR EXISTS (SELECT FROM shares WHERE "
            f"shares.object_id = credentials.id AND shares.subject_id = ANY({SUBJECTS})))")
    op.execute(
        "CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON credentials FOR EACH ROW"
        " WHEN (current_user = 'stormbell_app') EXECUTE FUNCTION refuse_who_may_not_act('id')"
    )
    protect('credential_uses', "EXISTS (SELECT FROM credentials WHERE credentials.id = credential_uses.credential_id)")


def protect(table: str, seen: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
    op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {seen})")


def downgrade() -> None:
    op.drop_table('credential_uses')
    op.drop_table('credentials')
    op.drop_table('vault_keys')
