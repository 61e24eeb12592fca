-- The roles that a section must have: 情報責任者, 情報セキュリティ担当者, 情報システム担当者; half-open [valid_from, valid_until).
create table section_role (
  tenant_id uuid not null references tenant,
  id uuid not null,
  section_id uuid not null,
  role text not null check (role in ('information-head', 'security-officer', 'systems-officer')),
  person_id uuid not null,
  valid_from date not null,
  valid_until date,
  primary key (tenant_id, id),
  foreign key (tenant_id, section_id) references section (tenant_id, id),
  foreign key (tenant_id, person_id) references person (tenant_id, id),
  check (valid_until is null or valid_until > valid_from)
);
create index section_role_by_section on section_role (tenant_id, section_id, role);
create index section_role_by_person on section_role (tenant_id, person_id);
call protect_by_tenant('section_role', 'select, insert, update, delete');
