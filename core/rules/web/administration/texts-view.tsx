import { useState } from "react";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Prose } from "#web/kit/components/prose.tsx";
import { Empty } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { RuleAudience, RuleText, RuleTextList } from "../../contract.ts";
import { text } from "../text/index.ts";
import { DraftEditor } from "./draft-editor.tsx";
import { PublishDialog, WithdrawDialog } from "./publish-dialogs.tsx";

type Open = { kind: "show" | "publish" | "withdraw"; item: RuleText };

/** The draft and the versions of one audience. */
export function TextsView({
  audience,
  texts,
  template,
  onChanged,
}: {
  audience: RuleAudience;
  texts: readonly RuleText[];
  template: RuleTextList["templates"][number] | undefined;
  onChanged: () => void;
}) {
  const [isEditing, setEditing] = useState(false);
  const [open, setOpen] = useState<Open>();
  const draft = texts.find((item) => item.state === "draft");
  const versions = texts.filter((item) => item.state !== "draft");
  const newest = versions[0];
  const close = () => setOpen(undefined);
  const done = () => {
    close();
    onChanged();
  };

  if (isEditing)
    return (
      <DraftEditor
        audience={audience}
        start={draft ?? newest ?? template ?? { title: "", body: "" }}
        basedOn={draft?.changedAt ?? null}
        onClose={() => setEditing(false)}
        onSaved={() => {
          setEditing(false);
          onChanged();
        }}
      />
    );
  return (
    <div className="flex flex-col gap-4">
      {versions.length === 0 && !draft && <Empty title={text("texts.none")}>{text("texts.none.next")}</Empty>}
      {!draft && (
        <Button className="self-start" onPress={() => setEditing(true)}>
          {text(newest ? "texts.fromCurrent" : "texts.fromTemplate")}
        </Button>
      )}
      {draft && (
        <Item item={draft}>
          <Button onPress={() => setEditing(true)}>{text("texts.editDraft")}</Button>
          <Button onPress={() => setOpen({ kind: "show", item: draft })}>{text("texts.show")}</Button>
          <Button kind="primary" onPress={() => setOpen({ kind: "publish", item: draft })}>
            {text("publish.do")}
          </Button>
        </Item>
      )}
      {versions.length > 0 && (
        <>
          <h3 className="text-base font-bold">{text("texts.history")}</h3>
          {versions.map((item) => (
            <Item key={item.id} item={item}>
              <Button onPress={() => setOpen({ kind: "show", item })}>{text("texts.show")}</Button>
              {item.state === "scheduled" && (
                <Button onPress={() => setOpen({ kind: "withdraw", item })}>{text("texts.withdraw")}</Button>
              )}
            </Item>
          ))}
        </>
      )}
      {open?.kind === "show" && (
        <Dialog title={open.item.title} width="large" isTextOnly onClose={close}>
          <Prose body={open.item.body} />
        </Dialog>
      )}
      {open?.kind === "publish" && <PublishDialog item={open.item} onClose={close} onDone={done} />}
      {open?.kind === "withdraw" && <WithdrawDialog item={open.item} onClose={close} onDone={done} />}
    </div>
  );
}

const tones = { draft: "plain", scheduled: "warn", "in-effect": "ok", past: "plain" } as const;

function Item({ item, children }: { item: RuleText; children: React.ReactNode }) {
  const facts = [
    item.effectiveAt
      ? text("texts.effective", { when: longMoment(item.effectiveAt) })
      : text("texts.changed", { when: longMoment(item.changedAt) }),
    item.publishedByName && text("texts.by", { name: item.publishedByName }),
    item.reason && text("texts.reason", { reason: item.reason }),
    item.version !== null && text("texts.agreed", { count: item.agreedCount }),
  ].filter(Boolean);
  return (
    <article className="flex flex-col gap-3 rounded-xl border border-line p-4">
      <div>
        <h4 className="font-bold">
          {item.version !== null && `${text("texts.version", { version: item.version })}　`}
          {item.title}
          <Tag tone={tones[item.state]}>{text(`state.${item.state}`)}</Tag>
        </h4>
        <p className="text-sm text-ink-3">{facts.join("　")}</p>
      </div>
      <div className="flex flex-wrap gap-3">{children}</div>
    </article>
  );
}
