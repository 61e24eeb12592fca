import { useState } from "react";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { CopyIcon, PrintIcon } from "#web/kit/components/icons.tsx";
import { Prose } from "#web/kit/components/prose.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { copyText } from "#web/kit/device/copy-text.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { MadeInvitation } from "../../contract.ts";
import { text } from "../text/index.ts";

const rememberedHost = "chonai.internetAddress";

/** Link and code, shown once: the link to be copied, the code to be told, both to be printed and cut apart. */
export function InvitationSheet({
  made,
  name,
  municipality,
  zone,
  onDone,
}: {
  made: MadeInvitation;
  name: string;
  municipality: string;
  zone: string;
  onDone: () => void;
}) {
  // A terminal on the LGWAN side does not know under which address the Internet sees the program.
  const [host, setHost] = useState(() =>
    zone === "internet" ? location.origin : (localStorage.getItem(rememberedHost) ?? ""),
  );
  const link = `${host.trim().replace(/\/+$/, "")}/invitation#${made.token}`;
  const changeHost = (value: string) => {
    setHost(value);
    localStorage.setItem(rememberedHost, value.trim());
  };
  return (
    <section aria-labelledby="made-invitation" className="flex flex-col gap-5" data-print="keep">
      <h3
        id="made-invitation"
        tabIndex={-1}
        ref={(heading) => heading?.focus()}
        className="text-lg font-bold outline-none! shadow-none!"
      >
        {text("made.title", { name })}
      </h3>
      <div data-print="hide" className="flex flex-col gap-4">
        <Notice tone="warn">
          <Prose body={text("made.once")} />
        </Notice>
        {zone !== "internet" && (
          <TextField
            type="url"
            label={text("made.host")}
            hint={text("made.host.hint")}
            value={host}
            onChange={changeHost}
            inputProps={{ placeholder: "https://chat.example.lg.jp" }}
            autoComplete="off"
          />
        )}
      </div>
      <div className="flex flex-col gap-2 rounded-xl border border-line p-5">
        <p className="hidden text-sm print:block">
          {municipality}　{text("made.slip.how")}
        </p>
        <h4 className="text-sm text-ink-3">{text("made.link")}</h4>
        <p className="break-all font-mono">{link}</p>
        <p className="text-sm text-ink-2">{text("made.until", { when: longMoment(made.expiresAt) })}</p>
        <Button
          data-print="hide"
          className="self-start print:hidden"
          icon={<CopyIcon />}
          isDisabled={!host.trim()}
          onPress={() => void copyText(link).then((isDone) => isDone && tell(text("made.copied")))}
        >
          {text("made.copy")}
        </Button>
      </div>
      <hr className="hidden border-dashed border-line-strong print:my-8 print:block" />
      <div className="flex flex-col gap-2 rounded-xl border border-line bg-sunken p-5">
        <h4 className="text-sm text-ink-3">{text("made.code")}</h4>
        <p className="font-mono text-3xl font-bold tracking-widest">{made.code}</p>
      </div>
      <p className="text-sm text-ink-2" data-print="hide">
        {text("made.slip")}
      </p>
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button icon={<PrintIcon />} onPress={() => window.print()}>
          {text("made.print")}
        </Button>
        <Button kind="primary" onPress={onDone}>
          {text("made.done")}
        </Button>
      </div>
    </section>
  );
}
