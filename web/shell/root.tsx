import { useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, startTransition, useEffect, useRef, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { loadInvitationPage } from "#capabilities/guests/web/index.ts";
import type { Me } from "#core/identity/contract.ts";
import { loadEntryPage, loadEntryParts } from "#core/identity/web/index.ts";
import { Failure } from "#web/kit/components/states.tsx";
import { Toasts } from "#web/kit/components/toasts.tsx";
import { settings } from "#web/kit/state/settings.ts";
import { useStore } from "#web/kit/state/store.ts";
import { AppShell } from "./app-shell.tsx";
import { enter, type SessionState, session, startSession } from "./session.ts";
import { text } from "./text/index.ts";

const EntryPage = lazy(loadEntryPage);
const InvitationPage = lazy(async () => {
  const [{ InvitationPage: Page }, parts] = await Promise.all([loadInvitationPage(), loadEntryParts()]);
  return {
    default: ({ onSignedIn }: { onSignedIn: (me: Me) => void }) => (
      <Page parts={parts} onSignedIn={onSignedIn} />
    ),
  };
});

/** Whoever is not signed in sees the sign-in page at any address, and is where they wanted to be afterwards. */
export function Root() {
  const state = useSessionState();
  const language = useStore(settings, (all) => all.language);
  const navigate = useNavigate();
  const router = useRouter();
  const enterBack = (me: Me, back?: string) => {
    if (back) router.history.replace(back);
    enter(me);
  };
  const enterRooms = (me: Me) => {
    enter(me);
    void navigate({ to: "/rooms", replace: true });
  };
  useEffect(() => {
    if (state.kind !== "signed-in") document.title = "Chonai";
  }, [state]);
  return (
    // A change of language draws everything anew.
    <I18nProvider key={language} locale={language === "ja" ? "ja-JP" : "en-GB"}>
      <Suspense fallback={<Splash />}>
        {state.kind === "starting" && <Splash />}
        {state.kind === "failed" && (
          <main className="flex h-full items-center justify-center">
            <Failure error={state.error} onRetry={() => void startSession()} />
          </main>
        )}
        {state.kind === "signed-out" &&
          (location.pathname === "/invitation" ? (
            <InvitationPage onSignedIn={enterRooms} />
          ) : (
            <EntryPage known={state.page} notice={state.notice} onSignedIn={enterBack} />
          ))}
        {state.kind === "signed-in" && <AppShell signedIn={state.signedIn} />}
      </Suspense>
      <Toasts />
    </I18nProvider>
  );
}

/**
 * The session's state. What follows the start is drawn in slices, so that a slow device still answers meanwhile; whatever ends a
 * session is seen at once.
 */
function useSessionState(): SessionState {
  const [state, setState] = useState<SessionState>({ kind: "starting" });
  const followed = useRef(state);
  useEffect(() => {
    const follow = () => {
      const before = followed.current;
      const now = session.get();
      followed.current = now;
      if (before.kind === "starting") startTransition(() => setState(now));
      else setState(now);
    };
    // It may have gone on before this was drawn.
    if (session.get() !== followed.current) follow();
    return session.subscribe(follow);
  }, []);
  return state;
}

/** The same as in web/index.html, so that nothing changes when the scripts have come. */
function Splash() {
  return (
    <p className="splash" role="status">
      {text("splash")}
    </p>
  );
}
