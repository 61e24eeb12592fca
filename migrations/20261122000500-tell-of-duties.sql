-- What waits for somebody outside the rooms wakes devices too: guests' terms and reviews, operating rules to agree to.
alter table notification drop constraint notification_kind_check;
alter table notification add constraint notification_kind_check
  check (kind in ('direct', 'mention', 'confirmation', 'reminder', 'guests', 'rules', 'test'));
alter table notification_setting add column duties boolean not null default true;
