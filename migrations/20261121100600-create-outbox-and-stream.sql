-- What actions publish, in the transaction of the action. Rows are never updated: the sealer numbers them by writing
-- stream_batch rows. transaction_number is the transaction's xid8 as a plain number, so that the sealer can compare it
-- with the numbers of the snapshot it remembers.
create table outbox (
  -- No foreign key: its check would lock the municipality's row in every write.
  tenant_id uuid not null,
  id bigint generated always as identity,
  transaction_number bigint not null default (pg_current_xact_id()::text::bigint),
  type text not null,
  -- Audience: one person's own connections when person_id is set, else everybody who is subscribed to the topic
  -- (a room is a topic). Rights are checked when the event is delivered, not when it is written.
  topic_id uuid,
  person_id uuid,
  -- What delivery also does to that person's connections: subscribe them to the topic, unsubscribe them, or end the
  -- session that topic_id names.
  effect text check (effect in ('subscribe', 'unsubscribe', 'end-session')),
  -- The event's fields as JSON text without the braces: the frame is put together around it.
  fields text not null,
  published_at timestamptz not null,
  primary key (tenant_id, id),
  check (topic_id is not null or person_id is not null),
  check (effect is null or (topic_id is not null and person_id is not null))
);
create index outbox_by_transaction on outbox (tenant_id, transaction_number);
call protect_by_tenant('outbox', 'select, insert, delete');

-- One row a municipality: how far the stream is numbered. Everything that the snapshot (xmax, xip) could see is sealed.
create table stream_head (
  tenant_id uuid primary key references tenant,
  -- Rises with every take-over of the sealer; a sealer with an older fence writes nothing.
  fence bigint not null,
  position bigint not null,
  snapshot_xmax bigint not null,
  snapshot_xip bigint[] not null,
  -- Positions up to this one are no longer kept: a client that is older starts from a snapshot.
  forgotten_position bigint not null
);
call protect_by_tenant('stream_head', 'select, insert, update');

-- One row a batch: the outbox rows of positions first_position … last_position, in order.
create table stream_batch (
  tenant_id uuid not null references tenant,
  last_position bigint not null,
  first_position bigint not null,
  outbox_ids bigint[] not null,
  sealed_at timestamptz not null,
  primary key (tenant_id, last_position)
);
call protect_by_tenant('stream_batch', 'select, insert, delete');
