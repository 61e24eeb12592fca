-- Where an id or an action stands in the audit record: written behind the chain, entry by entry in its order, so that
-- nothing is added to what an action writes. Keys are compared as text, whose equality uses its index behind row-level
-- security.
create table audit_trace (
  tenant_id uuid not null references tenant,
  -- A uuid that the entry names besides its actor, or `action:room.created`.
  key text not null,
  entry_id bigint not null,
  primary key (tenant_id, key, entry_id)
);
call protect_by_tenant('audit_trace', 'select, insert');

-- One row a day (Japan's) and action: between which entries it lies, and how many there are.
create table audit_day (
  tenant_id uuid not null references tenant,
  day date not null,
  action text not null,
  first_entry bigint not null,
  last_entry bigint not null,
  entries bigint not null,
  primary key (tenant_id, day, action)
);
call protect_by_tenant('audit_day', 'select, insert, update');

-- Up to which number of the chain the two tables above are written.
create table audit_trace_head (
  tenant_id uuid primary key references tenant,
  number bigint not null
);
call protect_by_tenant('audit_trace_head', 'select, insert, update');

-- What was taken out of the record: by whom, with which filter, up to which entry.
create table audit_export (
  tenant_id uuid not null references tenant,
  id uuid not null,
  person_id uuid not null,
  filter jsonb not null,
  format text not null check (format in ('csv', 'jsonl')),
  up_to bigint not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
call protect_by_tenant('audit_export', 'select, insert');
