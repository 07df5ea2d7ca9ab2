-- What witnesses said about our checkpoints. Kept apart from the checkpoint's own note, which is signed once and never
-- changes; both are joined when the checkpoint is published.

CREATE TABLE cosignature (
    size       bigint      NOT NULL CHECK (size > 0),
    key_id     bytea       NOT NULL CHECK (octet_length(key_id) = 4),
    name       text        NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 255),
    value      bytea       NOT NULL CHECK (octet_length(value) BETWEEN 72 AND 4096),
    signed_at  timestamptz NOT NULL,
    PRIMARY KEY (size, key_id, name)
);
COMMENT ON TABLE cosignature IS 'Verified cosignatures of witnesses (C2SP tlog-cosignature); signed_at is by the witness''s own clock.';
CREATE TRIGGER cosignature_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE cosignature ENABLE ALWAYS TRIGGER cosignature_kept;
REVOKE ALL ON cosignature FROM PUBLIC, comity_app, comity_sequencer;
GRANT SELECT ON cosignature TO comity_app, comity_sequencer;
GRANT INSERT ON cosignature TO comity_sequencer;
