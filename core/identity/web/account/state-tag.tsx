import { Tag } from "#web/kit/components/badge.tsx";
import type { AccountState } from "../../contract.ts";
import { text } from "./text/index.ts";

const tones = {
  active: "ok",
  stopped: "warn",
  "not-started": "plain",
  expired: "warn",
  left: "plain",
} as const;

/** Whether an account can be used, in a word. */
export function StateTag({ state }: { state: AccountState }) {
  return <Tag tone={tones[state]}>{text(`state.${state}`)}</Tag>;
}
