-- Numbers of transactions mean something only in the cluster that gave them out. What holds such numbers therefore
-- remembers its cluster, so that a restored backup is noticed instead of being read with the wrong numbers.
alter table installation
  -- pg_control_system().system_identifier of the cluster that the numbers below belong to.
  add column cluster text,
  -- Which installation key this data was sealed with; another key is refused at the start.
  add column key_id text;
alter table stream_head
  -- System identifier and timeline: a promoted standby may have lost the newest positions, so an epoch begins.
  add column cluster text;

create function current_cluster() returns text language sql stable as $$
  select (select system_identifier from pg_control_system())::text
$$;
create function current_timeline() returns text language sql stable as $$
  select current_cluster() || ':' || (select timeline_id from pg_control_checkpoint())
$$;

-- After a dump was restored into another cluster: the log is forgotten (every client starts from a snapshot in a new
-- epoch), and audit entries are marked as chained (0) or waiting (this very transaction), whatever numbers they had.
create procedure renumber_after_restore()
language plpgsql as $$
declare
  municipality record;
  here bigint := pg_current_xact_id()::text::bigint;
begin
  for municipality in select id from tenant loop
    perform set_config('chonai.tenant', municipality.id::text, true);
    delete from outbox where tenant_id = municipality.id;
    delete from stream_batch where tenant_id = municipality.id;
    update stream_head
       set position = ((position >> 40) + 1) << 40, forgotten_position = ((position >> 40) + 1) << 40,
           snapshot_xmax = here, snapshot_xip = '{}', cluster = current_timeline()
     where tenant_id = municipality.id;
    update audit_entry set transaction_number = here where tenant_id = municipality.id;
    update audit_entry e set transaction_number = 0
      from (select unnest(entry_ids) as id from audit_link where tenant_id = municipality.id) chained
     where e.tenant_id = municipality.id and e.id = chained.id;
    update audit_head set snapshot_xmax = here, snapshot_xip = '{}' where tenant_id = municipality.id;
  end loop;
  update installation set cluster = current_cluster(), epoch = epoch + 1;
end
$$;
