"""login methods"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
WRITTEN_BY_CALLERS = ("sessions", "tokens", "linked_identities", "passkeys", "account_exports")
# What is about one person, and which of its rows a request's caller sees.
OWN_ROWS = {
    **{name: f"{name}.user_id = {USER}" for name in (*WRITTEN_BY_CALLERS, "login_history")},
    "account_export_parts": "EXISTS (SELECT FROM account_exports WHERE account_exports.id = account_export_parts.export_id)",
    "allocations": f"allocations.subject_id = ANY({SUBJECTS})",
    "allocation_entries": "EXISTS (SELECT FROM allocations WHERE allocations.id = allocation_entries.allocation_id)",
}


def upgrade() -> None:
    op.alter_column('users', 'password_hash', existing_type=sa.Text(), nullable=True)
    op.add_column('users', sa.Column('verified_email', sa.Text(), nullable=True, comment='The address somebody has shown to read, once'))
    op.add_column('sessions', sa.Column('method', sa.Text(), server_default=sa.text("'password'"), nullable=False))
    op.add_column('sessions', sa.Column('proved_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.create_table('linked_identities',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_linked_identities_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_linked_identities')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_linked_identities_issuer_subject'))
    )
    op.create_index('ix_linked_identities_user', 'linked_identities', ['user_id', 'id'], unique=False)
    op.create_table('passkeys',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('credential_data', sa.LargeBinary(), nullable=False),
    sa.Column('relying_party', sa.Text(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('transports', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_passkeys_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    op.create_index('ix_passkeys_user', 'passkeys', ['user_id', 'id'], unique=False)
    op.create_table('login_flows',
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('browser_sha256', sa.LargeBinary(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('next_path', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(purpose = 'link') = (user_id IS NOT NULL)", name=op.f('ck_login_flows_user')),
    sa.CheckConstraint("purpose IN ('login', 'link')", name=op.f('ck_login_flows_purpose')),
    sa.CheckConstraint('octet_length(browser_sha256) = 32', name=op.f('ck_login_flows_browser_sha256')),
    sa.CheckConstraint('octet_length(sha256) = 32', name=op.f('ck_login_flows_sha256')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_login_flows_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_login_flows'))
    )
    op.create_index(op.f('ix_login_flows_expires_at'), 'login_flows', ['expires_at'], unique=False)
    op.create_table('email_codes',
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose IN ('verify', 'reset')", name=op.f('ck_email_codes_purpose')),
    sa.CheckConstraint('octet_length(sha256) = 32', name=op.f('ck_email_codes_sha256')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_email_codes_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_email_codes'))
    )
    op.create_index(op.f('ix_email_codes_expires_at'), 'email_codes', ['expires_at'], unique=False)
    op.create_index('ix_email_codes_user', 'email_codes', ['user_id', 'purpose'], unique=False)
    for table, seen in OWN_ROWS.items():
        written = "" if table in WRITTEN_BY_CALLERS else "FOR SELECT "
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
        op.execute(f"CREATE POLICY of_caller ON {table} {written}TO stormbell_app USING ({seen})")


def downgrade() -> None:
    for table in OWN_ROWS:
        op.execute(f"DROP POLICY of_caller ON {table}")
        op.execute(f"DROP POLICY of_service ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_table('email_codes')
    op.drop_table('login_flows')
    op.drop_table('passkeys')
    op.drop_table('linked_identities')
    op.drop_column('sessions', 'proved_at')
    op.drop_column('sessions', 'method')
    op.drop_column('users', 'verified_email')
    op.alter_column('users', 'password_hash', existing_type=sa.Text(), nullable=False)
