import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { nameZones } from "#shared/zone-words.ts";
import { request } from "#web/kit/api/client.ts";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { forgetEverything } from "#web/kit/device/forget-everything.ts";
import type { Me, SignInPage as PageFacts } from "../../contract.ts";
import { SignInPage } from "./sign-in-page.tsx";

const SetUpPage = lazy(() => import("./set-up-page.tsx"));

/** What somebody sees who has not signed in: the sign-in page, or the set-up page of a new installation. */
export default function EntryPage({
  known,
  notice,
  onSignedIn,
}: {
  /** The page's facts, when they came with the start. */
  known: PageFacts | undefined;
  notice: "ended" | "signed-out" | undefined;
  onSignedIn: (me: Me, back?: string) => void;
}) {
  const [page, setPage] = useState(known?.mustForget ? undefined : known);
  const [problem, setProblem] = useState<unknown>();
  const [isForgotten, setForgotten] = useState(false);
  const load = useCallback(() => {
    setProblem(undefined);
    request<PageFacts>("GET", "/sign-in-page").then(async (facts) => {
      nameZones(facts.furtherZones);
      if (facts.mustForget) {
        await forgetEverything();
        setForgotten(true);
        // Told when it is done; whether the telling arrives changes nothing about that.
        request("POST", "/forgotten-device").catch(() => {});
      }
      setPage(facts);
    }, setProblem);
  }, []);
  const isKnown = page !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, unless the facts came with the start
  useEffect(() => {
    if (!isKnown) load();
  }, [load]);

  // The codes of a demo's people change every half minute.
  const isCoded = page?.demoPeople.some((person) => person.totp !== null);
  useEffect(() => {
    if (!isCoded) return;
    const timer = setInterval(
      () => request<PageFacts>("GET", "/sign-in-page").then(setPage, () => {}),
      15_000,
    );
    return () => clearInterval(timer);
  }, [isCoded]);

  if (problem !== undefined)
    return (
      <main className="flex h-full items-center justify-center">
        <Failure error={problem} onRetry={load} />
      </main>
    );
  if (!page)
    return (
      <Loading className="flex h-full items-center justify-center bg-sunken">
        <Skeleton className="h-96 w-[26rem] max-w-full rounded-2xl" />
      </Loading>
    );
  if (!page.isSetUp)
    return (
      <Suspense>
        <SetUpPage zone={page.zone} onDone={load} />
      </Suspense>
    );
  return <SignInPage page={page} notice={isForgotten ? "forgotten" : notice} onSignedIn={onSignedIn} />;
}
