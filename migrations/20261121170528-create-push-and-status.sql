-- Where a device's browser can be woken: an address at the push service of the browser's maker. Pushes carry nothing, so no
-- keys of the browser are kept. The row ends with its session.
create table push_subscription (
  tenant_id uuid not null references tenant,
  id uuid not null,
  account_id uuid not null,
  device_id uuid not null,
  session_id uuid not null,
  endpoint text not null,
  -- SHA-256 of the endpoint: a browser that another account uses now wakes for that one alone.
  endpoint_hash bytea not null,
  language text not null check (language in ('ja', 'en')),
  created_at timestamptz not null,
  -- When the push that waits is to be tried; null when none waits.
  due_at timestamptz,
  is_urgent boolean not null default false,
  attempts integer not null default 0,
  -- What the push service said last: its HTTP status, 0 when it was not reached.
  tried_at timestamptz,
  answer integer,
  accepted_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, session_id),
  unique (tenant_id, endpoint_hash),
  foreign key (tenant_id, account_id) references account (tenant_id, id),
  foreign key (tenant_id, session_id) references session (tenant_id, id)
);
create index push_subscription_by_account on push_subscription (tenant_id, account_id);
create index push_subscription_due on push_subscription (tenant_id, due_at) where due_at is not null;
call protect_by_tenant('push_subscription', 'select, insert, update, delete');

-- What a device that was woken is told: the newest of each kind for each subject, only for people with a subscription.
create table notification (
  tenant_id uuid not null references tenant,
  person_id uuid not null,
  -- A room; for a test the session that asked for it.
  topic_id uuid not null,
  kind text not null check (kind in ('direct', 'mention', 'confirmation', 'reminder', 'test')),
  -- Number of the message in its room; null for a test.
  seq bigint,
  at timestamptz not null,
  primary key (tenant_id, person_id, topic_id, kind),
  foreign key (tenant_id, person_id) references person (tenant_id, id)
);
create index notification_by_age on notification (tenant_id, at);
call protect_by_tenant('notification', 'select, insert, update, delete');

create table notification_setting (
  tenant_id uuid not null references tenant,
  account_id uuid not null,
  direct boolean not null,
  mentions boolean not null,
  confirmations boolean not null,
  reminders boolean not null,
  -- What the device's lock screen may show: nothing but the fact, the room's name, or sender and beginning of the text.
  shows text not null check (shows in ('nothing', 'room', 'text')),
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
call protect_by_tenant('notification_setting', 'select, insert, update');

-- Up to which position of the stream pushes have been decided.
create table push_position (
  tenant_id uuid primary key references tenant,
  position bigint not null
);
call protect_by_tenant('push_position', 'select, insert, update');

-- 在席・会議中…: what a person has chosen to say. Whether they are at a screen is known by their connections alone.
create table person_status (
  tenant_id uuid not null references tenant,
  person_id uuid not null,
  status text check (status in ('available', 'meeting', 'telework', 'outside', 'leave')),
  words text,
  until timestamptz,
  hides_presence boolean not null default false,
  changed_at timestamptz not null,
  primary key (tenant_id, person_id),
  foreign key (tenant_id, person_id) references person (tenant_id, id),
  check (status is not null or (words is null and until is null))
);
call protect_by_tenant('person_status', 'select, insert, update');

-- The identity of this installation towards push services (RFC 8292): P-256, the private key sealed by the keyring.
alter table installation
  add column vapid_public_key bytea,
  add column vapid_sealed_key bytea;

-- A status is told to its owner on the stream, and beside it to whoever has this person on the screen.
alter table outbox drop constraint outbox_effect_check;
alter table outbox add constraint outbox_effect_check
  check (effect in ('subscribe', 'unsubscribe', 'end-session', 'tell-watchers'));
