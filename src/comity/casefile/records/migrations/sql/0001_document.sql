-- The documents of every case, append-only. Everything that must hold whoever connects is stated here, not in Python.

CREATE TABLE document (
    id      uuid        PRIMARY KEY,
    case_id uuid        NOT NULL,
    kind    text        NOT NULL CHECK (octet_length(kind) BETWEEN 2 AND 40),
    at      timestamptz NOT NULL,
    actor   text        NOT NULL CHECK (split_part(actor, ':', 1) IN ('staff', 'authority', 'system')),
    salt    bytea       CHECK (octet_length(salt) = 32),
    body    bytea       CHECK (octet_length(body) > 0),
    xact    xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT document_whole_or_erased CHECK ((salt IS NULL) = (body IS NULL))
);
COMMENT ON TABLE document IS 'Every document as it was entered. id is the entry''s identifier; salt and body are NULL only after erasure.';
COMMENT ON COLUMN document.xact IS 'The transaction that entered it; a state row may name it only from within that transaction.';
CREATE INDEX document_of_case ON document (case_id);

-- Refuses every statement it is attached to.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: it only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- For a room's migration: SELECT make_append_only('mine').
CREATE FUNCTION make_append_only(grows regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change()', grows);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER only_grows', grows);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, comity_app, comity_sequencer', grows);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO comity_app', grows);
END $$;
REVOKE ALL ON FUNCTION make_append_only(regclass) FROM PUBLIC;

-- A document is inserted whole, and as of its own transaction: nobody chooses xact.
CREATE FUNCTION document_arrives() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE salt IS NULL OR xact <> pg_current_xact_id()) THEN
        RAISE EXCEPTION 'a document is entered whole, in its own transaction' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER document_arrives AFTER INSERT ON document
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION document_arrives();
ALTER TABLE document ENABLE ALWAYS TRIGGER document_arrives;

-- The one change there is: salt and body go, when erase_document() says for which document.
CREATE FUNCTION document_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('comity.erasing', true) IS DISTINCT FROM OLD.id::text OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL
       OR (NEW.id, NEW.case_id, NEW.kind, NEW.at, NEW.actor, NEW.xact)
          IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.kind, OLD.at, OLD.actor, OLD.xact) THEN
        RAISE EXCEPTION 'UPDATE on document is refused: it only grows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_keeps BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION document_keeps();
CREATE TRIGGER document_kept BEFORE DELETE OR TRUNCATE ON document FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE document ENABLE ALWAYS TRIGGER document_keeps;
ALTER TABLE document ENABLE ALWAYS TRIGGER document_kept;
REVOKE ALL ON document FROM PUBLIC, comity_app, comity_sequencer;
GRANT SELECT, INSERT (id, case_id, kind, at, actor, salt, body) ON document TO comity_app;

-- Salt and body of one document are destroyed, when an erasure entry of the same case names it. The leaf stays.
CREATE FUNCTION erase_document(one uuid, erasure uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.document AS certificate JOIN public.document AS erased USING (case_id)
        WHERE certificate.id = erasure AND certificate.kind = 'erasure' AND certificate.body IS NOT NULL
          AND erased.id = one AND erased.kind <> 'erasure'
          AND convert_from(certificate.body, 'UTF8')::jsonb -> 'documents' ? replace(one::text, '-', '')
    ) THEN
        RAISE EXCEPTION 'a document is erased only by an erasure entry of its own case that names it'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('comity.erasing', one::text, true);
    UPDATE public.document SET salt = NULL, body = NULL WHERE id = one;
    PERFORM set_config('comity.erasing', '', true);
END $$;
REVOKE ALL ON FUNCTION erase_document(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_document(uuid, uuid) TO comity_app;

-- For state rows: BEFORE INSERT OR UPDATE ... FOR EACH ROW EXECUTE FUNCTION require_entry() on a table with a column
-- ``entry``. With an argument, require_entry('case_id'), the entry must also be of the case that this column names.
CREATE FUNCTION require_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.document AS made
        WHERE made.id = NEW.entry AND made.xact = pg_current_xact_id()
          AND (TG_NARGS = 0 OR made.case_id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid)
    ) THEN
        RAISE EXCEPTION '% on % is refused: no entry of this transaction says so', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
