-- SPDX-License-Identifier: Apache-2.0
-- What scripts keep: entries by space and key, each a string, a hash, a list or a set. Spaces, keys, parts
-- and values are bytes.

CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  space BLOB NOT NULL,
  key BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('string', 'hash', 'list', 'set')),
  expires_at_ms INTEGER,                 -- since 1970; NULL: never
  UNIQUE (space, key)
) STRICT;

CREATE TABLE elements (
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  part BLOB NOT NULL,                    -- a hash's field, a set's member, 8 bytes that order a list; empty: a string
  value BLOB NOT NULL,                   -- empty: a set's
  PRIMARY KEY (entry_id, part)
) STRICT, WITHOUT ROWID;
