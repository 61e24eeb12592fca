import { useAnswer } from "#web/kit/api/use-answer.ts";
import { useStore } from "#web/kit/state/store.ts";
import { directoryChange } from "../directory-change.ts";

/** What a screen of the directory has asked for, asked again when the directory has changed. */
export function useDirectoryAnswer<T>(path: string | undefined) {
  return useAnswer<T>(
    path,
    useStore(directoryChange, (id) => id),
  );
}
