import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ReadToEnd } from "#web/kit/components/read-to-end.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { text } from "../text/index.ts";
import type { RulesToAgree } from "./rules-to-agree.ts";

/** The operating rules between the password and the first screen: read to the end, agreed to, and the sign-in goes on. */
export default function RulesSheet({
  rules,
  onAgreed,
  onCancel,
}: {
  rules: RulesToAgree;
  onAgreed: () => Promise<void>;
  onCancel: () => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const agree = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await request("POST", "/rule-agreements", { body: { token: rules.token } });
      await onAgreed();
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <main className="mx-auto w-full max-w-3xl px-4 py-6 md:py-10">
      <div className="flex flex-col gap-4 rounded-2xl border border-line bg-ground p-5 shadow-1 md:p-8">
        <div>
          <h1
            tabIndex={-1}
            ref={(heading) => heading?.focus({ preventScroll: true })}
            className="text-xl font-bold outline-none! shadow-none!"
          >
            {rules.title}
          </h1>
          <p className="text-sm text-ink-3">
            {text("signIn.rules.version", { version: rules.version })}　{text("signIn.rules.about")}
          </p>
        </div>
        {problem && <Notice tone="danger">{problem}</Notice>}
        <ReadToEnd title={rules.title} body={rules.body} headings={2}>
          {(isRead) => (
            <div className="flex flex-wrap justify-end gap-3 max-md:flex-col-reverse">
              <Button kind="quiet" onPress={onCancel}>
                {text("signIn.rules.cancel")}
              </Button>
              <Button kind="primary" isDisabled={!isRead} isPending={isBusy} onPress={() => void agree()}>
                {text("signIn.rules.agree")}
              </Button>
            </div>
          )}
        </ReadToEnd>
      </div>
    </main>
  );
}
