import { useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import type { Security } from "../../contract.ts";
import { PasskeysCard } from "../passkeys/passkeys-card.tsx";
import { AuthenticatorCard } from "./authenticator-card.tsx";
import { PasswordCard } from "./password-card.tsx";
import { RecoveryCodesSheet } from "./recovery-codes-sheet.tsx";
import { SessionsCard } from "./sessions-card.tsx";

/** 「アカウント」: password, second factor, devices. New recovery codes take the whole page until they are kept. */
export default function AccountSection({ me }: SettingsProps) {
  const { value: security, error, reload } = useAnswer<Security>("/me/security");
  const [made, setMade] = useState<{ codes: readonly string[]; done?: string }>();
  /** Counts changes that end other sessions. */
  const [changes, setChanges] = useState(0);
  const changed = () => {
    setChanges(changes + 1);
    reload();
  };

  if (made)
    return (
      <RecoveryCodesSheet
        codes={made.codes}
        municipality={me.tenant.name}
        loginId={me.account.loginId}
        {...(made.done !== undefined && { done: made.done })}
        onDone={() => {
          setMade(undefined);
          changed();
        }}
      />
    );
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!security)
    return (
      <Loading className="flex flex-col gap-5">
        <Skeleton className="h-32 w-full rounded-xl" />
        <Skeleton className="h-40 w-full rounded-xl" />
        <Skeleton className="h-52 w-full rounded-xl" />
      </Loading>
    );
  return (
    <div className="flex flex-col gap-5">
      <PasswordCard changedAt={security.passwordChangedAt} onChanged={changed} />
      <AuthenticatorCard
        security={security}
        zone={me.zone}
        onCodes={(codes, done) => setMade({ codes, ...(done !== undefined && { done }) })}
      />
      <PasskeysCard zone={me.zone} hasApp={security.authenticator.isRegistered} />
      <SessionsCard key={changes} />
    </div>
  );
}
