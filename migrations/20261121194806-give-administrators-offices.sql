-- 管理の担当: what an administrator is entrusted with, each apart from the others. Whoever administered keeps all of it
-- until somebody changes it. A change of type rewrites the rows behind row-level security, so nothing is left out.
alter table account alter column is_administrator drop default;
alter table account alter column is_administrator type text[]
  using case when is_administrator then '{accounts,rules,audit,records}'::text[] else '{}'::text[] end;
alter table account rename column is_administrator to offices;
alter table account alter column offices set default '{}';
alter table account add check (offices <@ '{accounts,rules,audit,records}');
alter table account add column is_administrator boolean not null generated always as (cardinality(offices) > 0) stored;
