-- SPDX-License-Identifier: Apache-2.0
-- What each source is: a capture file is called by its base name, which other files and interfaces
-- have too.

-- The absolute path of a capture file, empty for a live interface. NULL: version 1 did not tell.
ALTER TABLE sources ADD COLUMN path TEXT;

-- Which source told it, at its own time: such an event goes when the source's points go.
ALTER TABLE events ADD COLUMN source_id INTEGER REFERENCES sources (id) ON DELETE CASCADE;
CREATE INDEX events_by_source ON events (source_id) WHERE source_id IS NOT NULL;
