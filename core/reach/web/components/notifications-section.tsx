import { type ReactNode, useCallback, useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { NotificationChoices, NotificationSettings, NotifiedDevice } from "../../contract.ts";
import { text } from "../text/index.ts";
import { Check } from "./check.tsx";
import { ThisDevice } from "./this-device.tsx";

/** The page 「通知」: this device, what to tell, how much to show, the devices, and why nothing may come. */
export default function NotificationsSection() {
  const [settings, setSettings] = useState<NotificationSettings>();
  const [problem, setProblem] = useState<unknown>();
  const load = useCallback(() => {
    setProblem(undefined);
    request<NotificationSettings>("GET", "/notification-settings").then(setSettings, setProblem);
  }, []);
  useEffect(load, [load]);
  if (problem !== undefined) return <Failure error={problem} onRetry={load} />;
  if (!settings)
    return (
      <Loading className="flex flex-col gap-4">
        <Skeleton className="h-24 w-full" />
        <Skeleton className="h-44 w-full" />
      </Loading>
    );

  const change = (choice: Partial<NotificationChoices>) => {
    const choices = { ...settings.choices, ...choice };
    setSettings({ ...settings, choices });
    request<NotificationSettings>("PUT", "/notification-settings", { body: choices }).then(
      setSettings,
      (error: unknown) => {
        setSettings(settings);
        tell(wordsOf(error), "danger");
      },
    );
  };
  const { choices, devices, pushKey } = settings;

  return (
    <div className="flex flex-col gap-8">
      <Part title={text("device.title")}>
        <ThisDevice canBeWoken={pushKey !== null} onChanged={load} />
      </Part>
      <Part title={text("choices.title")}>
        {(["direct", "mentions", "confirmations", "reminders", "duties"] as const).map((name) => (
          <Check
            key={name}
            label={text(`choices.${name}`)}
            isOn={choices[name]}
            onChange={(isOn) => change({ [name]: isOn })}
          />
        ))}
      </Part>
      <Part title={text("shows.title")}>
        <fieldset>
          <legend className="sr-only">{text("shows.title")}</legend>
          {(["nothing", "room", "text"] as const).map((shows) => (
            <label key={shows} className="flex min-h-11 cursor-pointer items-center gap-3">
              <input
                type="radio"
                name="shows"
                className="size-5 accent-[var(--accent)]"
                checked={choices.shows === shows}
                onChange={() => change({ shows })}
              />
              {text(`shows.${shows}`)}
            </label>
          ))}
        </fieldset>
        <p className="text-sm text-ink-3">{text("shows.hint")}</p>
      </Part>
      <Part title={text("devices.title")}>
        {devices.length === 0 ? (
          <p className="text-sm text-ink-2">{text("devices.none")}</p>
        ) : (
          <ul className="divide-y divide-line rounded-xl border border-line">
            {devices.map((device) => (
              <li key={device.id} className="px-4 py-2.5">
                <span className="font-bold">
                  <bdi>{device.name ?? text("devices.unnamed")}</bdi>
                  {device.isThis && <Tag tone="accent">{text("devices.this")}</Tag>}
                </span>
                <span className="block text-sm text-ink-3">
                  {text("devices.since", { time: shortMoment(device.since) })}
                  {"　"}
                  {stateOf(device)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part title={text("why.title")}>
        <ul className="flex list-disc flex-col gap-1.5 pl-5 text-sm text-ink-2">
          {(["focus", "muted", "read", "lgwan", "battery", "signedOut"] as const).map((reason) => (
            <li key={reason}>{text(`why.${reason}`)}</li>
          ))}
        </ul>
      </Part>
    </div>
  );
}

function stateOf({ outcome, acceptedAt }: NotifiedDevice): string {
  if (outcome === "refused" || outcome === "unreachable" || outcome === "waiting")
    return text(`devices.${outcome}`);
  return acceptedAt ? text("devices.accepted", { time: shortMoment(acceptedAt) }) : text("devices.none.yet");
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-base font-bold">{title}</h3>
      {children}
    </section>
  );
}
