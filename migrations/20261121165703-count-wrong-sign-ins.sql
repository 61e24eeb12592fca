-- Wrong sign-ins by what they were tried with (core/identity/guesses.ts): a digest, so that neither login ids that somebody
-- mistyped nor addresses are kept. Small and short-lived: rows go a day after the last failure.
create table sign_in_guess (
  tenant_id uuid not null references tenant,
  subject bytea not null,
  failures integer not null,
  last_at timestamptz not null,
  blocked_until timestamptz not null,
  primary key (tenant_id, subject)
);
create index sign_in_guess_by_age on sign_in_guess (tenant_id, last_at);
call protect_by_tenant('sign_in_guess', 'select, insert, update, delete');
