/**
 * Who is signed in on this page, and everything that works for them: the device's store, the stream and the modules.
 * Ending a session stops all of it; signing out also deletes what the device kept.
 */
import type { ChatEvents } from "#capabilities/chat/contract.ts";
import type { chatApply } from "#capabilities/chat/web/index.ts";
import type { GuestEvents } from "#capabilities/guests/contract.ts";
import type { guestApply } from "#capabilities/guests/web/index.ts";
import type { Me, SignInPage } from "#core/identity/contract.ts";
import {
  applyIdentity,
  type IdentityEvent,
  type IdentityState,
  identityApply,
  identityState,
  showDirectoryChange,
  tellOfStoppedImports,
} from "#core/identity/web/index.ts";
import type { ReachEvents } from "#core/reach/contract.ts";
import { forgetSubscription, type reachApply } from "#core/reach/web/index.ts";
import type { RulesEvents } from "#core/rules/contract.ts";
import type { rulesApply } from "#core/rules/web/index.ts";
import { nameZones } from "#shared/zone-words.ts";
import { request, whenSessionEnds } from "#web/kit/api/client.ts";
import { forgetEarly, streamAddress, takeEarlyStream } from "#web/kit/api/early.ts";
import { Problem } from "#web/kit/api/problem.ts";
import { DeviceStore } from "#web/kit/device/device-store.ts";
import { forgetAccount, rememberAccount, rememberedAccount } from "#web/kit/device/remembered-account.ts";
import { lookForUpdate } from "#web/kit/device/service-worker.ts";
import type { RunningModule } from "#web/kit/module.ts";
import { Store } from "#web/kit/state/store.ts";
import { type StreamEvent, SyncClient } from "#web/kit/sync/sync-client.ts";
import { modules } from "./modules.ts";

/** The type checker refuses an event of a contract that no apply map takes. */
type EveryEvent =
  | keyof ChatEvents
  | IdentityEvent["type"]
  | keyof ReachEvents
  | keyof RulesEvents
  | keyof GuestEvents;
type AppliedEvent =
  | keyof typeof chatApply
  | keyof typeof identityApply
  | keyof typeof reachApply
  | keyof typeof rulesApply
  | keyof typeof guestApply;
export const everyEventIsApplied: [EveryEvent] extends [AppliedEvent] ? true : never = true;

export type SignedIn = {
  me: Me;
  sync: SyncClient;
  device: DeviceStore;
  /** The same account in other tabs of this browser. */
  otherTabs: BroadcastChannel;
  running: readonly RunningModule[];
};

export type SessionState =
  | { kind: "starting" }
  | { kind: "failed"; error: unknown }
  | {
      kind: "signed-out";
      notice: "ended" | "signed-out" | undefined;
      /** What the sign-in page shows, when it is known already. */
      page?: SignInPage | undefined;
    }
  | { kind: "signed-in"; signedIn: SignedIn };

const signedOut = "signed-out";

export const session = new Store<SessionState>({ kind: "starting" });

/**
 * Asks who is signed in, if anybody. On a device that remembers nobody the sign-in page's facts come first: they say whether there is
 * anything to ask.
 */
export async function startSession(): Promise<void> {
  session.set({ kind: "starting" });
  const remembered = rememberedAccount();
  // Without a network there is no use in trying for long: the device opens what it has.
  const attempts = navigator.onLine ? {} : { attempts: 1 };
  let page: SignInPage | undefined;
  try {
    if (!remembered) page = await request<SignInPage>("GET", "/sign-in-page", attempts);
    if (page) nameZones(page.furtherZones);
    if (page && !page.hasSession) session.set({ kind: "signed-out", notice: undefined, page });
    else enter(await request<Me>("GET", "/me", attempts));
  } catch (error) {
    if (error instanceof Problem && error.isRetryable && remembered) enter(remembered, "unconfirmed");
    else if (error instanceof Problem && error.details.status === 401) {
      forgetEarly();
      session.set({ kind: "signed-out", notice: undefined, page });
    } else session.set({ kind: "failed", error });
  }
}

/**
 * Starts everything for somebody who has signed in. `unconfirmed`: without a network, so that what the device kept can be
 * read and written on; the server is asked who this is before anything else is.
 */
