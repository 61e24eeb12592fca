/** Whether a line that comes and goes should be called so: people then know that it is not their message. */
import { useEffect, useState } from "react";
import type { Connection, SyncClient } from "#web/kit/sync/sync-client.ts";

/** So many losses within so many milliseconds. */
const losses = 2;
const within = 60_000;

/** Takes down each loss of the line; `isUnstable` says what they come to. */
export class LineWatch {
  #last: Connection = "connecting";
  #lostAt: number[] = [];

  see(connection: Connection, now: number): void {
    if (this.#last === "connected" && connection !== "connected") this.#lostAt.push(now);
    this.#last = connection;
    this.#lostAt = this.#lostAt.filter((at) => now - at < within);
  }

  isUnstable(now: number): boolean {
    return this.#lostAt.filter((at) => now - at < within).length >= losses;
  }
}

export function useUnstableLine(sync: SyncClient): boolean {
  const [isUnstable, setUnstable] = useState(false);
  useEffect(() => {
    const watch = new LineWatch();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      watch.see(sync.connection.get(), Date.now());
      setUnstable(watch.isUnstable(Date.now()));
      clearTimeout(timer);
      timer = setTimeout(() => setUnstable(watch.isUnstable(Date.now())), within);
    };
    look();
    const unsubscribe = sync.connection.subscribe(look);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [sync]);
  return isUnstable;
}
