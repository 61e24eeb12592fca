import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import type {
  Me,
  SignInPage as PageFacts,
  PasskeyRequest,
  PasskeySignInRequest,
  ProposedAuthenticator,
  ProviderProof,
  ProviderSignInRequest,
  SignInRequest,
  SignInResponse,
} from "../../contract.ts";
import { RecoveryCodesSheet } from "../account/recovery-codes-sheet.tsx";
import { text } from "../text/index.ts";
import { DemoPicker } from "./demo-picker.tsx";
import { deviceName } from "./device-name.ts";
import { EntryFrame, Mark } from "./entry-frame.tsx";
import { type Operator, OperatorChoice, operatorsOf } from "./operator-choice.tsx";
import { goToProvider, redeemProviderAnswer, takeProviderAnswer } from "./provider-journey.ts";
import { type RulesToAgree, rulesToAgree } from "./rules-to-agree.ts";

const RegisterNotice = lazy(() => import("./register-notice.tsx"));
const RulesSheet = lazy(() => import("./rules-sheet.tsx"));

const DeviceRequest = lazy(() => import("../devices/device-request.tsx"));

const noticeWords = {
  ended: "signIn.ended",
  "signed-out": "signIn.signedOut",
  forgotten: "signIn.forgotten",
} as const;

type SignInInput = SignInRequest | PasskeySignInRequest | ProviderSignInRequest;
type FieldName = "loginId" | "password" | "newPassword" | "repeated" | "totp" | "recoveryCode" | "operator";

