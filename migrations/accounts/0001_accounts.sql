-- SPDX-License-Identifier: Apache-2.0
-- Accounts: who may ask, with what, and who changed it. Times are seconds since 1970.

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: a name may be
  name TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,           -- argon2id as crypto_pwhash_str writes it
  role TEXT NOT NULL CHECK (role IN ('viewer', 'admin')),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

-- What a user may see; without a row of a kind, everything.
CREATE TABLE user_networks (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  network TEXT NOT NULL,                 -- a prefix: 192.0.2.0/24
  PRIMARY KEY (user_id, network)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_interfaces (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  interface TEXT NOT NULL,
  PRIMARY KEY (user_id, interface)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,                   -- the public part: wg_<id>_<secret>
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),  -- BLAKE2b-256 of the secret
  created_at INTEGER NOT NULL,
  expires_at INTEGER,                    -- NULL: never
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_user ON tokens (user_id);

-- One row for every change, written with it. Names, not numbers: it outlives what it speaks of.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  actor TEXT NOT NULL,
  address TEXT NOT NULL,                 -- empty: on the machine itself
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
