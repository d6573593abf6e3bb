-- SPDX-License-Identifier: Apache-2.0
-- History: what is known of each series, and its points in compressed pieces.

-- Whatever has a clock of its own: a live interface, a capture file.
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- Seconds since 1970: the one recorded last, and the first and the last one of all.
  newest_second INTEGER NOT NULL DEFAULT 0,
  first_second INTEGER NOT NULL DEFAULT 0,
  last_second INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,           -- interface, application, host, ...
  object TEXT NOT NULL,         -- which one of that kind; empty for the interface itself
  measure TEXT NOT NULL,        -- bytes_sent, active_flows, ...
  type TEXT NOT NULL CHECK (type IN ('counter', 'gauge')),
  step_seconds INTEGER NOT NULL CHECK (step_seconds > 0),
  last_hour INTEGER NOT NULL DEFAULT 0,  -- of its points, the beginning since 1970; 0: none yet
  UNIQUE (source_id, kind, object, measure)
) STRICT;

-- The points of one series in one tier from `start` on (seconds since 1970), as history/chunk.h
-- writes them. By time first: what is dropped together lies together. No foreign key: to take a
-- series away would look through all chunks, as no index has them by series.
CREATE TABLE chunks (
  tier INTEGER NOT NULL,        -- 0, 1, 2: the finest first
  start INTEGER NOT NULL,
  series_id INTEGER NOT NULL,   -- of series
  points BLOB NOT NULL,
  PRIMARY KEY (tier, start, series_id)
) STRICT, WITHOUT ROWID;

-- What happened, to be shown along with the points.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,     -- since 1970
  interface TEXT NOT NULL,      -- empty: the service
  kind TEXT NOT NULL,           -- interface_gone, packets_dropped, ...
  text TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (time_ms);

-- Points of an hour that is not over, of all series of a source, flush by flush. They become chunks
-- when it is.
CREATE TABLE open_points (
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  start INTEGER NOT NULL,       -- of the hour
  number INTEGER NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (source_id, start, number)
) STRICT, WITHOUT ROWID;
