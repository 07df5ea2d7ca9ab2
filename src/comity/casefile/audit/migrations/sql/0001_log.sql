-- The tamper-evident log. Everything that must hold whoever connects is stated here, not in Python.

CREATE TABLE leaf (
    id       bigint GENERATED ALWAYS AS IDENTITY,
    document uuid   PRIMARY KEY,
    data     bytea  NOT NULL CHECK (octet_length(data) BETWEEN 1 AND 65535),
    hash     bytea  NOT NULL CHECK (octet_length(hash) = 32),
    idx      bigint CHECK (idx >= 0)
);
COMMENT ON TABLE leaf IS 'One leaf of the log for each document, written by the trigger audit_leaf in the same statement; idx is set once.';
-- No foreign key to document: the only writer of a leaf is the document's own trigger, documents are never deleted, and
-- the check made bulk inserts a tenth to a quarter slower. The indexes are partial so that a new leaf enters two, not four.
CREATE UNIQUE INDEX leaf_idx ON leaf (idx) WHERE idx IS NOT NULL;
-- What still waits for its index; empty nearly always, so that asking costs nothing.
CREATE INDEX leaf_waiting ON leaf (id) WHERE idx IS NULL;

CREATE TABLE checkpoint (
    size     bigint      PRIMARY KEY CHECK (size > 0),
    root     bytea       NOT NULL CHECK (octet_length(root) = 32),
    frontier bytea       NOT NULL CHECK (octet_length(frontier) % 32 = 0),
    at       timestamptz NOT NULL,
    body     text        NOT NULL,
    note     bytea
);
COMMENT ON TABLE checkpoint IS 'Heads of the log: committed together with the indices they cover, signed afterwards (note IS NULL until then).';
CREATE INDEX checkpoint_unsigned ON checkpoint (size) WHERE note IS NULL;
CREATE INDEX checkpoint_signed ON checkpoint (size) WHERE note IS NOT NULL;

CREATE TABLE tree_node (
    level smallint NOT NULL CHECK (level > 0),
    idx   bigint   NOT NULL CHECK (idx >= 0),
    hash  bytea    NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, idx)
);
COMMENT ON TABLE tree_node IS 'Complete subtrees above the leaves; derived, and never changed once made.';

CREATE TABLE clock_alarm (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    raised_at  timestamptz NOT NULL,
    direction  text        NOT NULL CHECK (direction IN ('backward', 'forward')),
    newest_at  timestamptz,
    settled_by uuid        REFERENCES document (id)
);
COMMENT ON TABLE clock_alarm IS 'The clock jumped; while a row is not settled by an entry, nothing acts automatically.';
CREATE UNIQUE INDEX clock_alarm_open ON clock_alarm (direction) WHERE settled_by IS NULL;

