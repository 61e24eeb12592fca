import { useDeferredValue, useState } from "react";
import { query } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import type { AccountItem, AccountState, AccountsPage } from "../../contract.ts";
import { AccountView } from "./account-view.tsx";
import { SignInRulesCard } from "./sign-in-rules-card.tsx";
import { StateTag } from "./state-tag.tsx";
import { text } from "./text/index.ts";

const states = ["active", "stopped", "not-started", "expired", "left"] as const satisfies AccountState[];

/** A page more each time; administrators look for one account, they do not read through all. */
const pageSize = 50;

/** 「アカウントの管理」: find an account, see its state, and help or stop it. For administrators on the LGWAN side. */
export default function AccountsSection({ me }: SettingsProps) {
  const [words, setWords] = useState("");
  const [state, setState] = useState("");
  const [openId, setOpenId] = useState<string>();

  if (me.zone !== "lgwan") return <Notice tone="warn">{text("accounts.outside")}</Notice>;
  if (openId !== undefined)
    return <AccountView me={me} accountId={openId} onBack={() => setOpenId(undefined)} />;
  return (
    <div className="flex flex-col gap-5">
      <search className="flex flex-wrap items-end gap-4">
        <TextField
          type="search"
          label={text("accounts.find")}
          value={words}
          onChange={setWords}
          className="min-w-0 flex-1 basis-72"
          autoComplete="off"
        />
        <div className="basis-40">
          <SelectField id="account-state" label={text("accounts.state")} value={state} onChange={setState}>
            <option value="">{text("accounts.state.all")}</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {text(`state.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
      </search>
      <SignInRulesCard me={me} />
      <Found key={`${words} ${state}`} words={words.trim()} state={state} onOpen={setOpenId} />
    </div>
  );
}

function Found({
  words,
  state,
  onOpen,
}: {
  words: string;
  state: string;
  onOpen: (accountId: string) => void;
}) {
  const [before, setBefore] = useState<readonly AccountItem[]>([]);
  const [cursor, setCursor] = useState<string>();
  const path = useDeferredValue(`/accounts${query({ q: words, state, cursor, limit: pageSize })}`);
  const { value, error, reload } = useAnswer<AccountsPage>(path);
  const items = [...before, ...(value?.items ?? [])];

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (value && items.length === 0)
    return <Empty title={text("accounts.none")}>{text("accounts.none.next")}</Empty>;
  return (
    <>
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {items.map((item) => (
          <li key={item.person.id}>
            <AccountRow item={item} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {!value && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3, 4].map((row) => (
            <Skeleton key={row} className="h-14 w-full" />
          ))}
        </Loading>
      )}
      {value?.next && (
        <Button
          className="self-center"
          onPress={() => {
            setBefore(items);
            setCursor(value.next!);
          }}
        >
          {text("accounts.more")}
        </Button>
      )}
    </>
  );
}

function AccountRow({ item, onOpen }: { item: AccountItem; onOpen: (accountId: string) => void }) {
  const { person } = item;
  return (
    <button
      type="button"
      onClick={() => onOpen(person.id)}
      className="focus-inside flex min-h-14 w-full items-center gap-3 px-2 py-2 text-left hover:bg-hover"
    >
      <Avatar person={person} size={36} />
      <span className="min-w-0 flex-1">
        <span className="block font-bold leading-snug">
          <PersonName person={person} />
          <StateTag state={item.state} />
          {item.isAdministrator && <Tag tone="accent">{text("accounts.administrator")}</Tag>}
        </span>
        <span className="block text-sm text-ink-3">
          <bdi>{item.loginId}</bdi>
          {placeOf(person) && `　${placeOf(person)}`}
        </span>
      </span>
      {item.liveSessions > 0 && (
        <span className="shrink-0 text-sm text-ink-2 max-md:hidden">
          {text("accounts.live", { count: item.liveSessions })}
        </span>
      )}
    </button>
  );
}
