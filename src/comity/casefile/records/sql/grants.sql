-- What the roles may do, run as comity_owner before every migration; it may be run again at any time.
-- A new table is ordinary: the application reads and writes it. A table that is more than ordinary takes rights away in
-- the migration that makes it (see make_append_only), and nothing here gives them back.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO comity_app, comity_sequencer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO comity_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO comity_app;
