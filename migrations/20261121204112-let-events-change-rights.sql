-- An event may change what sessions may have of a topic, or of everything when the topic is the municipality itself.
alter table outbox drop constraint outbox_effect_check, drop constraint outbox_effect_audience;
alter table outbox
  add constraint outbox_effect_check
    check (effect in ('subscribe', 'unsubscribe', 'end-session', 'tell-watchers', 'withdraw', 'rights')),
  add constraint outbox_effect_audience
    check (effect is null or (topic_id is not null and (person_id is null) = (effect in ('withdraw', 'rights'))));
