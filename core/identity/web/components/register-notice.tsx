import { Notice } from "#web/kit/components/states.tsx";
import type { ProposedAuthenticator } from "../../contract.ts";
import { text } from "../text/index.ts";
import { QrCode } from "./qr-code.tsx";

/** The app that this sign-in registers: scanned here, confirmed by the code below. */
export default function RegisterNotice({ proposed }: { proposed: ProposedAuthenticator }) {
  return (
    <div className="flex flex-col gap-4">
      <Notice tone="warn">{text("signIn.register")}</Notice>
      <QrCode words={proposed.totpUrl} label={text("setUp.done.qr")} />
      <div>
        <p className="mb-2 text-sm text-ink-2">{text("setUp.done.secret")}</p>
        <code className="block rounded-lg bg-sunken px-4 py-3 font-mono text-base tracking-wide">
          {proposed.totpSecret.match(/.{1,4}/g)?.join(" ")}
        </code>
      </div>
    </div>
  );
}
