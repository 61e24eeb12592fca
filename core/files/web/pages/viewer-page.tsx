import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { BackIcon, ChevronIcon, LockIcon, PlusIcon } from "#web/kit/components/icons.tsx";
import { Empty, Loading, Skeleton } from "#web/kit/components/states.tsx";
import type { FilePlaces, FileSummary, FileVersions } from "../../contract.ts";
import { CarryOutButton } from "../components/carry-out-button.tsx";
import { PageText } from "../components/page-text.tsx";
import { useFile } from "../context.ts";
import { text } from "../text/index.ts";
import { classWords, whyNot } from "../words.ts";

const zooms = [50, 75, 100, 125, 150, 200, 300];

/**
 * The pages of a file as pictures: nothing of the file itself comes to the device. Arrow keys and Page Up/Down leaf, + and - change the
 * size, two fingers on a phone.
 */
export default function ViewerPage({ fileId, version }: { fileId: string; version?: number | undefined }) {
  const file = useFile(fileId);
  const isEarlier = version !== undefined && file?.kind === "file" && version !== file.version;
  const { value: versions } = useAnswer<FileVersions>(isEarlier ? `/files/${fileId}/versions` : undefined);
  const earlier = isEarlier ? versions?.items.find(({ number }) => number === version) : undefined;
  const router = useRouter();
  const back = (
    <IconButton label={text("panel.back")} icon={<BackIcon />} onPress={() => router.history.back()} />
  );
  if (!file || (isEarlier && !versions))
    return (
      <main className="flex-1 p-5">
        <Loading>
          <Skeleton className="h-96 w-full" />
        </Loading>
      </main>
    );
  const isGone = file.kind === "gone" || (isEarlier && !earlier);
  if (isGone || file.kind !== "file" || !file.may.open.isAllowed)
    return (
      <main className="flex flex-1 flex-col p-3">
        <div>{back}</div>
        <Empty icon={<LockIcon size={28} />} title={text(isGone ? "card.gone" : "card.withheld")}>
          {file.kind === "withheld" && whyNot(file.because)}
          {file.kind === "file" && !isGone && whyNot(file.may.open)}
        </Empty>
      </main>
    );
  const shown = earlier
    ? { ...file, version: earlier.number, pageCount: earlier.pageCount, pages: earlier.pages }
    : file;
  return <Viewer file={shown} isEarlier={isEarlier} back={back} />;
}

