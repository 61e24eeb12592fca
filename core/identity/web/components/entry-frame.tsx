import type { ReactNode } from "react";
import { ZoneBand } from "#web/kit/components/zone-band.tsx";
import type { Zone } from "../../contract.ts";

/** The frame of the pages before one is in: the band, the mark, and a sheet. */
export function EntryFrame({ zone, name, children }: { zone: Zone; name: string; children: ReactNode }) {
  return (
    <div className="flex h-full flex-col bg-sunken">
      <ZoneBand zone={zone} name={<bdi>{name}</bdi>} />
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </div>
  );
}

export function Mark({ size = 40 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
      focusable="false"
      className="shrink-0"
    >
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M8 10.500A2.500 2.500 0 0 1 10.500 8h11a2.500 2.500 0 0 1 2.500 2.500v7a2.500 2.500 0 0 1-2.500 2.500H16l-4.300 3.700c-.6.5-1.200.2-1.200-.6V20A2.500 2.500 0 0 1 8 17.500z"
        fill="var(--on-accent)"
      />
      <path
        d="M11.500 12.500h9M11.500 15.700h6"
        stroke="var(--accent)"
        strokeWidth="1.700"
        strokeLinecap="round"
      />
    </svg>
  );
}
