import { Notice } from "#web/kit/components/states.tsx";
import { text } from "../text/index.ts";

/** Beside the button that does it, so that nobody lets people from outside in without having read it. */
export function GuestWarning({ count }: { count: number }) {
  return (
    <div className="w-full">
      <Notice tone="warn">{text("create.guestWarning", { count })}</Notice>
    </div>
  );
}
