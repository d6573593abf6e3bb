-- SPDX-License-Identifier: Apache-2.0
-- Alerts: those that are engaged, and those that were. Times are microseconds since 1970.

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, also when the newest have gone
  type TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'notice', 'warning', 'error', 'critical')),
  kind TEXT NOT NULL CHECK (kind IN ('interface', 'host', 'network', 'service')),
  interface TEXT NOT NULL,               -- empty: of none in particular
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  details TEXT NOT NULL,                 -- a JSON object; empty: none
  source TEXT NOT NULL,
  value REAL,
  threshold REAL,
  raised_us INTEGER NOT NULL,
  last_seen_us INTEGER NOT NULL,
  times INTEGER NOT NULL,
  ttl_us INTEGER,                        -- NULL: it stays until it is released
  released_us INTEGER,                   -- NULL: it is engaged
  -- NULL: it is engaged, or had no duration.
  end_reason TEXT CHECK (end_reason IN ('released', 'expired', 'evicted', 'shutdown'))
) STRICT;
CREATE INDEX alerts_by_release ON alerts (released_us);
