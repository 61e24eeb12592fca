-- What somebody is writing, in one zone: a draft does not cross between LGWAN and the Internet. `author_id` is who sits at the
-- account, so that the people of one section account do not read each other's unfinished words.
create table draft (
  tenant_id uuid not null references tenant,
  account_id uuid not null,
  author_id uuid not null,
  zone text not null,
  room_id uuid not null,
  -- Rises with every change; a client says on which one its own rests.
  version bigint not null,
  -- What the client wrote: body, people named in it, answered message.
  content jsonb not null,
  -- Texts that another device had written when this one replaced them, newest first: offered until taken or put away.
  others jsonb not null default '[]',
  written_at timestamptz not null,
  primary key (tenant_id, account_id, author_id, zone, room_id),
  foreign key (tenant_id, room_id) references room (tenant_id, id)
);
call protect_by_tenant('draft', 'select, insert, update, delete');
