import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { type ChatSettings, defaultChatSettings } from "../../contract.ts";
import { roomRules } from "../policy.ts";

type SettingsRow = {
  hold_seconds: number;
  reach_shown_above: number;
  reach_confirmed_above: number;
  everybody_above: number;
  everybody_by: string;
};

const findSettings = statement<SettingsRow>(
  "chat.find-settings",
  `select hold_seconds, reach_shown_above, reach_confirmed_above, everybody_above, everybody_by
     from chat_setting where tenant_id = $1`,
);

/** What the municipality has decided about sending, or the defaults. */
export async function readChatSettings(tx: Transaction, tenantId: string): Promise<ChatSettings> {
  const row = await tx.first(findSettings, [tenantId]);
  if (!row) return defaultChatSettings;
  return {
    holdSeconds: row.hold_seconds,
    reachShownAbove: row.reach_shown_above,
    reachConfirmedAbove: row.reach_confirmed_above,
    everybodyAbove: row.everybody_above,
    everybodyBy: row.everybody_by as ChatSettings["everybodyBy"],
  };
}

export function getChatSettings(database: Database, actor: Actor): Promise<ChatSettings> {
  noteDecision(actor, roomRules.everybodyReadsSettings);
  return database.transaction(scopeOf(actor.tenantId), (tx) => readChatSettings(tx, actor.tenantId));
}
