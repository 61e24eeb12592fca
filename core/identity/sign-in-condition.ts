import type { Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { SignInRequest } from "./contract.ts";

/** What every way of signing in says besides who it is. */
export type SessionInput = Pick<SignInRequest, "operatorId" | "deviceName" | "agreedRules">;

/**
 * What must be so besides credentials before somebody is let in (the operating rules are agreed to, say). Asked inside the
 * sign-in's transaction, behind password, second factor and operator and before the session is written; whoever is not let in
 * gets an `AppError` that says what to do, and nothing of the sign-in is kept, not even that a code was used.
 */
export type SignInCondition = (
  tx: Transaction,
  who: { actor: Actor; input: SessionInput; now: Date },
) => Promise<void>;
