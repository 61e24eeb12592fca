-- Messages that were deleted before an event could take words back: their deletion is told as every other one now, so that
-- the log gives nobody what they said.
do $$
declare city uuid; done bigint; expected bigint;
begin
  for city in select id from tenant loop
    perform set_config('chonai.tenant', city::text, true);
    select count(*) into expected from outbox
     where tenant_id = city and type = 'message.deleted' and effect is null and topic_id is not null;
    update outbox set effect = 'withdraw'
     where tenant_id = city and type = 'message.deleted' and effect is null and topic_id is not null;
    get diagnostics done = row_count;
    if done <> expected then raise exception '% of % deletions in %', done, expected, city; end if;
  end loop;
end $$;
