import { type FormEvent, useEffect, useState } from "react";
import type { Me, SignInPage } from "#core/identity/contract.ts";
import type { EntryParts } from "#core/identity/web/index.ts";
import { request } from "#web/kit/api/client.ts";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { ReadToEnd } from "#web/kit/components/read-to-end.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import type { AcceptedInvitation, OpenedInvitation } from "../../contract.ts";
import { endWords } from "../days.ts";
import { text } from "../text/index.ts";

type Step =
  | { kind: "code" }
  | { kind: "terms"; opened: OpenedInvitation }
  | { kind: "credentials"; opened: OpenedInvitation }
  | { kind: "accepted"; accepted: AcceptedInvitation };

/**
 * Where an invitation is accepted, on the Internet side: the code, the terms, a password and an app, and one is in. The token
 * stands behind the # of the address, which no server and no log ever sees.
 */
export function InvitationPage({ parts, onSignedIn }: { parts: EntryParts; onSignedIn: (me: Me) => void }) {
  const { EntryFrame } = parts;
  const [token] = useState(() => location.hash.slice(1));
  const [zone, setZone] = useState<SignInPage["zone"]>("internet");
  const [code, setCode] = useState("");
  const [step, setStep] = useState<Step>({ kind: "code" });
  useEffect(() => {
    request<SignInPage>("GET", "/sign-in-page").then(
      (page) => setZone(page.zone),
      () => {},
    );
  }, []);
  const municipality =
    step.kind === "terms" || step.kind === "credentials" ? step.opened.municipality : text("accept.title");

  return (
    <EntryFrame zone={zone} name={municipality}>
      <main className="mx-auto w-full max-w-2xl px-4 py-6 md:py-10">
        <div className="flex flex-col gap-5 rounded-2xl border border-line bg-ground p-5 shadow-1 md:p-8">
          {step.kind === "code" && (
            <CodeStep
              isUsable={zone === "internet"}
              token={token}
              code={code}
              onCode={setCode}
              onOpened={(opened) => setStep({ kind: "terms", opened })}
            />
          )}
          {step.kind === "terms" && (
            <TermsStep
              opened={step.opened}
              onAgreed={() => setStep({ kind: "credentials", opened: step.opened })}
            />
          )}
          {step.kind === "credentials" && (
            <CredentialsStep
              parts={parts}
              opened={step.opened}
              token={token}
              code={code}
              onAccepted={(accepted) => {
                // A reload or a step back asks nothing of a token that is used up.
                history.replaceState(null, "", "/invitation");
                setStep({ kind: "accepted", accepted });
              }}
            />
          )}
          {step.kind === "accepted" && (
            <AcceptedStep
              parts={parts}
              accepted={step.accepted}
              onDone={() => onSignedIn(step.accepted.me)}
            />
          )}
        </div>
      </main>
    </EntryFrame>
  );
}

function Title({ children }: { children: string }) {
  return (
    <h1
      tabIndex={-1}
      ref={(heading) => heading?.focus({ preventScroll: true })}
      className="text-xl font-bold outline-none! shadow-none!"
    >
      {children}
    </h1>
  );
}

