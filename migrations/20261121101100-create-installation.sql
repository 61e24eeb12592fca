-- One row: what is decided when the data folder is made. Not a municipality's data, so not bound to one.
create table installation (
  singleton boolean primary key default true check (singleton),
  id uuid not null,
  is_demo boolean not null,
  -- Rises when a backup is restored: the high part of every position, so that no client goes on from the lost future.
  epoch integer not null default 1,
  -- SHA-256 of the one-time code for the set-up page; null when used.
  set_up_code_hash bytea,
  created_at timestamptz not null
);
call allow_application('installation', 'select, insert, update');
