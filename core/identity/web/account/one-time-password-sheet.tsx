import { Button } from "#web/kit/components/button.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { OneTimePassword } from "../../contract.ts";
import { text } from "./text/index.ts";

/** The password to be handed over, shown once: to be read out, written down or printed. */
export function OneTimePasswordSheet({
  made,
  name,
  onDone,
}: {
  made: OneTimePassword;
  name: string;
  onDone: () => void;
}) {
  return (
    <section aria-labelledby="one-time-password" className="flex flex-col gap-4" data-print="keep">
      <h3
        id="one-time-password"
        tabIndex={-1}
        ref={(heading) => heading?.focus()}
        className="text-lg font-bold outline-none! shadow-none!"
      >
        {text("reset.made")}
      </h3>
      <div data-print="hide">
        <Notice tone="warn">{text("reset.once")}</Notice>
      </div>
      <dl className="grid grid-cols-1 gap-x-6 gap-y-3 rounded-xl border border-line bg-sunken p-5 md:grid-cols-[9rem_1fr]">
        <dt className="text-sm text-ink-3 max-md:-mb-3">{text("detail.loginId")}</dt>
        <dd>
          <bdi>{made.loginId}</bdi>（<bdi>{name}</bdi>）
        </dd>
        <dt className="text-sm text-ink-3 max-md:-mb-3">{text("reset.made")}</dt>
        <dd className="font-mono text-xl font-bold tracking-wider">{made.password}</dd>
        <dt className="text-sm text-ink-3 max-md:-mb-3">{text("reset.until")}</dt>
        <dd>{text("detail.until", { when: longMoment(made.until) })}</dd>
      </dl>
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button icon={<PrintIcon />} onPress={() => window.print()}>
          {text("codes.print")}
        </Button>
        <Button kind="primary" onPress={onDone}>
          {text("reset.close")}
        </Button>
      </div>
    </section>
  );
}
