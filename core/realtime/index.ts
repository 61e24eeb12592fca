/**
 * The stream: actions publish into the outbox, one sealer numbers what is committed, dispatchers deliver it. Rights are
 * those of the moment of delivery. Publishing has a door of its own, `publish.ts`, which only actions may open.
 * See docs/architecture/stream.md.
 */
export type { Gate, GatedTopic, Gates } from "./gates.ts";
export { firstPositionOfEpoch } from "./positions.ts";
export { type ClientFrame, type Presence, typingAudience } from "./presence.ts";
export { Realtime, streamRetentionDays } from "./realtime.ts";
export {
  closeCodes,
  StreamConnection,
  type StreamServices,
  type StreamSession,
  type StreamTransport,
} from "./stream-connection.ts";
export { findStreamHead, readStreamLog } from "./stream-log.ts";
export type { Withdrawals } from "./withdrawals.ts";
