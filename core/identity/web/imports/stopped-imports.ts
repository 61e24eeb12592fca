import { request } from "#web/kit/api/client.ts";
import { tell } from "#web/kit/components/toasts.tsx";
import type { DirectoryImportList } from "../../contract.ts";
import { text } from "./text/index.ts";

/** Tells an administrator of booked imports that did not happen and wait for somebody: when they sign in, and at that moment. */
export async function tellOfStoppedImports(): Promise<void> {
  // Whoever may not see them has nothing to be told, and without a line there is a next time.
  const list = await request<DirectoryImportList>("GET", "/directory-imports").catch(() => undefined);
  const count = list?.items.filter((item) => item.stoppedAt !== null).length ?? 0;
  if (count > 0) tell(text("stopped.tell", { count }), "danger");
}