/** Signing in. A refusal keeps everything that was typed and puts the focus where something is to be changed. */
export function SignInPage({
  page,
  notice,
  onSignedIn,
}: {
  page: PageFacts;
  notice: "ended" | "signed-out" | "forgotten" | undefined;
  /** `back`: where one was before one went to an identity provider. */
  onSignedIn: (me: Me, back?: string) => void;
}) {
  const [tenant, setTenant] = useState(page.tenants[0]?.slug ?? "");
  const [loginId, setLoginId] = useState("");
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  const [needsTotp, setNeedsTotp] = useState(page.needsTotp);
  const [isRecovery, setRecovery] = useState(false);
  const [recoveryCode, setRecoveryCode] = useState("");
  const [proposed, setProposed] = useState<ProposedAuthenticator>();
  const [registered, setRegistered] = useState<SignInResponse>();
  const [rules, setRules] = useState<{ text: RulesToAgree; input: SignInInput }>();
  /** An identity provider's word for who this is. */
  const [proof, setProof] = useState<ProviderProof>();
  const [mustChange, setMustChange] = useState(false);
  const [newPassword, setNewPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [operators, setOperators] = useState<readonly Operator[]>([]);
  const [operatorId, setOperatorId] = useState("");
  const [isShown, setShown] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: FieldName }>();
  const [refusedDevice, setRefusedDevice] = useState<Readonly<Record<string, unknown>>>();
  /** With which passkeys the second factor can be shown, as soon as the password was right. */
  const [passkey, setPasskey] = useState<PasskeyRequest>();
  const form = useRef<HTMLFormElement>(null);
  const hasLooked = useRef(false);
  /** Where one was before one went to a provider. */
  const back = useRef<string>(undefined);

  const focus = (name: string) =>
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>(`[name="${name}"], #${name}`)?.focus(),
    );
  const complain = (field: FieldName, words: string) => {
    setProblem({ field, words });
    focus(field);
  };

  const signIn = async (input: SignInInput) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const path =
        "proof" in input ? "/provider-sessions" : "loginId" in input ? "/sessions" : "/passkey-sessions";
      const answer = await request<SignInResponse>("POST", path, { body: input });
      // They are shown only now: in before they are kept is out without them.
      if (answer.recoveryCodes) setRegistered(answer);
      else onSignedIn(answer, back.current);
    } catch (error) {
      setBusy(false);
      setRules(undefined);
      if (!(error instanceof Problem)) return setProblem({ words: wordsOf(error) });
      switch (error.code) {
        case "totp-required":
          setNeedsTotp(true);
          setPasskey(passkeyOf(error.details.facts));
          return complain("totp", error.words);
        case "totp-failed":
          setTotp("");
          return complain("recoveryCode" in input ? "recoveryCode" : "totp", error.words);
        case "totp-registration-required":
          setProposed(authenticatorOf(error.details.facts));
          setNeedsTotp(true);
          setRecovery(false);
          return complain("totp", "");
        case "password-change-required":
          setMustChange(true);
          return complain("newPassword", "");
        case "password-too-weak":
          return complain("newPassword", error.words);
        case "rules-not-agreed":
          return setRules({ text: rulesToAgree(error.details.facts), input });
        case "device-not-approved":
          return setRefusedDevice(error.details.facts);
        case "operator-required":
          setOperators(operatorsOf(error.details.facts));
          return complain("operator", error.words);
        default:
          // A provider's word that is over, or not for this account, is no way in any more.
          if (error.code.startsWith("provider-")) setProof(undefined);
          setProblem({ words: error.words });
          if (error.code === "sign-in-failed") focus("password");
      }
    }
  };

  // Once, also where effects run twice: the provider's answer is worth nothing the second time.
  useEffect(() => {
    if (hasLooked.current) return;
    hasLooked.current = true;
    const returned = takeProviderAnswer();
    if (!returned) return;
    back.current = returned.back;
    setBusy(true);
    redeemProviderAnswer(returned).then(
      (redeemed) => {
        setProof(redeemed);
        // Whether a code is asked for depends on the provider.
        setNeedsTotp(false);
        return signIn({ proof: redeemed.proof, deviceName: deviceName() });
      },
      (error: unknown) => {
        setBusy(false);
        setProblem({ words: wordsOf(error) });
      },
    );
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!proof && !loginId.trim()) return complain("loginId", text("signIn.missing.loginId"));
    if (!proof && !password) return complain("password", text("signIn.missing.password"));
    if (mustChange && !newPassword) return complain("newPassword", text("signIn.missing.newPassword"));
    if (mustChange && newPassword !== repeated) return complain("repeated", text("signIn.differs"));
    const code = totp.normalize("NFKC").replace(/\s/g, "");
    if (isRecovery && !recoveryCode.trim())
      return complain("recoveryCode", text("signIn.missing.recoveryCode"));
    if (!isRecovery && code && !/^\d{6}$/.test(code)) return complain("totp", text("signIn.missing.totp"));
    if (operators.length > 0 && !operatorId) return complain("operator", text("signIn.missing.operator"));
    void signIn({
      ...who(),
      ...(isRecovery ? { recoveryCode: recoveryCode.trim() } : code && { totp: code }),
      ...(operatorId && { operatorId }),
      deviceName: deviceName(),
    });
  };

  /** The first factor: what was typed, or the provider's word. */
  const who = () =>
    proof
      ? { proof: proof.proof }
      : { loginId: loginId.trim(), password, ...(mustChange && { newPassword }), ...(tenant && { tenant }) };

  /** By a passkey alone, or after the password in the place of the code. */
  const signInWithPasskey = async (asked: PasskeyRequest | undefined) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const challenge =
        asked ??
        (await request<PasskeyRequest>("POST", "/passkey-challenges", {
          body: { ...(tenant && { tenant }) },
        }));
      const { showPasskey } = await import("../passkeys/passkey-device.ts");
      const shown = await showPasskey(challenge);
      if (shown === "cancelled") {
        setBusy(false);
        return setProblem({ words: text("signIn.passkey.cancelled") });
      }
      const common = {
        passkey: shown,
        ...(operatorId && { operatorId }),
        deviceName: deviceName(),
      };
      await signIn(asked ? { ...common, ...who() } : { ...common, ...(tenant && { tenant }) });
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error) });
    }
  };

  const errorOf = (field: FieldName) => (problem?.field === field ? problem.words : null);
  const name = page.tenants.find((each) => each.slug === tenant)?.name ?? "Chonai";

  if (rules)
    return (
      <EntryFrame zone={page.zone} name={name}>
        <Suspense>
          <RulesSheet
            rules={rules.text}
            onAgreed={() => signIn(rules.input)}
            onCancel={() => setRules(undefined)}
          />
        </Suspense>
      </EntryFrame>
    );
  if (registered?.recoveryCodes)
    return (
      <EntryFrame zone={page.zone} name={name}>
        <main className="mx-auto w-full max-w-xl px-4 py-6 md:py-12">
          <h1 className="sr-only">{text("signIn.registered")}</h1>
          <div className="rounded-2xl border border-line bg-ground p-6 shadow-1 md:p-8">
            <RecoveryCodesSheet
              codes={registered.recoveryCodes}
              municipality={name}
              loginId={registered.account.loginId}
              done={text("signIn.registered")}
              onDone={() => onSignedIn(registered, back.current)}
            />
          </div>
        </main>
      </EntryFrame>
    );
  if (refusedDevice)
    return (
      <EntryFrame zone={page.zone} name={name}>
        <Suspense>
          <DeviceRequest
            facts={refusedDevice}
            deviceName={deviceName()}
            onBack={() => {
              setRefusedDevice(undefined);
              // The code that was shown has been used up, and so has a provider's word.
              setTotp("");
              setProof(undefined);
            }}
          />
        </Suspense>
      </EntryFrame>
    );
  return (
    <EntryFrame zone={page.zone} name={name}>
      <main className="mx-auto flex w-full max-w-5xl flex-col items-start gap-6 px-4 py-6 md:flex-row md:justify-center md:gap-8 md:py-12">
        <section className="w-full max-w-md rounded-2xl border border-line bg-ground p-6 shadow-1 max-md:mx-auto md:p-8">
          <div className="mb-6 flex items-center gap-3">
            <Mark size={44} />
            <div className="min-w-0">
              <h1 className="text-xl font-bold leading-snug">
                <bdi>{name}</bdi> <span className="whitespace-nowrap">{text("signIn.title")}</span>
              </h1>
              <p className="text-xs leading-5 text-ink-3">{text("signIn.about")}</p>
            </div>
          </div>
          <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
            {notice && !problem && (
              <Notice tone={notice === "signed-out" ? "ok" : "warn"}>{text(noticeWords[notice])}</Notice>
            )}
            {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
            {page.tenants.length > 1 && !proof && (
              <SelectField
                id="tenant"
                label={text("signIn.municipality")}
                value={tenant}
                onChange={setTenant}
              >
                {page.tenants.map((each) => (
                  <option key={each.slug} value={each.slug}>
                    {each.name}
                  </option>
                ))}
              </SelectField>
            )}
            {proof && <Notice tone="ok">{text("signIn.vouched", { provider: proof.provider })}</Notice>}
            {!proof && (
              <>
                <TextField
                  name="loginId"
                  label={text("signIn.loginId")}
                  value={loginId}
                  onChange={setLoginId}
                  autoComplete="username"
                  inputProps={{ autoCapitalize: "none", spellCheck: false }}
                  error={errorOf("loginId")}
                />
                <div className="relative">
                  <TextField
                    name="password"
                    type={isShown ? "text" : "password"}
                    label={text("signIn.password")}
                    value={password}
                    onChange={setPassword}
                    autoComplete="current-password"
                    error={errorOf("password")}
                  />
                  <button
                    type="button"
                    onClick={() => setShown(!isShown)}
                    className="absolute right-0 top-0 rounded-sm text-sm text-link underline underline-offset-4"
                  >
                    {text(isShown ? "signIn.password.hide" : "signIn.password.show")}
                  </button>
                </div>
              </>
            )}
            {mustChange && (
              <>
                <Notice tone="warn">{text("signIn.mustChange")}</Notice>
                <TextField
                  name="newPassword"
                  type={isShown ? "text" : "password"}
                  label={text("signIn.newPassword")}
                  hint={text("signIn.newPassword.hint")}
                  value={newPassword}
                  onChange={setNewPassword}
                  autoComplete="new-password"
                  error={errorOf("newPassword") || null}
                />
                <TextField
                  name="repeated"
                  type={isShown ? "text" : "password"}
                  label={text("signIn.repeated")}
                  value={repeated}
                  onChange={setRepeated}
                  autoComplete="new-password"
                  error={errorOf("repeated")}
                />
              </>
            )}
            {proposed && (
              <Suspense>
                <RegisterNotice proposed={proposed} />
              </Suspense>
            )}
            {needsTotp && isRecovery && (
              <TextField
                name="recoveryCode"
                label={text("signIn.recoveryCode")}
                hint={text("signIn.recoveryCode.hint")}
                value={recoveryCode}
                onChange={setRecoveryCode}
                autoComplete="off"
                inputProps={{ autoCapitalize: "none", spellCheck: false }}
                error={errorOf("recoveryCode")}
              />
            )}
            {needsTotp && !isRecovery && (
              <TextField
                name="totp"
                label={text("signIn.totp")}
                hint={text("signIn.totp.hint")}
                value={totp}
                onChange={setTotp}
                autoComplete="one-time-code"
                inputProps={{ inputMode: "numeric", maxLength: 8 }}
                error={errorOf("totp") || null}
              />
            )}
            {needsTotp && !proposed && (
              <button
                type="button"
                onClick={() => setRecovery(!isRecovery)}
                className="-mt-3 min-h-11 self-start rounded-sm text-left text-sm text-link underline underline-offset-4"
              >
                {text(isRecovery ? "signIn.useApp" : "signIn.useRecoveryCode")}
              </button>
            )}
            {operators.length > 0 && (
              <OperatorChoice
                operators={operators}
                value={operatorId}
                onChange={setOperatorId}
                error={errorOf("operator")}
              />
            )}
            {operators.length === 0 && errorOf("operator") && (
              <Notice tone="danger">{errorOf("operator")}</Notice>
            )}
            {passkey && (
              <Button isPending={isBusy} className="w-full" onPress={() => void signInWithPasskey(passkey)}>
                {text("signIn.passkey.factor")}
              </Button>
            )}
            <Button kind="primary" type="submit" isPending={isBusy} className="w-full">
              {text("signIn.do")}
            </Button>
            {!passkey && !proof && hasPasskeys() && (
              <Button
                kind="quiet"
                isPending={isBusy}
                className="w-full"
                onPress={() => void signInWithPasskey(undefined)}
              >
                {text("signIn.passkey")}
              </Button>
            )}
            {!proof &&
              page.providers
                .filter((provider) => provider.tenant === tenant)
                .map((provider) => (
                  <Button
                    key={provider.id}
                    isPending={isBusy}
                    className="w-full"
                    onPress={() => {
                      setBusy(true);
                      setProblem(undefined);
                      goToProvider(provider).catch((error: unknown) => {
                        setBusy(false);
                        setProblem({ words: wordsOf(error) });
                      });
                    }}
                  >
                    {text("signIn.provider", { provider: provider.name })}
                  </Button>
                ))}
          </form>
          <p className="mt-5 text-sm text-ink-3">{text("signIn.help")}</p>
        </section>
        {page.isDemo && page.demoPeople.length > 0 && (
          <DemoPicker
            people={page.demoPeople}
            zone={page.zone}
            isBusy={isBusy}
            onPick={(input) => void signIn(input)}
          />
        )}
      </main>
    </EntryFrame>
  );
}

/** Browsers know no passkeys at bare addresses, nor without https. */
function hasPasskeys(): boolean {
  return isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(location.hostname);
}

function passkeyOf(facts: Readonly<Record<string, unknown>>): PasskeyRequest | undefined {
  return "PublicKeyCredential" in window
    ? ((facts.passkey as PasskeyRequest | null) ?? undefined)
    : undefined;
}

function authenticatorOf(facts: Readonly<Record<string, unknown>>): ProposedAuthenticator {
  return { totpSecret: String(facts.totpSecret ?? ""), totpUrl: String(facts.totpUrl ?? "") };
}
