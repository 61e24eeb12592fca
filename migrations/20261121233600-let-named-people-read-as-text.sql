-- 文字で読む: people who are given the words of a document beside its pictures, since they read with a screen reader.
create table file_text_reader (
  tenant_id uuid not null references tenant,
  person_id uuid not null,
  reason text not null,
  given_by uuid not null,
  given_at timestamptz not null,
  primary key (tenant_id, person_id),
  foreign key (tenant_id, person_id) references person (tenant_id, id)
);
call protect_by_tenant('file_text_reader', 'select, insert, update, delete');
