import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import type { Me } from "../../contract.ts";
import { text } from "../text/index.ts";

const OperatorDialog = lazy(() => import("./operator-dialog.tsx"));

/** After so long without a touch somebody else may be sitting here. */
const idleMinutes = 10;

/**
 * At a section account: who sits here, always in sight and one press from being changed; and after a pause the question whether
 * it is still the same person.
 */
export default function OperatorGuard({ me }: { me: Me }) {
  const [open, setOpen] = useState<"change" | "ask">();
  const usedAt = useRef(Date.now());
  useEffect(() => {
    const look = () => {
      if (Date.now() - usedAt.current >= idleMinutes * 60_000) setOpen((shown) => shown ?? "ask");
    };
    // Whoever comes back finds the question before their first press; a device that slept is asked by that press.
    const used = () => {
      look();
      usedAt.current = Date.now();
    };
    const timer = setInterval(look, 15_000);
    addEventListener("pointerdown", used, true);
    addEventListener("keydown", used, true);
    return () => {
      clearInterval(timer);
      removeEventListener("pointerdown", used, true);
      removeEventListener("keydown", used, true);
    };
  }, []);
  const name = me.operator?.name;
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen("change")}
        aria-label={name ? text("operator.button", { name }) : text("operator.change")}
        className="inline-flex min-h-7 min-w-0 max-w-[40vw] items-center rounded-full border border-current px-3 text-xs max-md:min-h-8"
      >
        <span className="truncate">
          {name ? text("account.operator", { name }) : text("operator.change")}
        </span>
      </button>
      {open === "ask" && (
        <Dialog
          title={name ? text("operator.ask", { name }) : text("operator.ask.nobody")}
          width="small"
          role="alertdialog"
          onClose={() => setOpen(undefined)}
          footer={
            <>
              <Button onPress={() => setOpen("change")}>{text("operator.change")}</Button>
              <Button kind="primary" autoFocus onPress={() => setOpen(undefined)}>
                {text("operator.same")}
              </Button>
            </>
          }
        >
          <p>{text("operator.ask.why")}</p>
        </Dialog>
      )}
      <Suspense>
        {open === "change" && <OperatorDialog me={me} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </>
  );
}
