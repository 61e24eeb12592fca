import { lazy, Suspense, useState } from "react";
import type { FileSummary } from "../../contract.ts";
import { text } from "../text/index.ts";

const RequestCarryOutDialog = lazy(() => import("./request-carry-out-dialog.tsx"));

/** Where contents are refused that may be asked for: the way to ask. */
export function CarryOutButton({ file, className }: { file: FileSummary; className: string }) {
  const [isAsking, setAsking] = useState(false);
  if (!file.may.requestCarryOut.isAllowed) return null;
  return (
    <>
      <button
        type="button"
        aria-label={text("carryOut.request.label", { name: file.name })}
        onClick={() => setAsking(true)}
        className={className}
      >
        {text("carryOut.request")}
      </button>
      {isAsking && (
        <Suspense>
          <RequestCarryOutDialog file={file} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
