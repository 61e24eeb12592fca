import { Button } from "#web/kit/components/button.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { copyText } from "#web/kit/device/copy-text.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import { text } from "./text/index.ts";

/** The ten codes, shown once; made to be printed and kept. */
export function RecoveryCodesSheet({
  codes,
  municipality,
  loginId,
  done,
  onDone,
}: {
  codes: readonly string[];
  municipality: string;
  loginId: string;
  done?: string;
  onDone: () => void;
}) {
  const copy = async () => {
    if (await copyText(codes.join("\n"))) tell(text("codes.copied"));
  };
  return (
    <section aria-labelledby="recovery-codes" className="flex flex-col gap-4" data-print="keep">
      {done && (
        <div data-print="hide">
          <Notice tone="ok">{done}</Notice>
        </div>
      )}
      <h3
        id="recovery-codes"
        tabIndex={-1}
        ref={(heading) => heading?.focus()}
        className="text-lg font-bold outline-none! shadow-none!"
      >
        {text("codes.title")}
      </h3>
      <div data-print="hide">
        <Notice tone="warn">{text("codes.once")}</Notice>
      </div>
      <p className="text-sm text-ink-2">{text("codes.use")}</p>
      <ul className="grid grid-cols-1 gap-x-8 gap-y-2 rounded-lg border border-line bg-sunken px-5 py-4 md:grid-cols-2">
        {codes.map((code) => (
          <li key={code} className="font-mono text-base tracking-wide">
            {code}
          </li>
        ))}
      </ul>
      <p className="text-sm text-ink-3">
        {text("codes.for", { municipality, loginId, when: longMoment(Date.now()) })}
      </p>
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button icon={<PrintIcon />} onPress={() => window.print()}>
          {text("codes.print")}
        </Button>
        <Button onPress={() => void copy()}>{text("codes.copy")}</Button>
        <Button kind="primary" onPress={onDone}>
          {text("codes.kept")}
        </Button>
      </div>
    </section>
  );
}