function CodeStep({
  isUsable,
  token,
  code,
  onCode,
  onOpened,
}: {
  isUsable: boolean;
  token: string;
  code: string;
  onCode: (code: string) => void;
  onOpened: (opened: OpenedInvitation) => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const open = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || !code.trim()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      onOpened(
        await request<OpenedInvitation>("POST", "/guest-invitations/opening", { body: { token, code } }),
      );
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  return (
    <form noValidate className="flex flex-col gap-5" onSubmit={(event) => void open(event)}>
      <Title>{text("accept.title")}</Title>
      {!isUsable && <Notice tone="warn">{text("accept.lgwan")}</Notice>}
      {!token && <Notice tone="warn">{text("accept.incomplete")}</Notice>}
      {problem && <Notice tone="danger">{problem}</Notice>}
      <TextField
        label={text("accept.code")}
        hint={text("accept.code.hint")}
        value={code}
        onChange={onCode}
        inputProps={{ autoCapitalize: "characters", spellCheck: false, maxLength: 20 }}
        autoComplete="off"
      />
      <Button kind="primary" type="submit" isPending={isBusy} isDisabled={!token || !isUsable}>
        {text("accept.open")}
      </Button>
    </form>
  );
}

function TermsStep({ opened, onAgreed }: { opened: OpenedInvitation; onAgreed: () => void }) {
  const { municipality, sponsorName, purpose, roomCount, until, terms } = opened;
  return (
    <>
      <div className="flex flex-col gap-1">
        <Title>{text("accept.about", { municipality })}</Title>
        <p>{text("accept.who", { sponsor: sponsorName, purpose })}</p>
        <p className="text-sm text-ink-2">
          {text("accept.until", { when: endWords(until), count: roomCount })}
        </p>
      </div>
      <h2 className="text-lg font-bold">{text("accept.terms")}</h2>
      <ReadToEnd title={terms.title} body={terms.body} headings={3}>
        {(isRead) => (
          <Button kind="primary" isDisabled={!isRead} onPress={onAgreed}>
            {text("accept.agree")}
          </Button>
        )}
      </ReadToEnd>
    </>
  );
}

function CredentialsStep({
  parts: { QrCode },
  opened,
  token,
  code,
  onAccepted,
}: {
  parts: EntryParts;
  opened: OpenedInvitation;
  token: string;
  code: string;
  onAccepted: (accepted: AcceptedInvitation) => void;
}) {
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [totp, setTotp] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: "password" | "repeated" | "totp" }>();
  const errorOf = (field: "password" | "repeated" | "totp") =>
    problem?.field === field ? problem.words : null;

  const accept = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const digits = totp.normalize("NFKC").replace(/\s/g, "");
    if (password !== repeated) return setProblem({ field: "repeated", words: text("accept.differs") });
    if (!/^\d{6}$/.test(digits)) return setProblem({ field: "totp", words: text("accept.totp.missing") });
    setBusy(true);
    setProblem(undefined);
    try {
      onAccepted(
        await request<AcceptedInvitation>("POST", "/guest-invitations/acceptance", {
          body: { token, code, password, totp: digits, agreedTerms: opened.terms.id },
        }),
      );
    } catch (error) {
      setBusy(false);
      const isOf = error instanceof Problem ? error.code : "";
      if (isOf === "password-too-weak") setProblem({ field: "password", words: wordsOf(error) });
      else if (isOf === "totp-failed") setProblem({ field: "totp", words: wordsOf(error) });
      else setProblem({ words: wordsOf(error) });
    }
  };
  return (
    <form noValidate className="flex flex-col gap-5" onSubmit={(event) => void accept(event)}>
      <Title>{text("accept.password")}</Title>
      {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
      <TextField
        type="password"
        label={text("accept.password.label")}
        hint={text("accept.password.hint")}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        error={errorOf("password")}
      />
      <TextField
        type="password"
        label={text("accept.repeated")}
        value={repeated}
        onChange={setRepeated}
        autoComplete="new-password"
        error={errorOf("repeated")}
      />
      <h2 className="text-lg font-bold">{text("accept.app")}</h2>
      <p>{text("accept.app.hint")}</p>
      <QrCode words={opened.totpUrl} label={text("accept.app")} />
      <div>
        <p className="mb-1 text-sm text-ink-2">{text("accept.secret")}</p>
        <code className="block break-all rounded-lg bg-sunken px-4 py-3 font-mono text-base tracking-wide">
          {opened.totpSecret.match(/.{1,4}/g)?.join(" ")}
        </code>
      </div>
      <TextField
        label={text("accept.totp")}
        value={totp}
        onChange={setTotp}
        autoComplete="one-time-code"
        inputProps={{ inputMode: "numeric", maxLength: 8 }}
        error={errorOf("totp")}
      />
      <Button kind="primary" type="submit" isPending={isBusy}>
        {text("accept.do")}
      </Button>
    </form>
  );
}

function AcceptedStep({
  parts: { RecoveryCodesSheet },
  accepted,
  onDone,
}: {
  parts: EntryParts;
  accepted: AcceptedInvitation;
  onDone: () => void;
}) {
  return (
    <>
      <Title>{text("accept.done")}</Title>
      <section className="rounded-xl border border-line bg-sunken p-4">
        <h2 className="text-sm text-ink-3">{text("accept.loginId")}</h2>
        <p className="font-mono text-xl font-bold">{accepted.loginId}</p>
      </section>
      <p className="text-sm">{text("accept.loginId.keep")}</p>
      <RecoveryCodesSheet
        codes={accepted.recoveryCodes}
        municipality={accepted.me.tenant.name}
        loginId={accepted.loginId}
        done={text("accept.enter")}
        onDone={onDone}
      />
    </>
  );
}
