-- 組織: departments (部) and sections (課・所属) with dates of validity, half-open [valid_from, valid_until).
create table section (
  tenant_id uuid not null references tenant,
  id uuid not null,
  parent_id uuid,
  -- 所属コード: the office's own number, the key of imports.
  code text not null,
  name text not null,
  kana text not null default '',
  search_key text not null,
  sort_order integer not null default 0,
  valid_from date not null,
  valid_until date,
  primary key (tenant_id, id),
  unique (tenant_id, code, valid_from),
  foreign key (tenant_id, parent_id) references section (tenant_id, id),
  check (valid_until is null or valid_until > valid_from)
);
call protect_by_tenant('section', 'select, insert, update');
