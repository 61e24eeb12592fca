/** The assembled program. */
export { type Chonai, type ChonaiOptions, startChonai } from "./chonai.ts";
export { organisationListeners } from "./organisation-listeners.ts";
export { resealUnderNewestKey, sealedColumns } from "./reseal.ts";
