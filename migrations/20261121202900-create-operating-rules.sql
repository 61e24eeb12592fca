-- 運用ルール: what staff, who sits at a section account, and guests agree to before they work. One row is one version; a draft
-- has neither number nor time. A version that is in effect, or was, is never changed.
create table rule_text (
  tenant_id uuid not null references tenant,
  id uuid not null,
  audience text not null check (audience in ('staff', 'section', 'guest')),
  version integer check (version > 0),
  title text not null,
  body text not null,
  -- From when on whoever signs in must have agreed.
  effective_at timestamptz,
  -- How long somebody who is signed in already may put it off.
  grace_days integer not null default 3 check (grace_days between 0 and 30),
  reason text,
  changed_by uuid,
  changed_at timestamptz not null,
  published_by uuid,
  published_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, audience, version),
  check ((version is null) = (effective_at is null))
);
-- One draft for each audience.
create unique index rule_text_draft on rule_text (tenant_id, audience) where version is null;
call protect_by_tenant('rule_text', 'select, insert, update, delete');

-- Who has agreed to which version. At a section account it is the person at the keyboard who agrees.
create table rule_agreement (
  tenant_id uuid not null references tenant,
  text_id uuid not null,
  account_id uuid not null,
  -- The operator of a section account; else the account itself.
  agreed_by uuid not null,
  agreed_at timestamptz not null,
  zone text not null,
  primary key (tenant_id, text_id, account_id, agreed_by),
  foreign key (tenant_id, text_id) references rule_text (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id),
  foreign key (tenant_id, agreed_by) references person (tenant_id, id)
);
create index rule_agreement_by_account on rule_agreement (tenant_id, account_id);
call protect_by_tenant('rule_agreement', 'select, insert');

-- Who was asked once more, and when last.
create table rule_reminder (
  tenant_id uuid not null references tenant,
  text_id uuid not null,
  account_id uuid not null,
  reminded_at timestamptz not null,
  primary key (tenant_id, text_id, account_id),
  foreign key (tenant_id, text_id) references rule_text (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
call protect_by_tenant('rule_reminder', 'select, insert, update');
