-- Every table of a municipality's data carries tenant_id first in its key and is protected by forced row-level security:
-- a row is visible and writable only inside a transaction that has set chonai.tenant to its municipality. Both a setting
-- that was never made and one that has ended (it then reads '') are errors, never "all rows".
--
-- What the application's role may do is written down in application_privilege and granted behind every run of the
-- migrations, so that another role (or a restored database) gets the same rights.
create table application_privilege (
  table_name text primary key,
  privileges text not null
);

create procedure allow_application(allowed regclass, allowed_privileges text)
language sql as $$
  insert into application_privilege (table_name, privileges) values (allowed::text, allowed_privileges)
  on conflict (table_name) do update set privileges = excluded.privileges
$$;

create procedure grant_to_application(application_role text)
language plpgsql as $$
declare
  entry application_privilege;
begin
  for entry in select * from application_privilege loop
    execute format('revoke all on %s from %I', entry.table_name, application_role);
    execute format('grant %s on %s to %I', entry.privileges, entry.table_name, application_role);
  end loop;
end
$$;

create procedure protect_by_tenant(protected regclass, privileges text)
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', protected);
  execute format('alter table %s force row level security', protected);
  -- The sub-select is evaluated once for a statement instead of once for a row.
  execute format(
    'create policy tenant on %s using (tenant_id = (select current_setting(''chonai.tenant'')::uuid))
       with check (tenant_id = (select current_setting(''chonai.tenant'')::uuid))', protected);
  call allow_application(protected, privileges);
end
$$;
