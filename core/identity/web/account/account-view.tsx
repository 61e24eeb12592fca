import { type ReactNode, useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { BackIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { AccountDetail, Me, OneTimePassword } from "../../contract.ts";
import { type AccountAction, ActionDialog } from "./action-dialog.tsx";
import { OneTimePasswordSheet } from "./one-time-password-sheet.tsx";
import { SessionList } from "./session-list.tsx";
import { StateTag } from "./state-tag.tsx";
import { text } from "./text/index.ts";

/** One account: what it may do, how it is protected, where it is signed in, and what an administrator can do about it. */
export function AccountView({ me, accountId, onBack }: { me: Me; accountId: string; onBack: () => void }) {
  const { value: account, error, reload } = useAnswer<AccountDetail>(`/accounts/${accountId}`);
  const [action, setAction] = useState<AccountAction>();
  const [made, setMade] = useState<OneTimePassword>();

  if (made && account)
    return (
      <OneTimePasswordSheet
        made={made}
        name={account.person.name}
        onDone={() => {
          setMade(undefined);
          reload();
        }}
      />
    );
  return (
    <div className="flex flex-col gap-6">
      <Button kind="quiet" className="-ml-3 self-start" icon={<BackIcon />} onPress={onBack}>
        {text("accounts.back")}
      </Button>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!account && error === undefined && (
        <Loading className="flex flex-col gap-4">
          <Skeleton className="h-7 w-64" />
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {account && (
        <>
          <header>
            <h3 className="text-lg font-bold" tabIndex={-1}>
              <PersonName person={account.person} />
              <StateTag state={account.state} />
              {account.isAdministrator && <Tag tone="accent">{text("accounts.administrator")}</Tag>}
            </h3>
            <p className="text-sm text-ink-3">{placeOf(account.person)}</p>
          </header>
          <Facts account={account} />
          {account.person.id === me.account.id ? (
            <Notice tone="warn">{text("detail.self")}</Notice>
          ) : (
            <Actions account={account} onChoose={setAction} />
          )}
          <section aria-labelledby="account-sessions" className="flex flex-col gap-2">
            <h4 id="account-sessions" className="font-bold">
              {text("sessions.title")}
            </h4>
            {account.sessions.length === 0 ? (
              <p className="text-sm text-ink-3">{text("sessions.none")}</p>
            ) : (
              <SessionList
                items={account.sessions.map((session) => ({
                  ...session,
                  isCurrent: session.id === me.session.id,
                }))}
                busyId={undefined}
                onEnd={(session) => setAction({ kind: "end-session", session })}
              />
            )}
          </section>
        </>
      )}
      {account && action && (
        <ActionDialog
          account={account}
          action={action}
          onClose={() => setAction(undefined)}
          onDone={(password) => {
            setAction(undefined);
            if (password) setMade(password);
            else reload();
          }}
        />
      )}
    </div>
  );
}

function Facts({ account }: { account: AccountDetail }) {
  const { startsAt, expiresAt } = account;
  const period = [
    startsAt && text("detail.from", { when: longMoment(startsAt) }),
    expiresAt && text("detail.until", { when: longMoment(expiresAt) }),
  ].filter(Boolean);
  const app = account.hasAuthenticator
    ? `${text("app.on")}　${text("detail.codes", { count: account.recoveryCodesLeft })}`
    : account.registrationOpenUntil && new Date(account.registrationOpenUntil).getTime() > Date.now()
      ? text("detail.app.open", { when: longMoment(account.registrationOpenUntil) })
      : text("app.off");
  const password = account.mustChangePassword
    ? text("detail.password.must")
    : account.passwordChangedAt
      ? text("password.changed", { when: longMoment(account.passwordChangedAt) })
      : text("password.never");
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-3 rounded-xl border border-line p-5 md:grid-cols-[9rem_1fr]">
      <Fact name={text("detail.loginId")}>
        <bdi>{account.loginId}</bdi>
      </Fact>
      <Fact name={text("detail.zones")}>{account.zones.map((zone) => text(`zone.${zone}`)).join("・")}</Fact>
      <Fact name={text("detail.period")}>{period.join("　") || text("detail.period.none")}</Fact>
      <Fact name={text("detail.password")}>{password}</Fact>
      <Fact name={text("detail.app")}>{app}</Fact>
      <Fact name={text("detail.lastUsed")}>
        {account.lastUsedAt ? longMoment(account.lastUsedAt) : text("detail.lastUsed.never")}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm text-ink-3 max-md:-mb-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function Actions({
  account,
  onChoose,
}: {
  account: AccountDetail;
  onChoose: (action: AccountAction) => void;
}) {
  if (account.state === "left") return null;
  return (
    <section aria-labelledby="account-actions" className="flex flex-col gap-3">
      <h4 id="account-actions" className="font-bold">
        {text("detail.actions")}
      </h4>
      <div className="flex flex-wrap gap-3">
        <Button onPress={() => onChoose({ kind: "reset" })}>{text("reset.do")}</Button>
        {account.hasAuthenticator && (
          <Button onPress={() => onChoose({ kind: "remove" })}>{text("remove.do")}</Button>
        )}
        <Button onPress={() => onChoose({ kind: "period" })}>{text("period.do")}</Button>
        {account.state === "stopped" ? (
          <Button onPress={() => onChoose({ kind: "resume" })}>{text("resume.do")}</Button>
        ) : (
          <Button onPress={() => onChoose({ kind: "stop" })}>{text("stop.do")}</Button>
        )}
        {account.sessions.length > 0 && (
          <Button kind="danger" onPress={() => onChoose({ kind: "end-all" })}>
            {text("endAll.do")}
          </Button>
        )}
      </div>
    </section>
  );
}
