/**
 * Being reached: presence and status, what somebody is told about, and waking their devices. It knows no feature;
 * features say whom their events are for (`Reaches`). See docs/architecture/presence.md and push.md.
 */
export { type ImportedStatus, importStatuses } from "./actions/import-statuses.ts";
export { makeDeviceReaches, makeDutyReaches } from "./duty-reaches.ts";
export { makePushHosts, type PushHosts } from "./push/push-hosts.ts";
export { PushWorker } from "./push/push-worker.ts";
export { makeSendPush, type SendPush } from "./push/send-push.ts";
export { openVapid, resealVapid } from "./push/vapid.ts";
export { makeHidesPresence } from "./queries/statuses.ts";
export { type Described, type FollowedEvent, joinReaches, type Reached, type Reaches } from "./reached.ts";
export { type ReachServices, reachRoutes } from "./routes.ts";
