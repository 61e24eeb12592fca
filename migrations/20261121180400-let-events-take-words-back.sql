-- The event of a deletion takes back what was told before: who replays the log later gets those events without their words.
alter table outbox drop constraint outbox_effect_check, drop constraint outbox_check1;
alter table outbox
  add constraint outbox_effect_check
    check (effect in ('subscribe', 'unsubscribe', 'end-session', 'tell-watchers', 'withdraw')),
  add constraint outbox_effect_audience
    check (effect is null or (topic_id is not null and (person_id is null) = (effect = 'withdraw')));
create index outbox_withdrawals on outbox (tenant_id, topic_id) where effect = 'withdraw';
