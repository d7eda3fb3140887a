"""The chain over the audit events."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base


class AuditSeal(Base):
    """The place of one event in the chain; ``sha256`` is over the hash before it and the event."""

    __tablename__ = "audit_seals"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        {"info": {"audited": False}},
    )

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(unique=True)
    event_transaction: Mapped[int] = mapped_column(BigInteger)
    event_number: Mapped[int] = mapped_column(BigInteger)
    after_number: Mapped[int] = mapped_column(
        BigInteger, comment="Events with a greater number are of this life of the database"
    )
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(server_default=func.now())


# Only sealed events leave, oldest first, none younger than 30 days, and never the newest seal.
EXTRA_DDL = (
    """
    CREATE TRIGGER audit_seals_refuse_rows BEFORE UPDATE OR DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_seals_refuse_truncate BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
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
    """,
)