export function enter(me: Me, how: "confirmed" | "unconfirmed" = "confirmed"): void {
  let isConfirmed = how === "confirmed";
  // An account that this device remembers from before zones had names.
  nameZones(me.furtherZones ?? []);
  if (isConfirmed) rememberAccount(me);
  const owner = [me.tenant.id, me.account.id, me.operator?.id ?? "", me.zone].join(" ");
  const device = new DeviceStore(owner);
  let identity: IdentityState = identityState(me.session.id);
  const running: RunningModule[] = [];
  const sync = new SyncClient({
    url: streamAddress(),
    takeStream: takeEarlyStream,
    takeSnapshot: async (signal) => {
      if (!isConfirmed) {
        const now = await request<Me>("GET", "/me", { signal });
        // Somebody else has signed in on this device meanwhile: nothing of theirs belongs on this page.
        if (now.session.id !== me.session.id) return location.reload();
        isConfirmed = true;
      }
      await Promise.all(running.map((module) => module.takeSnapshot(signal)));
    },
    applyEvents: (events) => {
      for (const module of running) module.applyEvents(events);
      const before = identity;
      for (const event of events) if (isIdentityEvent(event)) identity = applyIdentity(identity, event);
      showDirectoryChange(before, identity);
      if (identity.offices !== before.offices && !identity.isEnded) void readMeAgain();
      if (identity.isEnded) leave("ended");
    },
    onSessionEnd: () => leave("ended"),
  });
  for (const module of modules)
    running.push(module.start({ me, device, connection: sync.connection, line: sync }));
  whenSessionEnds(() => leave("ended"));
  // A tab that cannot reach the server hears of a sign-out from its neighbour.
  const otherTabs = new BroadcastChannel(`chonai ${owner}`);
  otherTabs.onmessage = ({ data }) => data === signedOut && leave("signed-out");
  session.set({ kind: "signed-in", signedIn: { me, sync, device, otherTabs, running } });
  sync.connection.subscribe(() => sync.connection.get() === "connected" && lookForUpdate());
  sync.start();
  if (isConfirmed && me.zone === "lgwan" && me.account.offices.includes("accounts"))
    void tellOfStoppedImports();
}

/** What the account may do has changed: everything on the screen that follows from it is drawn anew. */
async function readMeAgain(): Promise<void> {
  const me = await request<Me>("GET", "/me").catch(() => undefined);
  const state = session.get();
  if (!me || state.kind !== "signed-in" || me.session.id !== state.signedIn.me.session.id) return;
  rememberAccount(me);
  session.set({ kind: "signed-in", signedIn: { ...state.signedIn, me } });
}

/** While somebody signs out, the stream may tell of the session's end before the server's answer is here. */
let isSigningOut = false;

/** Ends the session on the server, then deletes what this device kept for the account. */
export async function signOut(): Promise<void> {
  const state = session.get();
  if (state.kind !== "signed-in" || isSigningOut) return;
  isSigningOut = true;
  try {
    await request("DELETE", "/sessions/current").catch((error) => {
      // A session that is over already needs no ending.
      if (!(error instanceof Problem && error.details.status === 401)) throw error;
    });
    leave("signed-out");
    await Promise.all([state.signedIn.device.destroy(), forgetSubscription()]);
  } finally {
    isSigningOut = false;
  }
}

function leave(notice: "ended" | "signed-out"): void {
  const state = session.get();
  if (state.kind !== "signed-in") return;
  forgetEarly();
  whenSessionEnds(undefined);
  forgetAccount();
  void state.signedIn.device.delete("kept", "rooms");
  state.signedIn.sync.stop();
  const isWanted = notice === "signed-out" || isSigningOut;
  if (isWanted) state.signedIn.otherTabs.postMessage(signedOut);
  state.signedIn.otherTabs.close();
  for (const module of state.signedIn.running) module.stop();
  session.set({ kind: "signed-out", notice: isWanted ? "signed-out" : notice });
}

function isIdentityEvent(event: { type: string }): event is IdentityEvent & StreamEvent {
  return Object.hasOwn(identityApply, event.type);
}
