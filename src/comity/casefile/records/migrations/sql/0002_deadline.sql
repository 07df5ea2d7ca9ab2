-- Deadlines are rows: an instant in UTC, and how it was computed. They change only together with an entry that says so.

CREATE TABLE deadline (
    id           uuid        NOT NULL,
    case_id      uuid        NOT NULL,
    name         text        NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 80),
    duty         text        NOT NULL,
    instrument   text        NOT NULL,
    citations    text[]      NOT NULL,
    triggered_by uuid        NOT NULL REFERENCES document (id),
    computation  text[]      NOT NULL CHECK (cardinality(computation) > 0),
    ends         boolean     NOT NULL,
    wakes        boolean     NOT NULL,
    state        text        NOT NULL CHECK (state IN ('running', 'suspended', 'met', 'missed', 'cancelled')),
    due_at       timestamptz,
    warn_at      timestamptz[] NOT NULL,
    next_at      timestamptz,
    entry        uuid        NOT NULL,
    PRIMARY KEY (case_id, id),
    CONSTRAINT deadline_running_is_due CHECK ((state = 'running') = (next_at IS NOT NULL)),
    CONSTRAINT deadline_next_is_not_late CHECK (next_at <= due_at)
);
COMMENT ON TABLE deadline IS 'Instants set by law. ends: a period whose end is awaited, not a duty; wakes: the docket is told when it fires.';
COMMENT ON COLUMN deadline.next_at IS 'The next instant at which the ticker must do something: a warning, or due_at.';
COMMENT ON COLUMN deadline.due_at IS 'NULL while suspended.';
CREATE INDEX deadline_next ON deadline (next_at) WHERE state = 'running';
CREATE UNIQUE INDEX deadline_open ON deadline (case_id, name) WHERE state IN ('running', 'suspended');

-- Like require_entry(), once a statement: every row made or changed names an entry of this transaction and of its case,
-- and what is settled stays settled. It looks each entry up by its key, however many documents there are.
CREATE FUNCTION deadline_entered() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE (
        SELECT (made.case_id, made.kind, made.xact) IS DISTINCT FROM (added.case_id, 'deadline', pg_current_xact_id())
        FROM public.document AS made WHERE made.id = added.entry
    ) IS NOT FALSE) THEN
        RAISE EXCEPTION '% on deadline is refused: no entry of this transaction says so', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION deadline_settled() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM before WHERE state NOT IN ('running', 'suspended')) THEN
        RAISE EXCEPTION 'UPDATE on deadline is refused: what is settled stays settled'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER deadline_insert AFTER INSERT ON deadline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION deadline_entered();
CREATE TRIGGER deadline_update AFTER UPDATE ON deadline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION deadline_entered();
CREATE TRIGGER deadline_settled AFTER UPDATE ON deadline
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION deadline_settled();
CREATE TRIGGER deadline_kept BEFORE DELETE OR TRUNCATE ON deadline FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE ALL ON deadline FROM PUBLIC, comity_app, comity_sequencer;
GRANT SELECT, INSERT, UPDATE (state, due_at, warn_at, next_at, computation, entry) ON deadline TO comity_app;

-- An instant as documents write it: RFC 3339 in UTC, microseconds only where there are any.
CREATE FUNCTION instant_text(moment timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC',
        CASE WHEN date_trunc('second', moment) = moment THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END)
$$;

-- The canonical bytes (RFC 8785) of a DeadlineEntry: to_json escapes text exactly as that standard does.
CREATE FUNCTION deadline_body(because text, in_case uuid, change text, name text, due_at timestamptz) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT convert_to('{"because":' || to_json(because)::text
        || ',"case":"' || replace(in_case::text, '-', '')
        || '","change":' || to_json(change)::text
        || ',"deadline":' || to_json(name)::text
        || ',"due_at":' || coalesce('"' || public.instant_text(due_at) || '"', 'null') || '}', 'UTF8')
$$;
