-- Contents of files as they lie in the store; `name` is the HMAC of the contents under a key of the municipality.
create table blob (
  tenant_id uuid not null references tenant,
  name text not null,
  length bigint not null check (length >= 0),
  stored_at timestamptz not null,
  -- When something last began to refer to it: what nothing refers to is removed a day later.
  touched_at timestamptz not null,
  primary key (tenant_id, name)
);
call protect_by_tenant('blob', 'select, insert, update, delete');

-- Folders of a room's library. A folder that was put into the bin takes along what is in it.
create table file_folder (
  tenant_id uuid not null references tenant,
  id uuid not null,
  room_id uuid not null,
  parent_id uuid,
  name text not null,
  created_by uuid not null,
  created_at timestamptz not null,
  deleted_at timestamptz,
  deleted_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references file_folder (tenant_id, id)
);
create unique index file_folder_name on file_folder (tenant_id, room_id, parent_id, name)
  nulls not distinct where deleted_at is null;
call protect_by_tenant('file_folder', 'select, insert, update');

-- A file of a room, with its present name and place. What it holds stands in its versions.
create table file (
  tenant_id uuid not null references tenant,
  id uuid not null,
  room_id uuid not null,
  folder_id uuid,
  name text not null,
  search_key text not null,
  uploaded_by uuid not null,
  created_at timestamptz not null,
  -- Null until it stands in a message or the library: till then it is its uploader's alone.
  shared_at timestamptz,
  -- The message with which it came; null when it was put into the library.
  message_seq bigint,
  -- For which message of its uploader it is meant, so that no other takes it meanwhile.
  claimed_for text,
  claimed_at timestamptz,
  -- Null: that of its room.
  classification text check (classification in ('3A', '3B', '3C', '2', '1')),
  version integer not null,
  -- Rises with everything that happens to it, so that who knows an older state can tell.
  revision bigint not null,
  changed_at timestamptz not null,
  deleted_at timestamptz,
  deleted_by uuid,
  -- True when it went with its message: then nobody takes it back.
  is_withdrawn boolean not null default false,
  primary key (tenant_id, id),
  foreign key (tenant_id, folder_id) references file_folder (tenant_id, id)
);
create index file_by_room on file (tenant_id, room_id, folder_id, created_at desc) where shared_at is not null;
create index file_by_message on file (tenant_id, room_id, message_seq) where message_seq is not null;
create index file_unsent on file (tenant_id, uploaded_by, created_at) where shared_at is null;
call protect_by_tenant('file', 'select, insert, update, delete');

-- 受付 received → 検査 inspecting → 無害化 sanitising → 公開 released; or held (保留), refused (不可).
create table file_version (
  tenant_id uuid not null references tenant,
  file_id uuid not null,
  number integer not null,
  blob_name text not null,
  length bigint not null,
  -- The zone from which it came.
  origin text not null,
  uploaded_by uuid not null,
  operator_id uuid,
  uploaded_at timestamptz not null,
  state text not null check (state in ('received', 'inspecting', 'sanitising', 'released', 'held', 'refused')),
  reason text,
  -- By its contents; null until it was looked at.
  mime text,
  extension text,
  family text,
  -- What was taken out of it.
  removed text[] not null default '{}',
  -- Pictures of its pages: none yet, being made, ready, or impossible for this kind.
  pages text not null default 'none' check (pages in ('none', 'making', 'ready', 'impossible')),
  page_count integer,
  -- When a job last worked on it: one that stands still was left by a process that died.
  worked_at timestamptz not null,
  primary key (tenant_id, file_id, number),
  foreign key (tenant_id, file_id) references file (tenant_id, id) on delete cascade,
  foreign key (tenant_id, blob_name) references blob (tenant_id, name)
);
create index file_version_by_blob on file_version (tenant_id, blob_name);
create index file_version_by_uploader on file_version (tenant_id, uploaded_by, uploaded_at);
create index file_version_waiting on file_version (tenant_id, state, reason)
  where state not in ('released', 'refused') or pages in ('none', 'making');
call protect_by_tenant('file_version', 'select, insert, update, delete');

-- What the sanitiser made of a version.
create table file_product (
  tenant_id uuid not null references tenant,
  file_id uuid not null,
  number integer not null,
  place integer not null,
  role text not null check (role in ('clean-pdf', 'macro-free', 'image', 'text', 'archive')),
  blob_name text not null,
  length bigint not null,
  mime text not null,
  extension text not null,
  primary key (tenant_id, file_id, number, place),
  foreign key (tenant_id, file_id, number) references file_version (tenant_id, file_id, number) on delete cascade,
  foreign key (tenant_id, blob_name) references blob (tenant_id, name)
);
create index file_product_by_blob on file_product (tenant_id, blob_name);
call protect_by_tenant('file_product', 'select, insert, update, delete');

-- What is on its way, over lines that break. Pieces lie in the store, each on its disk before it is acknowledged.
create table file_upload (
  tenant_id uuid not null references tenant,
  id uuid not null,
  account_id uuid not null,
  operator_id uuid,
  zone text not null,
  room_id uuid not null,
  folder_id uuid,
  -- A new version of this file; null for a new file.
  file_id uuid,
  is_for_library boolean not null,
  name text not null,
  classification text,
  length bigint not null,
  received bigint not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- The file that it became.
  became_id uuid,
  primary key (tenant_id, id)
);
create index file_upload_open on file_upload (tenant_id, account_id) where became_id is null;
create index file_upload_by_end on file_upload (tenant_id, expires_at);
call protect_by_tenant('file_upload', 'select, insert, update, delete');

create table file_upload_piece (
  tenant_id uuid not null references tenant,
  upload_id uuid not null,
  start bigint not null,
  length integer not null,
  -- Its own in the store, so that two that claim the same place do not overwrite each other.
  name uuid not null,
  primary key (tenant_id, upload_id, start),
  foreign key (tenant_id, upload_id) references file_upload (tenant_id, id) on delete cascade
);
call protect_by_tenant('file_upload_piece', 'select, insert, delete');

-- 持ち出し: somebody asks for the contents of a file of which they may only see pages.
create table file_carry_out (
  tenant_id uuid not null references tenant,
  id uuid not null,
  file_id uuid not null,
  number integer not null,
  room_id uuid not null,
  requested_by uuid not null,
  -- Where it is to be taken.
  zone text not null,
  reason text not null,
  requested_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  is_approved boolean,
  note text,
  downloads_allowed integer not null check (downloads_allowed between 1 and 20),
  downloads_used integer not null default 0,
  hours integer not null check (hours between 1 and 168),
  -- Set with the approval.
  expires_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, file_id) references file (tenant_id, id) on delete cascade
);
create index file_carry_out_by_file on file_carry_out (tenant_id, file_id, requested_by);
create index file_carry_out_waiting on file_carry_out (tenant_id, room_id) where decided_at is null;
create index file_carry_out_by_requester on file_carry_out (tenant_id, requested_by, requested_at desc);
call protect_by_tenant('file_carry_out', 'select, insert, update');