-- The leaf of each document: in the statement that inserts the document, whoever made it and by whatever path.
-- Data is canonical JSON (RFC 8785): the keys stand in code point order and no value needs escaping.
CREATE FUNCTION audit_enter_leaves() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- No escape in any literal, no cast that a session's settings could bend: the session is the caller's.
    INSERT INTO public.leaf (document, data, hash)
    SELECT made.id, made.data, sha256(decode('00', 'hex') || made.data)
    FROM (
        SELECT added.id, convert_to(
            '{"at":"' || to_char(added.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
            || 'Z","commitment":"' || encode(sha256(added.salt || added.body), 'hex')
            || '","entry":"' || replace(added.id::text, '-', '')
            || '","kind":"' || CASE
                WHEN added.kind IN ('demand', 'clarification') THEN 'received'
                WHEN added.kind = 'assessment' THEN 'assessed'
                WHEN added.kind IN ('decision', 'standing_rule', 'complaint_decision', 'scrutiny_decision') THEN 'decided'
                WHEN added.kind = 'act' THEN 'acted'
                WHEN added.kind IN ('form_reply', 'receipt') THEN 'answered'
                WHEN added.kind IN ('notice', 'secrecy', 'complaint') THEN 'noticed'
                ELSE 'recorded' END
            || '","v":1}', 'UTF8') AS data
        FROM added
    ) AS made;
    -- While the sequencer is awake it holds this lock and looks by itself every few milliseconds. A notification is
    -- sent only when it sleeps, because every notifying commit waits in one line with all others. The lock is only
    -- touched, not kept until the commit: otherwise writers who follow one another would keep it from ever waking.
    IF pg_try_advisory_lock_shared(7223003, 2) THEN
        PERFORM pg_advisory_unlock_shared(7223003, 2);
        PERFORM pg_notify('comity_leaf', '');
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit_enter_leaves() FROM PUBLIC;
CREATE TRIGGER audit_leaf AFTER INSERT ON document
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_enter_leaves();
ALTER TABLE document ENABLE ALWAYS TRIGGER audit_leaf;

-- Refuses every statement it is attached to.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the log only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A leaf is written by the trigger on document (depth 1) and by nothing else, not even by the tables' owner.
CREATE FUNCTION audit_leaf_insert() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'INSERT on leaf is refused: a leaf is written by its document' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER leaf_insert BEFORE INSERT ON leaf FOR EACH STATEMENT EXECUTE FUNCTION audit_leaf_insert();

CREATE FUNCTION audit_leaf_update() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user <> 'comity_sequencer' OR OLD.idx IS NOT NULL OR NEW.idx IS NULL
       OR NEW.id <> OLD.id OR NEW.document <> OLD.document OR NEW.data <> OLD.data OR NEW.hash <> OLD.hash THEN
        RAISE EXCEPTION 'UPDATE on leaf is refused: an index is given once, by the sequencer' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER leaf_update BEFORE UPDATE ON leaf FOR EACH ROW EXECUTE FUNCTION audit_leaf_update();
CREATE TRIGGER leaf_kept BEFORE DELETE OR TRUNCATE ON leaf FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- A head is larger and not earlier than every head before it, and unsigned when it is made.
CREATE FUNCTION audit_checkpoint_insert() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user <> 'comity_sequencer' OR NEW.note IS NOT NULL
       OR EXISTS (SELECT FROM public.checkpoint AS older WHERE older.size >= NEW.size)
       OR NEW.at < (SELECT older.at FROM public.checkpoint AS older ORDER BY older.size DESC LIMIT 1) THEN
        RAISE EXCEPTION 'INSERT on checkpoint is refused: heads only grow, and only the sequencer makes them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER checkpoint_insert BEFORE INSERT ON checkpoint FOR EACH ROW EXECUTE FUNCTION audit_checkpoint_insert();

CREATE FUNCTION audit_checkpoint_update() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user <> 'comity_sequencer' OR OLD.note IS NOT NULL OR NEW.note IS NULL
       OR (NEW.size, NEW.root, NEW.frontier, NEW.at, NEW.body) IS DISTINCT FROM (OLD.size, OLD.root, OLD.frontier, OLD.at, OLD.body) THEN
        RAISE EXCEPTION 'UPDATE on checkpoint is refused: a head is signed once, by the sequencer' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint FOR EACH ROW EXECUTE FUNCTION audit_checkpoint_update();
CREATE TRIGGER checkpoint_kept BEFORE DELETE OR TRUNCATE ON checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER tree_node_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON tree_node FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- An alarm is settled once, by naming an entry; it is never taken back.
CREATE FUNCTION audit_alarm_update() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.settled_by IS NOT NULL OR NEW.settled_by IS NULL
       OR (NEW.id, NEW.raised_at, NEW.direction, NEW.newest_at) IS DISTINCT FROM (OLD.id, OLD.raised_at, OLD.direction, OLD.newest_at) THEN
        RAISE EXCEPTION 'UPDATE on clock_alarm is refused: an alarm is settled once, by an entry' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER clock_alarm_update BEFORE UPDATE ON clock_alarm FOR EACH ROW EXECUTE FUNCTION audit_alarm_update();
CREATE TRIGGER clock_alarm_kept BEFORE DELETE OR TRUNCATE ON clock_alarm FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

REVOKE ALL ON leaf, checkpoint, tree_node, clock_alarm FROM PUBLIC, comity_app, comity_sequencer;
GRANT SELECT ON leaf, checkpoint, tree_node, clock_alarm TO comity_app, comity_sequencer;
GRANT UPDATE (settled_by) ON clock_alarm TO comity_app;
GRANT UPDATE (idx) ON leaf TO comity_sequencer;
GRANT INSERT ON checkpoint, tree_node, clock_alarm TO comity_sequencer;
GRANT UPDATE (note) ON checkpoint TO comity_sequencer;
