"""audit"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_events',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('transaction', sa.BigInteger(), server_default=sa.text('(pg_current_xact_id()::text)::bigint'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('action', sa.Text(), nullable=False, comment='The operationId, or what note() was told'),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('object_kind', sa.Text(), nullable=False),
    sa.Column('object_id', sa.Text(), nullable=True),
    sa.Column('object_ids', sa.ARRAY(sa.Text()), nullable=False, comment='Of everything it touched'),
    sa.Column('actor_id', sa.Text(), nullable=True),
    sa.Column('actor_name', sa.Text(), nullable=True),
    sa.Column('session_id', sa.Text(), nullable=True),
    sa.Column('token_id', sa.Text(), nullable=True),
    sa.Column('ip', sa.Text(), nullable=True),
    sa.Column('request_id', sa.Text(), nullable=True),
    sa.Column('changes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f('ck_audit_events_outcome')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_events')),
    sa.UniqueConstraint('id', name=op.f('uq_audit_events_id'))
    )
    op.create_index('ix_audit_events_order', 'audit_events', ['transaction', 'number'], unique=False)
    op.create_index('ix_audit_events_actor', 'audit_events', ['actor_id', 'number'], unique=False)
    op.create_index('ix_audit_events_action', 'audit_events', ['action', 'number'], unique=False)
    op.create_index('ix_audit_events_objects', 'audit_events', ['object_ids'], unique=False, postgresql_using='gin')
    op.create_index(op.f('ix_audit_events_at'), 'audit_events', ['at'], unique=False)
    op.create_table('audit_seals',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('event_transaction', sa.BigInteger(), nullable=False),
    sa.Column('event_number', sa.BigInteger(), nullable=False),
    sa.Column('after_number', sa.BigInteger(), nullable=False, comment='Events with a greater number are of this life of the database'),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('octet_length(sha256) = 32', name=op.f('ck_audit_seals_sha256')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_audit_seals')),
    sa.UniqueConstraint('event_id', name=op.f('uq_audit_seals_event_id'))
    )
    op.execute(
        """
        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND current_setting('stormbell.audit_forgets', true) = 'on' THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    for table in ('audit_events', 'audit_seals'):
        op.execute(
            f"""
            CREATE TRIGGER {table}_refuse_rows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION audit_refuse()
            """
        )
        op.execute(
            f"""
            CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
            """
        )
    # Only sealed events leave, oldest first, none younger than 30 days, and never the newest seal.
    op.execute(
        """
        CREATE FUNCTION audit_forget(keep_days integer, up_to bigint)
        RETURNS TABLE (last_position bigint, last_sha256 bytea, events_count bigint)
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE
            young bigint;
        BEGIN
            IF keep_days < 30 THEN
                RAISE EXCEPTION 'audit events are kept for at least 30 days';
            END IF;
            SELECT min(s.position) INTO young FROM audit_seals s JOIN audit_events e ON e.id = s.event_id
            WHERE e.at >= now() - keep_days * interval '1 day' AND s.position <= up_to;
            SELECT least(coalesce(young - 1, up_to), max(s.position) - 1) INTO last_position FROM audit_seals s;
            SELECT s.sha256 INTO last_sha256 FROM audit_seals s WHERE s.position = last_position;
            IF last_sha256 IS NULL THEN
                RETURN;
            END IF;
            PERFORM set_config('stormbell.audit_forgets', 'on', true);
            DELETE FROM audit_events e USING audit_seals s WHERE e.id = s.event_id AND s.position <= last_position;
            GET DIAGNOSTICS events_count = ROW_COUNT;
            DELETE FROM audit_seals s WHERE s.position <= last_position;
            PERFORM set_config('stormbell.audit_forgets', 'off', true);
            RETURN NEXT;
        END $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION audit_forget(integer, bigint) FROM PUBLIC")
    op.execute(
        """
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stormbell_service') THEN
                REVOKE ALL ON audit_events, audit_seals FROM stormbell_service, stormbell_app;
                GRANT SELECT, INSERT ON audit_events, audit_seals TO stormbell_service;
                GRANT SELECT, INSERT ON audit_events TO stormbell_app;
                GRANT SELECT ON audit_seals TO stormbell_app;
                REVOKE ALL ON FUNCTION audit_forget(integer, bigint) FROM stormbell_app;
                GRANT EXECUTE ON FUNCTION audit_forget(integer, bigint) TO stormbell_service;
            END IF;
        END $$
        """
    )


def downgrade() -> None:
    raise NotImplementedError("what was audited is not thrown away by a downgrade")
