/** What a screen of the directory has asked for, asked again when the directory has changed. */
import { useCallback, useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { useStore } from "#web/kit/state/store.ts";
import { directoryChange } from "../directory-change.ts";

export type Answer<T> =
  | { kind: "loading" }
  | { kind: "failed"; error: unknown }
  /** `path` is what it answers: while another path is loading, the older answer is not shown. */
  | { kind: "ready"; path: string; value: T };

/** GET `path`; undefined asks for nothing. The last answer stays while it is asked for again. */
export function useAnswer<T>(path: string | undefined): { answer: Answer<T>; reload: () => void } {
  const change = useStore(directoryChange, (id) => id);
  const [answer, setAnswer] = useState<Answer<T>>({ kind: "loading" });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for each attempt and each change
  useEffect(() => {
    if (path === undefined) return;
    const ended = new AbortController();
    request<T>("GET", path, { signal: ended.signal }).then(
      (value) => setAnswer({ kind: "ready", path, value }),
      (error) => !ended.signal.aborted && setAnswer({ kind: "failed", error }),
    );
    return () => ended.abort();
  }, [path, attempt, change]);

  const reload = useCallback(() => {
    setAnswer({ kind: "loading" });
    setAttempt((count) => count + 1);
  }, []);
  const isOther = answer.kind === "ready" && answer.path !== path;
  return { answer: isOther ? { kind: "loading" } : answer, reload };
}
