import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { OwnProof, ProposedAuthenticator, RecoveryCodes, Security, Zone } from "../../contract.ts";
import { Card } from "./card.tsx";
import { ConfirmForm } from "./confirm-form.tsx";
import { ProofForm } from "./proof-form.tsx";
import { text } from "./text/index.ts";

type Step =
  | { kind: "rest" }
  | { kind: "prove"; what: "app" | "codes" }
  | { kind: "scan"; proposed: ProposedAuthenticator };

/** With this many left it is time for new ones. */
const few = 3;

/** The second factor: the app and the codes that stand in for it. */
export function AuthenticatorCard({
  security,
  zone,
  onCodes,
}: {
  security: Security;
  zone: Zone;
  onCodes: (codes: readonly string[], done?: string) => void;
}) {
  const [step, setStep] = useState<Step>({ kind: "rest" });
  const { isRegistered, registeredAt } = security.authenticator;
  const left = security.recoveryCodesLeft;
  const mayRegister = isRegistered || zone === "lgwan";

  const prove = async (what: "app" | "codes", body: OwnProof) => {
    if (what === "app")
      setStep({
        kind: "scan",
        proposed: await request<ProposedAuthenticator>("POST", "/me/authenticator", { body }),
      });
    else onCodes((await request<RecoveryCodes>("POST", "/me/recovery-codes", { body })).recoveryCodes);
  };

  return (
    <Card id="authenticator-card" title={text("app.title")}>
      <p className="text-sm text-ink-2">
        {text("app.about")}
        <Tag tone={isRegistered ? "ok" : "warn"}>{text(isRegistered ? "app.on" : "app.off")}</Tag>
        {registeredAt && text("app.since", { when: longMoment(registeredAt) })}
      </p>
      {isRegistered &&
        (left > few ? (
          <p className="text-sm text-ink-2">{text("codes.left", { count: left })}</p>
        ) : (
          <Notice tone="warn">{left === 0 ? text("codes.none") : text("codes.few", { count: left })}</Notice>
        ))}
      {!mayRegister && <Notice tone="warn">{text("app.off.outside")}</Notice>}
      {step.kind === "rest" && mayRegister && (
        <div className="flex flex-wrap gap-3">
          {isRegistered && (
            <Button onPress={() => setStep({ kind: "prove", what: "codes" })}>
              {text(left === 0 ? "codes.make" : "codes.renew")}
            </Button>
          )}
          <Button onPress={() => setStep({ kind: "prove", what: "app" })}>
            {text(isRegistered ? "app.again" : "app.register")}
          </Button>
        </div>
      )}
      {step.kind === "prove" && (
        <ProofForm
          key={step.what}
          needsFactor={isRegistered}
          {...(step.what === "codes" && left > 0 && { effect: text("codes.renew.effect") })}
          action={text(step.what === "app" ? "app.next" : left === 0 ? "codes.make" : "codes.renew")}
          onProve={(proof) => prove(step.what, proof)}
          onCancel={() => setStep({ kind: "rest" })}
        />
      )}
      {step.kind === "scan" && (
        <ConfirmForm
          proposed={step.proposed}
          onConfirmed={(codes) => onCodes(codes, text("app.done"))}
          onCancel={() => setStep({ kind: "rest" })}
        />
      )}
    </Card>
  );
}
