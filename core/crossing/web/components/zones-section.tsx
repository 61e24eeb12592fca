import type { ReactNode } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { GlobeIcon, LockIcon } from "#web/kit/components/icons.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import type { ZoneItem, ZoneList } from "../../contract.ts";
import { say, text } from "../text/index.ts";

/** 「ネットワークのゾーン」: where this installation listens, what each zone asks for, and what the server may call for it. */
export default function ZonesSection({ me }: SettingsProps) {
  if (me.zone !== "lgwan") return <Notice tone="warn">{text("zone.outside")}</Notice>;
  return <Zones />;
}

function Zones() {
  const { value, error, reload } = useAnswer<ZoneList>("/zones");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-4">
        {[1, 2].map((row) => (
          <Skeleton key={row} className="h-48 w-full" />
        ))}
      </Loading>
    );
  return (
    <div className="flex flex-col gap-6">
      <p className="text-sm text-ink-2">{text("zone.intro")}</p>
      <ul className="flex flex-col gap-4">
        {value.items.map((zone) => (
          <ZoneCard key={zone.id} zone={zone} />
        ))}
      </ul>
      <p className="text-sm text-ink-3">{text("zone.where")}</p>
    </div>
  );
}

function ZoneCard({ zone }: { zone: ZoneItem }) {
  const isClosed = zone.kind === "closed";
  return (
    <li className="flex flex-col gap-3 rounded-xl border border-line p-4 md:p-5" data-zone={zone.id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {isClosed ? <LockIcon size={20} /> : <GlobeIcon size={20} />}
        <h3 className="text-lg font-bold">{say(zone)}</h3>
        <Tag tone={isClosed ? "plain" : "accent"}>{text(`zone.kind.${zone.kind}`)}</Tag>
        <span className="text-sm text-ink-3">
          {text("zone.id")} <code>{zone.id}</code>
        </span>
      </div>
      <dl className="grid gap-x-6 gap-y-2 text-sm md:grid-cols-[11rem_1fr]">
        <Fact name={text("zone.factor")}>
          {text(zone.needsSecondFactor ? "zone.factor.yes" : "zone.factor.no")}
        </Fact>
        <Fact name={text("zone.device")}>
          {text(zone.needsApprovedDevice ? "zone.device.always" : "zone.device.rule")}
        </Fact>
        <Fact name={text("zone.listeners")}>
          <ul className="flex flex-col gap-1">
            {zone.listeners.map((one) => (
              <li key={`${one.address} ${one.port}`} className="[overflow-wrap:anywhere]">
                <code>{`${one.address.includes(":") ? `[${one.address}]` : one.address}:${one.port}`}</code>{" "}
                {text(one.isTls ? "zone.tls" : "zone.plain")}
                {one.trustedProxies.length > 0 && (
                  <span className="block text-ink-3">
                    {text("zone.proxies", { list: one.trustedProxies.join("、") })}
                  </span>
                )}
                {one.sharedAddresses.length > 0 && (
                  <span className="block text-ink-3">
                    {text("zone.shared", { list: one.sharedAddresses.join("、") })}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name={text("zone.destinations")}>
          <Destinations hosts={zone.destinations} />
        </Fact>
        <Fact name={text("zone.sessions")}>{text("zone.sessions.count", { count: zone.liveSessions })}</Fact>
      </dl>
    </li>
  );
}

function Destinations({ hosts }: { hosts: readonly string[] | null }) {
  if (hosts === null) return text("zone.destinations.settings");
  if (hosts.length === 0) return text("zone.destinations.none");
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 [overflow-wrap:anywhere]">
      {hosts.map((host) => (
        <li key={host}>
          <code>{host}</code>
        </li>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="font-bold text-ink-2">{name}</dt>
      <dd className="min-w-0 max-md:mb-2">{children}</dd>
    </>
  );
}
