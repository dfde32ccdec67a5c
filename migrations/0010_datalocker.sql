-- Datalocker: files are scanned before they are released, linked to learners, accepted, and expire.

-- What the scanner of viruses said: unscanned where none was configured when the file came.
alter table stored_file add column scan TEXT not null default 'unscanned' check (scan in ('unscanned', 'waiting', 'clean', 'infected'));
alter table stored_file add column scan_found TEXT;
alter table stored_file add column scanned_at INSTANT;
create index stored_file_scan on stored_file (scan, id) where scan in ('waiting', 'infected');

-- When its recipients could first see it; a file that waits for the scanner is not released.
alter table transfer add column released_at INSTANT;
update transfer set released_at = sent_at;
