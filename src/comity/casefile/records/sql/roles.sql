-- For the administrator of a PostgreSQL of your own (15 or later): run once, as a superuser, with passwords of your own.
-- Then set COMITY_DATABASE_URL to a login that is a member of the three roles (see docs/decisions/0001-postgresql.md).
CREATE ROLE comity_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE comity_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE comity_sequencer NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE comity OWNER comity_owner;
REVOKE ALL ON DATABASE comity FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE comity TO comity_owner, comity_app, comity_sequencer;
