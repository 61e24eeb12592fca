import { useCallback, useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";

/**
 * GET `path`; undefined asks for nothing. The last answer to the same path stays while it is asked for again: by
 * `reload`, or because `version` is another.
 */
export function useAnswer<T>(
  path: string | undefined,
  version?: unknown,
): {
  value: T | undefined;
  error: unknown;
  reload: () => void;
} {
  const [answer, setAnswer] = useState<{ path: string; value?: T; error?: unknown }>();
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for each attempt and version
  useEffect(() => {
    if (path === undefined) return;
    const ended = new AbortController();
    request<T>("GET", path, { signal: ended.signal }).then(
      (value) => setAnswer({ path, value }),
      (error) => !ended.signal.aborted && setAnswer({ path, error }),
    );
    return () => ended.abort();
  }, [path, attempt, version]);

  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  const current = answer?.path === path ? answer : undefined;
  return { value: current?.value, error: current?.error, reload };
}
