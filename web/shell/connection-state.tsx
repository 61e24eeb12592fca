import { classes } from "#web/kit/components/classes.ts";
import { CheckIcon, OfflineIcon, WarningIcon } from "#web/kit/components/icons.tsx";
import { useStore } from "#web/kit/state/store.ts";
import type { SyncClient } from "#web/kit/sync/sync-client.ts";
import { text } from "./text/index.ts";
import { useUnstableLine } from "./unstable-line.ts";

/** The line in words, read out when it changes. */
export function ConnectionState({ sync }: { sync: SyncClient }) {
  const connection = useStore(sync.connection, (now) => now);
  const isUnstable = useUnstableLine(sync);
  const isFine = connection === "connected" && !isUnstable;
  return (
    <span
      role="status"
      className={classes(
        "flex min-w-0 items-center gap-1.5 whitespace-nowrap text-xs",
        !isFine && "rounded-full bg-warn-soft px-2.5 py-0.5 font-bold text-warn",
      )}
    >
      {isFine ? (
        <CheckIcon size={16} />
      ) : connection === "connected" ? (
        <WarningIcon size={16} />
      ) : connection === "offline" ? (
        <OfflineIcon size={16} />
      ) : (
        <Spinner />
      )}
      {connection === "offline" ? (
        <>
          <span className="truncate max-md:hidden">{text("connection.offline")}</span>
          <span className="truncate md:hidden">{text("connection.offline.short")}</span>
        </>
      ) : (
        // What is as it should be needs no words on a narrow screen.
        <span className={classes("truncate", isFine && "max-md:sr-only")}>
          {text(isUnstable ? "connection.unstable" : `connection.${connection}`)}
        </span>
      )}
    </span>
  );
}

function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="inline-block size-3.5 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  );
}
