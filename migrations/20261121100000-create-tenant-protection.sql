-- Every table of a municipality's data carries tenant_id first in its key and is protected by forced row-level security:
-- a row is visible and writable only inside a transaction that has set chonai.tenant to its municipality. Both a setting
-- that was never made and one that has ended (it then reads '') are errors, never "all rows".
--
-- The settings chonai.application_role is given by the migration runner for the time of a migration.
create procedure protect_by_tenant(protected regclass, privileges text)
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', protected);
  execute format('alter table %s force row level security', protected);
  -- The sub-select is evaluated once for a statement instead of once for a row.
  execute format(
    'create policy tenant on %s using (tenant_id = (select current_setting(''chonai.tenant'')::uuid))
       with check (tenant_id = (select current_setting(''chonai.tenant'')::uuid))', protected);
  execute format('grant %s on %s to %I', privileges, protected, current_setting('chonai.application_role'));
end
$$;
