"""nodes sections and limits"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job_allowances',
    sa.Column('gate', sa.Text(), nullable=False),
    sa.Column('pending', sa.Integer(), nullable=False, comment='Let go and not begun when last looked at'),
    sa.Column('recent', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='[when, how many began by then]; Unix seconds'),
    sa.PrimaryKeyConstraint('gate', name=op.f('pk_job_allowances'))
    )
    op.create_table('job_batches',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('total', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('callback_kind', sa.Text(), nullable=True),
    sa.Column('callback_payload', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('callback_job_id', sa.Text(), nullable=True),
    sa.Column('ended_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment='By final state'),
    sa.Column('created_by', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True, comment='No more jobs are added after this'),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_batches'))
    )
    op.create_index('ix_job_batches_created', 'job_batches', ['created_at', 'id'], unique=False)
    op.create_index('ix_job_batches_open', 'job_batches', ['sealed_at'], unique=False, postgresql_where=sa.text('finished_at IS NULL'))
    op.create_table('job_dependencies',
    sa.Column('job_id', sa.Text(), nullable=False),
    sa.Column('after_id', sa.Text(), nullable=False),
    sa.Column('on_failure', sa.Text(), nullable=False),
    sa.Column('noted', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='The one it waits for is followed'),
    sa.CheckConstraint("on_failure IN ('cancel', 'run')", name=op.f('ck_job_dependencies_on_failure')),
    sa.PrimaryKeyConstraint('job_id', 'after_id', name=op.f('pk_job_dependencies'))
    )
    op.create_index('ix_job_dependencies_after', 'job_dependencies', ['after_id'], unique=False)
    op.create_index('ix_job_dependencies_new', 'job_dependencies', ['job_id'], unique=False, postgresql_where=sa.text('NOT noted'))
    op.create_table('job_endings',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('job_id', sa.Text(), nullable=False),
    sa.Column('batch_id', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_job_endings'))
    )
    op.create_table('job_limits',
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False, comment='For keys also a prefix that ends in *'),
    sa.Column('concurrency', sa.Integer(), nullable=True),
    sa.Column('rate', sa.Double(), nullable=True, comment='Jobs that may begin in a period'),
    sa.Column('period_seconds', sa.Double(), nullable=True),
    sa.Column('declared', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='By the kind, not by a person'),
    sa.Column('changed_by', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('adopted_at', sa.DateTime(timezone=True), nullable=True, comment='When jobs queued before it were last looked for'),
    sa.CheckConstraint("scope IN ('kind', 'queue', 'key')", name=op.f('ck_job_limits_scope')),
    sa.CheckConstraint('(rate IS NULL) = (period_seconds IS NULL)', name=op.f('ck_job_limits_rate')),
    sa.CheckConstraint('concurrency >= 0', name=op.f('ck_job_limits_concurrency')),
    sa.PrimaryKeyConstraint('scope', 'name', name=op.f('pk_job_limits'))
    )
    op.create_table('job_progress',
    sa.Column('job_id', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('fraction', sa.Double(), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('counters', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('job_id', name=op.f('pk_job_progress'))
    )
    op.create_index(op.f('ix_job_progress_updated_at'), 'job_progress', ['updated_at'], unique=False)
    op.create_table('job_queues',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'active'"), nullable=False),
    sa.Column('fifo', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='One job a section, by number'),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('changed_by', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('adopted_at', sa.DateTime(timezone=True), nullable=True, comment='When jobs queued before it were last looked for'),
    sa.CheckConstraint("state IN ('active', 'paused', 'draining')", name=op.f('ck_job_queues_state')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_queues'))
    )
    op.create_table('leader_candidates',
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('node_id', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.PrimaryKeyConstraint('role', 'node_id', name=op.f('pk_leader_candidates'))
    )
    op.create_table('leaders',
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('node_id', sa.Text(), nullable=True),
    sa.Column('generation', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('role', name=op.f('pk_leaders'))
    )
    op.create_table('loop_switches',
    sa.Column('node_name', sa.Text(), nullable=False),
    sa.Column('loop', sa.Text(), nullable=False, comment='module.loop, or role:name'),
    sa.Column('running', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('node_name', 'loop', name=op.f('pk_loop_switches'))
    )
    op.create_table('node_sections',
    sa.Column('section', sa.SmallInteger(), nullable=False),
    sa.Column('node_id', sa.Text(), nullable=True),
    sa.Column('generation', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('section', name=op.f('pk_node_sections'))
    )
    op.create_index(op.f('ix_node_sections_node_id'), 'node_sections', ['node_id'], unique=False)
    op.create_table('node_transitions',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('node_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('old_state', sa.Text(), nullable=True),
    sa.Column('new_state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_node_transitions'))
    )
    op.create_index(op.f('ix_node_transitions_at'), 'node_transitions', ['at'], unique=False)
    op.create_index('ix_node_transitions_node', 'node_transitions', ['node_id', 'number'], unique=False)
    op.create_table('nodes',
    sa.Column('id', sa.Text(), nullable=False, comment='Boot id'),
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False, comment='Order of registration'),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'initializing'"), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True, comment='unresponsive, terminated, asked, drained …'),
    sa.Column('state_since', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('host', sa.Text(), nullable=False),
    sa.Column('process_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('slots', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('busy', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('pause_requested', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('pause_forbidden', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('drain_requested', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('heartbeat_seconds', sa.Double(), nullable=False, comment='How often it promises to be heard'),
    sa.Column('heartbeat_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('initializing', 'waiting', 'working', 'paused', 'dead')", name=op.f('ck_nodes_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nodes'))
    )
    op.create_index('ix_nodes_name', 'nodes', ['name', 'number'], unique=False)
    op.create_index('ix_nodes_living', 'nodes', ['number'], unique=False, postgresql_where=sa.text("state <> 'dead'"))
    op.create_index('ix_nodes_started', 'nodes', ['started_at', 'id'], unique=False)
    op.create_table('observations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('mode', sa.Text(), nullable=False),
    sa.Column('period_seconds', sa.Double(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=True),
    sa.Column('node_id', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("mode IN ('live', 'periodic', 'manual')", name=op.f('ck_observations_mode')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observations'))
    )
    op.create_table('observer_samples',
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('at', name=op.f('pk_observer_samples'))
    )
    op.create_table('schedule_runs',
    sa.Column('schedule_id', sa.Text(), nullable=False),
    sa.Column('target_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('job_id', sa.Text(), nullable=True),
    sa.Column('skipped', sa.Text(), nullable=True, comment='Why there is no job: missed, overlap or refused'),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('schedule_id', 'target_at', name=op.f('pk_schedule_runs'))
    )
    op.create_index(op.f('ix_schedule_runs_made_at'), 'schedule_runs', ['made_at'], unique=False)
    op.create_table('schedules',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('queue', sa.Text(), nullable=True, comment="None: the kind's"),
    sa.Column('urgency', sa.Text(), server_default=sa.text("'normal'"), nullable=False),
    sa.Column('priority', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('max_attempts', sa.Integer(), nullable=True, comment="None: the kind's"),
    sa.Column('cron', sa.Text(), nullable=True),
    sa.Column('interval_seconds', sa.Double(), nullable=True),
    sa.Column('time_zone', sa.Text(), server_default=sa.text("'UTC'"), nullable=False),
    sa.Column('jitter_seconds', sa.Double(), server_default=sa.text('0'), nullable=False),
    sa.Column('catch_up', sa.Text(), server_default=sa.text("'latest'"), nullable=False),
    sa.Column('overlap', sa.Text(), server_default=sa.text("'allow'"), nullable=False),
    sa.Column('enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('declared', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='By a module, not by a person'),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint("catch_up IN ('all', 'latest', 'none')", name=op.f('ck_schedules_catch_up')),
    sa.CheckConstraint("overlap IN ('allow', 'skip', 'wait')", name=op.f('ck_schedules_overlap')),
    sa.CheckConstraint('(cron IS NULL) <> (interval_seconds IS NULL)', name=op.f('ck_schedules_times')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedules')),
    sa.UniqueConstraint('name', name=op.f('uq_schedules_name'))
    )
    op.create_index('ix_schedules_next', 'schedules', ['next_at'], unique=False, postgresql_where=sa.text('enabled'))
    partition_history()
    op.add_column('jobs', sa.Column('batch_id', sa.Text(), nullable=True))
    op.add_column('jobs', sa.Column('origin', sa.Text(), nullable=True, comment='Who or what made it: usr_…, sch_…@target, job_… it repeats'))
    op.add_column('jobs', sa.Column('gates', postgresql.ARRAY(sa.Text()), nullable=True, comment='Limits it counts against, by scope:name'))
    op.add_column('jobs', sa.Column('followed', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='Something waits for its end'))
    op.add_column('jobs', sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True, comment='Not to be started after this'))
    op.add_column('jobs', sa.Column('deadline_at', sa.DateTime(timezone=True), nullable=True, comment='Not to go on after this, attempts included'))
    op.drop_constraint('ck_jobs_state', 'jobs')
    op.create_check_constraint(op.f('ck_jobs_state'), 'jobs', "state IN ('queued', 'running', 'held')")
    op.drop_constraint('ck_jobs_leased', 'jobs')
    op.create_check_constraint(op.f('ck_jobs_leased'), 'jobs', "state <> 'running' OR (node IS NOT NULL AND lease_until IS NOT NULL)")
    op.drop_index(op.f('ix_jobs_ready'), table_name='jobs', postgresql_where="(state = 'queued'::text)")
    op.create_index('ix_jobs_ready', 'jobs', [sa.literal_column('priority DESC'), 'run_at', 'number', 'kind', sa.literal_column('((number % 512)::smallint)')], unique=False, postgresql_where=sa.text("state = 'queued'"))
    op.drop_index('ix_jobs_number', table_name='jobs')
    op.create_index('ix_jobs_number', 'jobs', ['number'], unique=True, postgresql_where=sa.text("state <> 'running'"))
    op.create_index('ix_jobs_batch', 'jobs', ['batch_id', 'number'], unique=False, postgresql_where=sa.text('batch_id IS NOT NULL'))
    op.create_index('ix_jobs_origin', 'jobs', [sa.literal_column("split_part(origin, '@', 1)"), 'number'], unique=False, postgresql_where=sa.text('origin IS NOT NULL'))
    op.create_index('ix_jobs_held', 'jobs', ['gates', sa.literal_column('priority DESC'), 'run_at', 'number'], unique=False, postgresql_where=sa.text("state = 'held'"))
    op.create_index('ix_jobs_last_chance', 'jobs', ['node'], unique=False, postgresql_where=sa.text('lost_count >= 2'))
    op.create_index('ix_jobs_held_due', 'jobs', ['run_at'], unique=False, postgresql_where=sa.text("state = 'held'"))
    op.create_index('ix_jobs_held_turn', 'jobs', ['queue', sa.literal_column('((number % 512)::smallint)'), 'number'], unique=False, postgresql_where=sa.text("state = 'held'"))
    op.create_index('ix_jobs_admitted', 'jobs', ['gates'], unique=False, postgresql_where=sa.text("state <> 'held' AND gates IS NOT NULL"))
    op.create_index('ix_jobs_too_late', 'jobs', [sa.literal_column('least(expires_at, deadline_at)')], unique=False, postgresql_where=sa.text('expires_at IS NOT NULL OR deadline_at IS NOT NULL'))


def partition_history() -> None:
    """Make the two tables of history anew, by day, and put back what was in them."""
    for table in ("finished_jobs", "job_attempts"):
        op.execute(f"CREATE TEMPORARY TABLE old_{table} ON COMMIT DROP AS SELECT * FROM {table}")
        op.execute(f"DROP TABLE {table}")
    op.create_table('finished_jobs',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('failed_count', sa.Integer(), nullable=False),
    sa.Column('lost_count', sa.Integer(), nullable=False),
    sa.Column('max_attempts', sa.Integer(), nullable=False),
    sa.Column('node', sa.Text(), nullable=True),
    sa.Column('unique_key', sa.Text(), nullable=True),
    sa.Column('incident_id', sa.Text(), nullable=True),
    sa.Column('simulation_id', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('result', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('batch_id', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('succeeded', 'failed', 'timed_out', 'cancelled', 'quarantined')", name=op.f('ck_finished_jobs_state')),
    sa.PrimaryKeyConstraint('id', 'finished_at', name=op.f('pk_finished_jobs')),
    postgresql_partition_by='RANGE (finished_at)',
    )
    op.create_table('job_attempts',
    sa.Column('job_id', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('node', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.CheckConstraint("outcome IN ('failed', 'timed_out', 'lost', 'released')", name=op.f('ck_job_attempts_outcome')),
    sa.PrimaryKeyConstraint('job_id', 'attempt', 'ended_at', name=op.f('pk_job_attempts')),
    postgresql_partition_by='RANGE (ended_at)',
    )
    op.create_index('ix_finished_jobs_incident', 'finished_jobs', ['incident_id', 'number'], unique=False, postgresql_where=sa.text('incident_id IS NOT NULL'))
    op.create_index('ix_finished_jobs_kind', 'finished_jobs', ['kind', 'number'], unique=False)
    op.create_index('ix_finished_jobs_number', 'finished_jobs', ['number'], unique=False)
    op.create_index('ix_finished_jobs_trouble', 'finished_jobs', ['state', 'number'], unique=False, postgresql_where=sa.text("state <> 'succeeded'"))
    op.create_index('ix_finished_jobs_kind_trouble', 'finished_jobs', ['kind', 'state', 'number'], unique=False, postgresql_where=sa.text("state <> 'succeeded'"))
    op.create_index('ix_finished_jobs_batch_trouble', 'finished_jobs', ['batch_id', 'state', 'number'], unique=False, postgresql_where=sa.text("state <> 'succeeded' AND batch_id IS NOT NULL"))
    op.create_index('ix_finished_jobs_queue_trouble', 'finished_jobs', ['queue', 'state', 'number'], unique=False, postgresql_where=sa.text("state <> 'succeeded' AND queue <> 'default'"))
    op.create_index('ix_finished_jobs_queue', 'finished_jobs', ['queue', 'number'], unique=False, postgresql_where=sa.text("queue <> 'default'"))
    op.create_index('ix_finished_jobs_origin', 'finished_jobs', [sa.literal_column("split_part(origin, '@', 1)"), 'number'], unique=False, postgresql_where=sa.text('origin IS NOT NULL'))
    op.create_index('ix_finished_jobs_batch', 'finished_jobs', ['batch_id', 'number'], unique=False, postgresql_where=sa.text('batch_id IS NOT NULL'))
    op.execute(
        """
        DO $$
        DECLARE kept record; day date; columns text;
        BEGIN
            FOR kept IN SELECT * FROM (VALUES ('finished_jobs', 'finished_at'), ('job_attempts', 'ended_at')) AS k (name, at)
            LOOP
                EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', kept.name || '_default', kept.name);
                FOR day IN EXECUTE format('SELECT DISTINCT (%I AT TIME ZONE ''UTC'')::date FROM %I', kept.at, 'old_' || kept.name)
                LOOP
                    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                        kept.name || to_char(day, '_YYYYMMDD'), kept.name, day || ' 00:00+00', day + 1 || ' 00:00+00');
                END LOOP;
                SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
                    WHERE attrelid = ('old_' || kept.name)::regclass AND attnum > 0;
                EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM %I', kept.name, columns, columns, 'old_' || kept.name);
            END LOOP;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER finished_jobs_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON finished_jobs
            FOR EACH STATEMENT EXECUTE FUNCTION finished_jobs_are_final()
        """
    )


def downgrade() -> None:
    raise NotImplementedError("history was partitioned: restore a backup made before instead")
