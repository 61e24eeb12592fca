/** Network zones: which listener belongs to which, whose forwarded headers are believed, how cookies are named. */
export {
  addressMatcher,
  cookieNameOf,
  deviceCookieOf,
  type ListenerSettings,
  type TlsFiles,
  type ZoneName,
} from "./listener-settings.ts";
export { readZoneFile } from "./read-zone-file.ts";
export { type FurtherZone, type Side, type ZoneKind, Zones } from "./zones.ts";
