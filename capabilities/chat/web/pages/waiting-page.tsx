import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { classes } from "#web/kit/components/classes.ts";
import { CheckIcon } from "#web/kit/components/icons.tsx";
import { Empty, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { serverNow } from "#web/kit/state/clock.ts";
import { useStore } from "#web/kit/state/store.ts";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import type { ConfirmationItem } from "../../contract.ts";
import { sameElements, useChat, useChatState, usePerson, useRoom } from "../client/context.ts";
import { ConfirmButton } from "../components/confirmation-box.tsx";
import { openQuestions } from "../state.ts";
import { text } from "../text/index.ts";

const ConfirmationsDialog = lazy(() => import("../components/confirmations-dialog.tsx"));

/** 自分への対応待ち: what I have to confirm, the nearest deadline first, and how what I asked for stands. */
export default function WaitingPage() {
  const chat = useChat();
  const isReady = useStore(chat.isReady, (ready) => ready);
  const waiting = useChatState((state) => openQuestions(state, "waiting"), sameElements);
  const asked = useChatState((state) => openQuestions(state, "asked"), sameElements);
  const [open, setOpen] = useState<string>();
  const opened = asked.find((item) => item.messageId === open);
  return (
    <main className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-sunken" data-print="grow">
      <div className="mx-auto flex max-w-3xl flex-col gap-8 px-4 py-6 md:px-8">
        <h1 className="text-xl font-bold">{text("waiting.title")}</h1>
        {isReady ? (
          <>
            <Part title={text("waiting.mine")} count={waiting.length} empty={text("waiting.mine.none")}>
              {byDeadline(waiting).map((item) => (
                <Item key={item.messageId} item={item}>
                  <ConfirmButton roomId={item.roomId} messageId={item.messageId} />
                </Item>
              ))}
            </Part>
            <Part title={text("waiting.asked")} count={asked.length} empty={text("waiting.asked.none")}>
              {asked.toReversed().map((item) => (
                <Item key={item.messageId} item={item}>
                  <Progress item={item} onShow={() => setOpen(item.messageId)} />
                </Item>
              ))}
            </Part>
          </>
        ) : (
          <Loading className="flex flex-col gap-4">
            <Skeleton className="h-6 w-40" />
            <Skeleton className="h-24 w-full" />
            <Skeleton className="h-24 w-full" />
          </Loading>
        )}
      </div>
      <Suspense>
        {opened && (
          <ConfirmationsDialog
            roomId={opened.roomId}
            message={{ ...opened, id: opened.messageId, body: opened.excerpt }}
            onClose={() => setOpen(undefined)}
          />
        )}
      </Suspense>
    </main>
  );
}

function Part({
  title,
  count,
  empty,
  children,
}: {
  title: string;
  count: number;
  empty: string;
  children: ReactNode;
}) {
  return (
    <section>
      <h2 className="mb-3 flex items-baseline gap-2 font-bold">
        {title}
        <span className="text-sm font-normal tabular-nums text-ink-3">
          {text("waiting.count", { count })}
        </span>
      </h2>
      {count === 0 ? (
        <div className="rounded-xl border border-line bg-ground">
          <Empty title={empty} icon={<CheckIcon size={28} />} />
        </div>
      ) : (
        <ul className="flex flex-col gap-3">{children}</ul>
      )}
    </section>
  );
}

function Item({ item, children }: { item: ConfirmationItem; children: ReactNode }) {
  const room = useRoom(item.roomId);
  const sender = usePerson(item.senderId);
  const { deadline, askedCount, confirmedCount, remindedAt } = item.confirmation;
  const isLate = deadline !== null && Date.parse(deadline) < serverNow() && confirmedCount < askedCount;
  return (
    <li data-print="keep" className="rounded-xl border border-line bg-ground px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 text-sm text-ink-3">
        <span className="font-bold text-ink-2">
          <bdi>{room?.name}</bdi>
        </span>
        <bdi>{sender?.name}</bdi>
        <time dateTime={item.sentAt} title={longMoment(item.sentAt)}>
          {shortMoment(item.sentAt)}
        </time>
        {deadline && (
          <time dateTime={deadline} className={classes("font-bold", isLate ? "text-danger" : "text-warn")}>
            {text(isLate ? "confirmation.late" : "confirmation.until", { moment: shortMoment(deadline) })}
          </time>
        )}
        {remindedAt && <span className="font-bold text-warn">{text("waiting.reminded")}</span>}
      </div>
      <p className="people-text mt-1 line-clamp-3 text-base">{item.excerpt}</p>
      <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-2">
        {children}
        <Link
          to="/rooms/$roomId"
          params={{ roomId: item.roomId }}
          search={{ at: item.seq }}
          className="inline-flex min-h-9 items-center text-sm text-link underline underline-offset-4 max-md:min-h-11"
        >
          {text("waiting.open")}
        </Link>
      </div>
    </li>
  );
}

function Progress({ item, onShow }: { item: ConfirmationItem; onShow: () => void }) {
  const { askedCount: all, confirmedCount: done } = item.confirmation;
  return (
    <span className="flex items-center gap-3">
      <span aria-hidden="true" className="h-2 w-32 overflow-hidden rounded-full bg-line">
        <span className="block h-full bg-ok" style={{ width: `${all > 0 ? (done / all) * 100 : 100}%` }} />
      </span>
      <button
        type="button"
        onClick={onShow}
        className="min-h-9 rounded-sm text-sm font-bold text-link tabular-nums underline underline-offset-4 max-md:min-h-11"
      >
        {text("confirmation.count", { done, all })}
      </button>
    </span>
  );
}

function byDeadline(items: readonly ConfirmationItem[]): ConfirmationItem[] {
  const key = (item: ConfirmationItem) => item.confirmation.deadline ?? "9999";
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
