import { Store } from "#web/kit/state/store.ts";

/** Names the last change of the directory that this page has heard of; open screens of the directory ask again. */
export const directoryChange = new Store("");
