-- A device that has signed in before carries a secret of its own and is recognised by it; the same browser has one row for
-- each account that was used on it. When a session was last used is written at most once an hour.
alter table device add column secret_hash bytea, add column last_used_at timestamptz;
create unique index device_by_secret on device (tenant_id, account_id, secret_hash);
create index session_by_device on session (tenant_id, device_id);
alter table session add column last_used_at timestamptz;
create index session_by_expiry on session (tenant_id, expires_at) where ended_at is null;
call allow_application('device', 'select, insert, update, delete');
call allow_application('session', 'select, insert, update, delete');
