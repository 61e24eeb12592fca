import { Tag } from "#web/kit/components/badge.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { OwnDevice } from "../../contract.ts";
import { text } from "./text/index.ts";

type Device = Omit<OwnDevice, "isThis">;

const tones = {
  unasked: "plain",
  waiting: "warn",
  approved: "ok",
  refused: "warn",
  "cut-off": "warn",
} as const;

export function nameOf(device: Device): string {
  return device.name ?? text("own.unnamed");
}

/** Where the device stands: approval, whose it is. */
export function DeviceTags({ device }: { device: Device }) {
  return (
    <>
      {device.approval !== "unasked" && (
        <Tag tone={tones[device.approval]}>{text(`approval.${device.approval}`)}</Tag>
      )}
      {device.owned && <Tag>{text(`owned.${device.owned}`)}</Tag>}
    </>
  );
}

/** What has happened to a device, in a line or two. */
export function DeviceStory({ device, decidedBy }: { device: Device; decidedBy?: string | null }) {
  const says = [
    device.name !== device.browser && device.browser,
    device.approval === "waiting" && text("number", { number: device.number }),
    text("used", { when: shortMoment(device.lastUsedAt) }),
    device.approval === "waiting" &&
      device.requestedAt &&
      text("asked.at", { when: shortMoment(device.requestedAt) }),
    device.decidedAt &&
      decidedBy &&
      text("decided.at", { when: shortMoment(device.decidedAt), name: decidedBy }),
    device.consentedAt && text("own.consented", { when: shortMoment(device.consentedAt) }),
    device.cutOffAt &&
      text("cut.at", {
        when: shortMoment(device.cutOffAt),
        because: text(`because.${device.cutOffBecause ?? "other"}`),
      }),
    device.cutOffAt &&
      (device.wipedAt ? text("wiped", { when: shortMoment(device.wipedAt) }) : text("wiped.not")),
  ].filter(Boolean);
  return (
    <>
      <span className="block text-sm text-ink-3">{says.join("　")}</span>
      {device.decisionNote && <span className="block text-sm text-ink-2">{device.decisionNote}</span>}
    </>
  );
}
