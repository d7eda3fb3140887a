"""data sets as people change, search and keep them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"
TIME = sa.DateTime(timezone=True)
COLUMNS = (
    sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column("west", sa.Float(), nullable=True),
    sa.Column("south", sa.Float(), nullable=True),
    sa.Column("east", sa.Float(), nullable=True),
    sa.Column("north", sa.Float(), nullable=True),
    sa.Column("valid_from", TIME, nullable=True, comment="What it is about, not when it was made"),
    sa.Column("valid_until", TIME, nullable=True),
    sa.Column("pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    sa.Column("keep_until", TIME, nullable=True),
    sa.Column("deleted_at", TIME, nullable=True),
    sa.Column("erased_at", TIME, nullable=True),
    sa.Column(
        "series_id", sa.Text(), server_default=sa.text("''"), nullable=False, comment="The id of its first version"
    ),
    sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    sa.Column(
        "origin", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="What it was asked for with"
    ),
    sa.Column("registered_name", sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column("search", sa.Text(), server_default=sa.text("''"), nullable=False),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("datasets", column)
    op.alter_column("datasets", "blake3", nullable=True, comment="Null: its bytes never passed here")
    op.add_column(
        "replicas",
        sa.Column(
            "adopted",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Was there before: its file outlives the data set",
        ),
    )
    op.create_check_constraint(
        op.f("ck_datasets_area"),
        "datasets",
        "num_nulls(west, south, east, north) IN (0, 4) AND west BETWEEN -180 AND 180 AND east BETWEEN west AND 540"
        " AND south BETWEEN -90 AND north AND north <= 90",
    )
    op.create_check_constraint(op.f("ck_datasets_validity"), "datasets", "valid_from <= valid_until")
    op.execute("DROP TRIGGER datasets_never_change ON datasets")
    op.execute(
        "UPDATE datasets SET registered_name = name, series_id = id, search = lower(concat_ws(' ', name, comment, role))"
    )
    op.drop_index("uq_datasets_simulation_name", "datasets")
    op.drop_index("uq_datasets_stage_name", "datasets")
    op.create_index(
        "uq_datasets_simulation_name",
        "datasets",
        ["simulation_id", "registered_name"],
        unique=True,
        postgresql_where=sa.text("simulation_id IS NOT NULL"),
    )
    op.create_index(
        "uq_datasets_stage_name",
        "datasets",
        ["stage_id", "registered_name"],
        unique=True,
        postgresql_where=sa.text("stage_id IS NOT NULL AND simulation_id IS NULL"),
    )
    op.create_index("ix_datasets_owner", "datasets", ["owner_id", "created_at", "id"])
    op.create_index("ix_datasets_tags", "datasets", ["tags"], postgresql_using="gin")
    op.create_index("uq_datasets_version", "datasets", ["series_id", "version"], unique=True)
    op.create_index(
        "ix_datasets_machine",
        "datasets",
        ["machine", "created_at", "id"],
        postgresql_where=sa.text("machine IS NOT NULL"),
    )
    op.create_index("ix_datasets_name", "datasets", ["name", "created_at", "id"])
    op.create_index("ix_datasets_sha256", "datasets", ["sha256"])
    for name, column in (("deleted", "deleted_at"), ("keep", "keep_until")):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_datasets_{name}", "datasets", [column], postgresql_where=where)
    op.execute("""
    CREATE TRIGGER datasets_never_change BEFORE UPDATE ON datasets FOR EACH ROW
    WHEN ((OLD.registered_name, OLD.bytes, OLD.sha256, OLD.blake3, OLD.simulation_id, OLD.stage_id, OLD.created_at,
           OLD.series_id, OLD.version)
          IS DISTINCT FROM (NEW.registered_name, NEW.bytes, NEW.sha256, NEW.blake3, NEW.simulation_id, NEW.stage_id,
                            NEW.created_at, NEW.series_id, NEW.version))
    EXECUTE FUNCTION datasets_never_change()
    """)
    op.execute("""
    CREATE FUNCTION datasets_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        NEW.registered_name := NEW.name;
        NEW.series_id := coalesce(nullif(NEW.series_id, ''), NEW.id);
      END IF;
      NEW.search := lower(concat_ws(' ', NEW.name, NEW.comment, NEW.role, array_to_string(NEW.tags, ' ')));
      RETURN NEW;
    END $$
    """)
    op.execute("""
    CREATE TRIGGER datasets_words BEFORE INSERT OR UPDATE OF name, comment, role, tags ON datasets
    FOR EACH ROW EXECUTE FUNCTION datasets_words()
    """)
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE INDEX ix_replicas_path ON replicas (path text_pattern_ops)")
    op.execute("CREATE INDEX ix_datasets_search ON datasets USING gin (search gin_trgm_ops)")
    op.execute("""
    CREATE INDEX ix_datasets_area ON datasets USING gist (box(point(west, south), point(east, north)))
    WHERE west IS NOT NULL
    """)
    op.execute("""
    CREATE INDEX ix_datasets_validity ON datasets USING gist (tstzrange(valid_from, valid_until, '[]'))
    WHERE valid_from IS NOT NULL OR valid_until IS NOT NULL
    """)
    _tables()
    for table in ("uploads", "collections"):
        seen = f"{table}.owner_id IN ('usr_system', {USER})"
        shared = f"EXISTS (SELECT FROM shares WHERE shares.object_id = {table}.id AND shares.subject_id = ANY({SUBJECTS}))"
        protect(table, f"({seen} OR {shared})")
    protect("dataset_links", "EXISTS (SELECT FROM datasets WHERE datasets.id = dataset_links.dataset_id)")
    protect("collection_members", "EXISTS (SELECT FROM collections WHERE collections.id = collection_members.collection_id)")
    shared = (
        "EXISTS (SELECT FROM shares WHERE shares.object_id IN"
        " (datasets.id, datasets.incident_id, datasets.simulation_id)"
        f" AND shares.subject_id = ANY({SUBJECTS}))"
    )
    collected = (
        "EXISTS (SELECT FROM collection_members m JOIN collections c ON c.id = m.collection_id"
        " WHERE m.dataset_id = datasets.id AND c.owner_id = datasets.owner_id)"
    )
    seen = f"((datasets.owner_id IN ('usr_system', {USER}) OR {shared}) OR {collected})"
    op.execute(f"ALTER POLICY of_caller ON datasets USING ({SEES_ALL} OR {seen})")
    for table, actors in (
        ("uploads", "'id'"),
        ("collections", "'id'"),
        ("dataset_links", "'id,incident_id,simulation_id', 'dataset_id', 'datasets'"),
        ("collection_members", "'id', 'collection_id', 'collections'"),
    ):
        op.execute(
            f"CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
            f" WHEN (current_user = 'stormbell_app') EXECUTE FUNCTION refuse_who_may_not_act({actors})"
        )


def _tables() -> None:
    op.create_table(
        "uploads",
        sa.Column("owner_id", sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True, comment="What it has to be, when its sender said so"),
        sa.Column("node_name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=True),
        sa.CheckConstraint('bytes >= 0 AND "offset" BETWEEN 0 AND bytes', name=op.f("ck_uploads_offset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_owner", "uploads", ["owner_id", "id"])
    op.create_index(
        "ix_uploads_expires", "uploads", ["expires_at"], postgresql_where=sa.text("dataset_id IS NULL")
    )
    op.create_table(
        "dataset_links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.Column("last_used_at", TIME, nullable=True),
        sa.Column("use_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name=op.f("fk_dataset_links_dataset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_links")),
    )
    op.create_index("ix_dataset_links_dataset", "dataset_links", ["dataset_id", "id"])
    op.create_table(
        "collections",
        sa.Column("owner_id", sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    op.create_index("uq_collections_name", "collections", ["owner_id", "name"], unique=True)
    op.create_table(
        "collection_members",
        sa.Column("collection_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("added_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_collection_members_collection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name=op.f("fk_collection_members_dataset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "dataset_id", name=op.f("pk_collection_members")),
    )
    op.create_index(op.f("ix_collection_members_dataset_id"), "collection_members", ["dataset_id"])


def protect(table: str, seen: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
    op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {seen})")
