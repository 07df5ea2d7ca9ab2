CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE COLLATE NOCASE, password TEXT NOT NULL, created_at TEXT NOT NULL
) STRICT;
-- What an account reads (BCP 47); no row where nobody knows.
CREATE TABLE IF NOT EXISTS reads (account TEXT PRIMARY KEY REFERENCES account (id), language TEXT NOT NULL) STRICT;
-- Access data: what a log-in or a post came from. Preserved with an item (Regulation (EU) 2021/784 Art 6).
CREATE TABLE IF NOT EXISTS access (
    account TEXT NOT NULL REFERENCES account (id), at TEXT NOT NULL, what TEXT NOT NULL, address TEXT NOT NULL,
    agent TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS access_by_account ON access (account, at);
CREATE TABLE IF NOT EXISTS visit (
    token TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account (id), at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS post (
    id TEXT PRIMARY KEY, room TEXT NOT NULL, account TEXT NOT NULL REFERENCES account (id), title TEXT NOT NULL,
    body TEXT NOT NULL, created_at TEXT NOT NULL, address TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS post_by_time ON post (created_at DESC, id);
CREATE INDEX IF NOT EXISTS post_by_room ON post (room, created_at DESC, id);
CREATE INDEX IF NOT EXISTS post_by_account ON post (account, created_at DESC, id);
CREATE TABLE IF NOT EXISTS octets (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS picture (
    id TEXT PRIMARY KEY, post TEXT NOT NULL REFERENCES post (id), place INTEGER NOT NULL, media_type TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL REFERENCES octets (sha256), width INTEGER NOT NULL,
    height INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS picture_by_post ON picture (post, place);
-- One row: one item, invisible in one territory. No row, no trace: restoring gives back exactly what stood there.
CREATE TABLE IF NOT EXISTS bar (
    item TEXT NOT NULL, territory TEXT NOT NULL, quiet INTEGER NOT NULL, blocked_by TEXT, reference TEXT,
    at TEXT NOT NULL, PRIMARY KEY (item, territory), CHECK (quiet = (blocked_by IS NULL))
) STRICT, WITHOUT ROWID;
-- What a writing call brought about, by its idempotency key.
CREATE TABLE IF NOT EXISTS effect (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account (id), subject TEXT NOT NULL, body TEXT NOT NULL,
    language TEXT NOT NULL, link TEXT, at TEXT NOT NULL, read_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS message_by_account ON message (account, at DESC);
