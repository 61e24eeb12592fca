import { useEffect, useRef } from "react";
import { Button } from "#web/kit/components/button.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { copyText } from "#web/kit/device/copy-text.ts";
import type { SetUpResponse } from "../../contract.ts";
import { text } from "../text/index.ts";
import { QrCode } from "./qr-code.tsx";

/** The second factor, shown once: as a picture drawn here, so that the secret goes nowhere else, and as characters. */
export function SetUpDone({ made, onDone }: { made: SetUpResponse; onDone: () => void }) {
  const title = useRef<HTMLHeadingElement>(null);
  // The page before was longer: begin at the top, and let a screen reader begin there too.
  useEffect(() => title.current?.focus(), []);
  return (
    <div className="flex flex-col gap-5">
      <h1 ref={title} tabIndex={-1} className="scroll-mt-24 text-2xl font-bold outline-none! shadow-none!">
        {text("setUp.done.title")}
      </h1>
      <p className="text-ink-2">{text("setUp.done.lead")}</p>
      <Notice tone="warn">{text("setUp.done.once")}</Notice>
      <QrCode words={made.totpUrl} label={text("setUp.done.qr")} />
      <div>
        <p className="mb-2 text-sm text-ink-2">{text("setUp.done.secret")}</p>
        <div className="flex flex-wrap items-center gap-3 rounded-lg bg-sunken px-4 py-3">
          <code className="min-w-0 flex-1 font-mono text-base tracking-wide">
            {made.totpSecret.match(/.{1,4}/g)?.join(" ")}
          </code>
          <Button
            size="small"
            onPress={() =>
              void copyText(made.totpSecret).then((isCopied) => isCopied && tell(text("setUp.done.copied")))
            }
          >
            {text("setUp.done.copy")}
          </Button>
        </div>
      </div>
      <Button kind="primary" onPress={onDone} className="w-full">
        {text("setUp.done.next")}
      </Button>
    </div>
  );
}
