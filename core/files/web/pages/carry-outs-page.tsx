import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { placeOf } from "#web/kit/components/person-name.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import type { CarryOut, CarryOutList, CarryOutState } from "../../contract.ts";
import { useFiles } from "../context.ts";
import { text } from "../text/index.ts";
import { classWords, hoursWords } from "../words.ts";

type Deed = "approve" | "refuse" | "revoke";
type Open = { deed: Deed; item: CarryOut };

/** 「持ち出し」: what one has asked for, and what waits for one's decision. */
export default function CarryOutsPage() {
  const files = useFiles();
  const isStaff = files.session.me.person.kind === "staff";
  const isInside = files.session.me.zone === "lgwan";
  const mine = useRequests("mine");
  const deciding = useRequests(isStaff && isInside ? "deciding" : undefined);
  const [open, setOpen] = useState<Open>();
  useSeen(mine.value, (item) => item.isNews);
  useSeen(deciding.value, (item) => item.may.decide && item.seenAt === null);
  const toDecide = deciding.value?.items.filter((item) => item.may.decide) ?? [];
  const decided = deciding.value?.items.filter((item) => !item.may.decide) ?? [];
  const reload = () => {
    mine.reload();
    deciding.reload();
    void files.countCarryOuts().catch(() => {});
  };
  const withdraw = async (item: CarryOut) => {
    try {
      await request("POST", `/carry-outs/${item.id}/withdrawal`, { body: { reason: null } });
      tell(text("carryOut.withdrawn"));
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
    reload();
  };
  return (
    <main className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-sunken" data-print="grow">
      <div className="mx-auto flex max-w-3xl flex-col gap-8 px-4 py-6 md:px-8">
        <h1 className="text-xl font-bold">{text("carryOut.title")}</h1>
        {isStaff && (
          <Part title={text("carryOut.deciding")}>
            {isInside ? (
              <List
                answer={deciding}
                items={toDecide}
                empty={<Empty title={text("carryOut.deciding.none")} />}
                draw={(item) => (
                  <Item item={item} isOwn={false}>
                    {(["approve", "refuse"] as const).map((deed) => (
                      <Button
                        key={deed}
                        kind={deed === "approve" ? "primary" : "secondary"}
                        onPress={() => setOpen({ deed, item })}
                      >
                        {text(`carryOut.${deed}`)}
                      </Button>
                    ))}
                  </Item>
                )}
              />
            ) : (
              <Notice tone="warn">{text("carryOut.deciding.outside")}</Notice>
            )}
          </Part>
        )}
        <Part title={text("carryOut.mine")}>
          <List
            answer={mine}
            items={mine.value?.items ?? []}
            empty={<Empty title={text("carryOut.mine.none")}>{text("carryOut.mine.none.next")}</Empty>}
            draw={(item) => (
              <Item item={item} isOwn>
                {item.may.download && (
                  <a
                    href={`/api/v1/files/${item.fileId}/content?version=${item.version}&carryOut=${item.id}`}
                    download={item.fileName ?? ""}
                    aria-label={text("card.download.label", { name: item.fileName ?? "" })}
                    className="inline-flex min-h-11 items-center rounded-lg border border-accent px-4 font-bold text-accent hover:bg-accent-soft print:hidden"
                  >
                    {text("card.download")}
                  </a>
                )}
                {item.may.withdraw && (
                  <Button onPress={() => void withdraw(item)}>{text("carryOut.withdraw")}</Button>
                )}
              </Item>
            )}
          />
        </Part>
        {decided.length > 0 && (
          <Part title={text("carryOut.decided")}>
            <List
              answer={deciding}
              items={decided}
              empty={null}
              draw={(item) => (
                <Item item={item} isOwn={false}>
                  {item.may.withdraw && (
                    <Button onPress={() => setOpen({ deed: "revoke", item })}>
                      {text("carryOut.revoke")}
                    </Button>
                  )}
                </Item>
              )}
            />
          </Part>
        )}
      </div>
      {open && (
        <Decision
          open={open}
          onClose={() => setOpen(undefined)}
          onDone={(words) => {
            tell(words);
            setOpen(undefined);
            reload();
          }}
        />
      )}
    </main>
  );
}

type Answer = ReturnType<typeof useAnswer<CarryOutList>>;

/** Asked again when the stream says that one of them is other. */
function useRequests(side: "mine" | "deciding" | undefined): Answer {
  const files = useFiles();
  const answer = useAnswer<CarryOutList>(side && `/carry-outs?side=${side}`);
  const { reload } = answer;
  const change = useStore(files.state, (state) => state.carryOuts);
  useEffect(() => {
    if (change) reload();
  }, [change, reload]);
  return answer;
}

/** Tells the server what is before the reader's eyes now. */
function useSeen(list: CarryOutList | undefined, isNew: (item: CarryOut) => boolean): void {
  const files = useFiles();
  const ids = (list?.items ?? [])
    .filter(isNew)
    .map((item) => item.id)
    .join(" ");
  useEffect(() => {
    if (!ids) return;
    Promise.all(ids.split(" ").map((id) => request("POST", `/carry-outs/${id}/seen`)))
      .then(() => files.countCarryOuts())
      .catch(() => {});
  }, [ids, files]);
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-bold">{title}</h2>
      {children}
    </section>
  );
}