/** @param isEarlier not the newest version: what may be asked for is asked for that one */
function Viewer({ file, isEarlier, back }: { file: FileSummary; isEarlier: boolean; back: React.ReactNode }) {
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(100);
  const count = file.pageCount ?? 1;
  const [places, setPlaces] = useState<FilePlaces["items"]>();
  const [place, setPlace] = useState(0);
  const [failed, setFailed] = useState<string>();
  const [attempt, setAttempt] = useState(0);
  const [isText, setText] = useState(false);
  const frame = useRef<HTMLElement>(null);
  const searchId = useId();
  const go = (to: number) => {
    setPage(Math.max(1, Math.min(count, to)));
    frame.current?.scrollTo({ top: 0 });
  };
  const resize = (step: number) => {
    const at = zooms.indexOf(zoom) + step;
    setZoom(zooms[Math.max(0, Math.min(zooms.length - 1, at))]!);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the handlers are those of the page that is shown
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      // Keys in a field or a dialog are theirs.
      if (event.target instanceof Element && event.target.closest("input, select, [role=dialog]")) return;
      if (event.key === "ArrowRight" || event.key === "PageDown") go(page + 1);
      else if (event.key === "ArrowLeft" || event.key === "PageUp") go(page - 1);
      else if (event.key === "+" || event.key === ";") resize(1);
      else if (event.key === "-") resize(-1);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [page, count, zoom]);

  const search = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget).get("q") ?? "").trim();
    if (!q) return setPlaces(undefined);
    const found = await request<FilePlaces>(
      "GET",
      `/files/${file.id}/places${query({ q, version: file.version })}`,
    ).catch(() => ({ items: [] }));
    setPlaces(found.items);
    setPlace(0);
    if (found.items[0]) go(found.items[0].page);
  };
  const showNext = () => {
    if (!places?.length) return;
    const next = (place + 1) % places.length;
    setPlace(next);
    go(places[next]!.page);
  };

  // As many points as the screen has, so that small letters are sharp; in steps, so that pictures are drawn once.
  const width = Math.min(3000, Math.ceil((900 * devicePixelRatio * zoom) / 100 / 300) * 300);
  const source = `/api/v1/files/${file.id}/pages/${page}${query({ width, version: file.version, again: attempt || undefined })}`;
  return (
    <main className="flex min-h-0 min-w-0 flex-1 flex-col" data-print="hide">
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-2 py-1.5">
        {back}
        <h1 className="min-w-0 flex-1 basis-40 truncate text-base font-bold">
          <bdi>{file.name}</bdi>
          <span className="ml-2 text-xs font-normal text-ink-2">{classWords(file.classification)}</span>
          {isEarlier && <Tag tone="warn">{text("card.version", { number: file.version })}</Tag>}
        </h1>
        {file.may.readText.isAllowed && (
          <button
            type="button"
            aria-pressed={isText}
            onClick={() => setText(!isText)}
            className="inline-flex min-h-9 items-center rounded-md px-2 text-sm font-bold text-accent hover:bg-hover aria-pressed:bg-accent-soft max-md:min-h-11"
          >
            {text("viewer.text")}
          </button>
        )}
        <CarryOutButton
          file={file}
          className="inline-flex min-h-9 items-center rounded-md px-2 text-sm font-bold text-accent hover:bg-hover max-md:min-h-11"
        />
        <form onSubmit={(event) => void search(event)} className="flex items-center gap-1.5">
          <label className="sr-only" htmlFor={searchId}>
            {text("viewer.search")}
          </label>
          <input
            id={searchId}
            name="q"
            type="search"
            autoComplete="off"
            placeholder={text("viewer.search")}
            className="min-h-9 w-40 rounded-lg border border-line-strong bg-ground px-3 text-sm max-md:min-h-11"
          />
          {places && (
            <span role="status" className="text-xs text-ink-2">
              {places.length === 0
                ? text("viewer.search.none")
                : text("viewer.search.count", { count: places.length })}
            </span>
          )}
          {places && places.length > 1 && (
            <Button size="small" kind="quiet" onPress={showNext}>
              {text("viewer.search.next")}
            </Button>
          )}
        </form>
        <div className="flex items-center gap-1">
          <IconButton
            label={text("viewer.smaller")}
            icon={<span className="text-xl leading-none">−</span>}
            isDisabled={zoom === zooms[0]}
            onPress={() => resize(-1)}
          />
          <span className="w-12 text-center text-sm tabular-nums">{zoom}%</span>
          <IconButton
            label={text("viewer.larger")}
            icon={<PlusIcon />}
            isDisabled={zoom === zooms.at(-1)}
            onPress={() => resize(1)}
          />
        </div>
        <div className="flex items-center gap-1">
          <IconButton
            label={text("viewer.previous")}
            icon={
              <span className="rotate-90">
                <ChevronIcon />
              </span>
            }
            isDisabled={page === 1}
            onPress={() => go(page - 1)}
          />
          <span role="status" className="text-sm tabular-nums">
            {text("viewer.page", { page, count })}
          </span>
          <IconButton
            label={text("viewer.next")}
            icon={
              <span className="-rotate-90">
                <ChevronIcon />
              </span>
            }
            isDisabled={page === count}
            onPress={() => go(page + 1)}
          />
        </div>
      </header>
      <section
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={text("viewer.page", { page, count })}
        className="focus-inside min-h-0 flex-1 touch-pan-x touch-pan-y touch-pinch-zoom overflow-auto bg-sunken p-3"
      >
        {isText && file.may.readText.isAllowed ? (
          <PageText file={file} page={page} />
        ) : failed === source ? (
          <Empty title={text("viewer.failed")}>
            <Button onPress={() => setAttempt(attempt + 1)}>{text("viewer.again")}</Button>
          </Empty>
        ) : (
          <div className="relative mx-auto" style={{ width: `min(${9 * zoom}px, ${zoom}%)` }}>
            <img
              key={source}
              src={source}
              alt={text("viewer.image", { name: file.name, page })}
              draggable={false}
              onContextMenu={(event) => event.preventDefault()}
              onError={() => setFailed(source)}
              className="block min-h-40 w-full select-none bg-white shadow-2"
            />
            {places?.map(
              (each, i) =>
                each.page === page &&
                each.rectangles.map(({ left, top, width: wide, height }) => (
                  <span
                    key={`${left} ${top}`}
                    aria-hidden="true"
                    className="pointer-events-none absolute rounded-xs border-2 border-accent"
                    style={{
                      left: `${left * 100}%`,
                      top: `${top * 100}%`,
                      width: `${wide * 100}%`,
                      height: `${height * 100}%`,
                      borderStyle: i === place ? "solid" : "dotted",
                    }}
                  />
                )),
            )}
          </div>
        )}
      </section>
    </main>
  );
}
