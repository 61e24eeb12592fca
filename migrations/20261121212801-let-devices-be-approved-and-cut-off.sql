-- A browser that signs in is a device: it may have to be approved before an account may use it, it is named, and it can be cut
-- off at once. `owned` is null until somebody has said whether it is the office's or one's own.
alter table device
  add column approval text not null default 'unasked'
    check (approval in ('unasked', 'waiting', 'approved', 'refused', 'cut-off')),
  add column owned text check (owned in ('issued', 'personal')),
  -- The name that its holder gives it; `name` is what the browser says of itself.
  add column label text,
  add column request_note text,
  add column requested_at timestamptz,
  add column decided_at timestamptz,
  add column decided_by uuid,
  add column decision_note text,
  -- When the holder of a personal device agreed, and to which words (SHA-256 of the text).
  add column consented_at timestamptz,
  add column consent_digest bytea,
  add column cut_off_at timestamptz,
  add column cut_off_because text check (cut_off_because in ('lost', 'stolen', 'replaced', 'consent-withdrawn', 'left', 'other')),
  -- When the device itself said that it has deleted what it kept.
  add column wiped_at timestamptz;
create index device_by_secret_alone on device (tenant_id, secret_hash);
create index device_by_approval on device (tenant_id, approval, requested_at) where approval <> 'unasked';

-- What a municipality asks of devices. No row: nothing is asked.
create table device_rule (
  tenant_id uuid not null references tenant,
  -- Since when a device on the Internet side must be approved; null: it need not.
  required_from timestamptz,
  -- Until when devices that are not approved may still be used.
  grace_until timestamptz,
  allows_personal boolean not null,
  -- Classes whose accounts are bound to their approved devices on every side.
  bound_classes text[] not null,
  -- What the holder of a personal device agrees to; null: Chonai's own words.
  consent_text text,
  -- Minutes without a touch after which the screen is covered; null: never.
  idle_minutes_lgwan integer check (idle_minutes_lgwan between 1 and 240),
  idle_minutes_internet integer check (idle_minutes_internet between 1 and 240),
  changed_at timestamptz not null,
  changed_by uuid,
  primary key (tenant_id)
);
call protect_by_tenant('device_rule', 'select, insert, update');