function List({
  answer,
  items,
  empty,
  draw,
}: {
  answer: Answer;
  items: readonly CarryOut[];
  empty: React.ReactNode;
  draw: (item: CarryOut) => React.ReactNode;
}) {
  if (answer.error !== undefined) return <Failure error={answer.error} onRetry={answer.reload} />;
  if (!answer.value)
    return (
      <Loading className="flex flex-col gap-2">
        {[1, 2].map((row) => (
          <Skeleton key={row} className="h-24 w-full" />
        ))}
      </Loading>
    );
  if (items.length === 0) return <div className="rounded-xl border border-line bg-ground">{empty}</div>;
  return (
    <ul className="flex flex-col gap-3">
      {items.map((item) => (
        <li key={item.id}>{draw(item)}</li>
      ))}
    </ul>
  );
}

const tones: Partial<Record<CarryOutState, "ok" | "warn">> = { open: "ok", waiting: "warn" };

function Item({ item, isOwn, children }: { item: CarryOut; isOwn: boolean; children: React.ReactNode }) {
  const { state, downloads, requestedBy } = item;
  const when = longMoment(item.requestedAt);
  const person = [placeOf(requestedBy), requestedBy.name].filter(Boolean).join("　");
  return (
    <article
      aria-label={item.fileName ?? text("carryOut.withheld")}
      data-print="keep"
      className="flex flex-col gap-1.5 rounded-xl border border-line bg-ground px-4 py-3 [overflow-wrap:anywhere]"
    >
      <p className="font-bold">
        <bdi>{item.fileName ?? text("carryOut.withheld")}</bdi>
        <Tag tone={tones[state] ?? "plain"}>{text(`carryOut.state.${state}`)}</Tag>
      </p>
      <p className="flex flex-wrap gap-x-3 text-sm text-ink-2">
        {item.roomName && <bdi>{item.roomName}</bdi>}
        <span>{classWords(item.classification)}</span>
        <span>{text("card.version", { number: item.version })}</span>
        <span>{isOwn ? text("carryOut.when", { when }) : text("carryOut.who", { person, when })}</span>
      </p>
      <p className="text-sm">{asked(item)}</p>
      {item.reason && (
        <p className="people-text text-sm">{text("carryOut.reason", { reason: item.reason })}</p>
      )}
      {item.note && item.decidedBy && (
        <p className="people-text text-sm">
          {text("carryOut.note", { person: item.decidedBy.name, note: item.note })}
        </p>
      )}
      {state === "open" && item.expiresAt && (
        <p className="text-sm font-bold text-ok">
          {text("carryOut.left", {
            left: downloads.allowed - downloads.used,
            until: longMoment(item.expiresAt),
          })}
        </p>
      )}
      {isOwn && state === "waiting" && item.seenAt && (
        <p className="text-sm text-ink-3">{text("carryOut.seen", { when: shortMoment(item.seenAt) })}</p>
      )}
      {item.because && (
        <p className="text-sm text-warn">{currentLanguage() === "en" ? item.because.en : item.because.ja}</p>
      )}
      <div className="flex flex-wrap items-center gap-3 empty:hidden">
        {children}
        {item.may.open && (
          <Link
            to="/files/$fileId"
            params={{ fileId: item.fileId }}
            aria-label={text("card.open.label", { name: item.fileName ?? "" })}
            className="inline-flex min-h-11 items-center text-link underline underline-offset-4 print:hidden"
          >
            {text("card.open")}
          </Link>
        )}
      </div>
    </article>
  );
}

/** Where to, for how long, how often. */
function asked({ zone, hours, downloads }: CarryOut): string {
  return text("carryOut.asks", {
    zone: zoneName(zone),
    hours: hoursWords(hours),
    downloads: text("carryOut.downloads.value", { count: downloads.allowed }),
  });
}

function Decision({
  open: { deed, item },
  onClose,
  onDone,
}: {
  open: Open;
  onClose: () => void;
  onDone: (words: string) => void;
}) {
  const act = async (reason: string) => {
    if (deed === "revoke") await request("POST", `/carry-outs/${item.id}/withdrawal`, { body: { reason } });
    else
      await request("POST", `/carry-outs/${item.id}/decision`, {
        body: { approves: deed === "approve", reason },
      });
    onDone(
      text(
        deed === "approve"
          ? "carryOut.approved"
          : deed === "refuse"
            ? "carryOut.refused"
            : "carryOut.withdrawn",
      ),
    );
  };
  return (
    <ReasonDialog title={text(`carryOut.${deed}`)} act={act} onClose={onClose}>
      <p className="[overflow-wrap:anywhere]">
        {text(`carryOut.${deed}.effect`, {
          person: item.requestedBy.name,
          name: item.fileName ?? text("carryOut.withheld"),
          zone: zoneName(item.zone),
          hours: hoursWords(item.hours),
          downloads: text("carryOut.downloads.value", { count: item.downloads.allowed }),
        })}
      </p>
    </ReasonDialog>
  );
}
