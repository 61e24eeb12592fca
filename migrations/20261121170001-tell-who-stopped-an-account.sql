-- An account that an administrator has stopped (a stolen phone, an incident) stays stopped when the list of people, which
-- knows nothing of it, is imported again.
alter table account add column stopped_by_administrator boolean not null default false;
