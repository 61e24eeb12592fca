import { lazy, Suspense, useEffect, useMemo } from "react";
import type { Me } from "#core/identity/contract.ts";
import { Store, useStore } from "#web/kit/state/store.ts";
import { IdleLock } from "./idle-lock.ts";

const loadCover = () => import("./idle-cover.tsx");
const IdleCover = lazy(loadCover);
const never = new Store(false);

/** Watches for idleness where the municipality wants it, and covers the screen. */
export function IdleGuard({ me, onSignOut }: { me: Me; onSignOut: () => void }) {
  const { idleMinutes } = me;
  const lock = useMemo(
    () => (idleMinutes === null ? undefined : new IdleLock(me.session.id, idleMinutes)),
    [idleMinutes, me.session.id],
  );
  const isCovered = useStore(lock?.isCovered ?? never, (covered) => covered);
  useEffect(() => {
    if (!lock) return;
    // Fetched beforehand: it must be there without a network too.
    void loadCover().catch(() => {});
    lock.start();
    return () => lock.stop();
  }, [lock]);
  if (!lock || !isCovered) return null;
  return (
    <Suspense fallback={<div data-cover className="fixed inset-0 z-50 bg-sunken" />}>
      <IdleCover me={me} onUncover={() => lock.uncover()} onSignOut={onSignOut} />
    </Suspense>
  );
}
