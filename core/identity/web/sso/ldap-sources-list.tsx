import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { LdapSource, LdapSources, ReadLdapSource } from "../../contract.ts";
import { LdapSourceDialog } from "./ldap-source-dialog.tsx";
import { text } from "./text/index.ts";

type Open = { kind: "edit"; source: LdapSource | undefined } | { kind: "remove"; source: LdapSource };

/** The hall's directories that are read by LDAP; what was read is looked at where imports are. */
export function LdapSourcesList() {
  const { value, error, reload } = useAnswer<LdapSources>("/ldap-sources");
  const [open, setOpen] = useState<Open>();
  const done = () => {
    setOpen(undefined);
    reload();
  };

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  return (
    <section aria-labelledby="ldap-sources" className="flex flex-col gap-4 border-t border-line pt-6">
      <h3 id="ldap-sources" className="font-bold">
        {text("ldap.title")}
      </h3>
      <p className="text-sm text-ink-2">{text("ldap.about")}</p>
      <Button className="self-start" onPress={() => setOpen({ kind: "edit", source: undefined })}>
        {text("ldap.add")}
      </Button>
      {!value && (
        <Loading>
          <Skeleton className="h-12 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <Empty title={text("ldap.none")}>{text("ldap.none.next")}</Empty>}
      {value?.items.map((source) => (
        <SourceCard
          key={source.id}
          source={source}
          onEdit={() => setOpen({ kind: "edit", source })}
          onRemove={() => setOpen({ kind: "remove", source })}
        />
      ))}
      {open?.kind === "edit" && (
        <LdapSourceDialog source={open.source} onClose={() => setOpen(undefined)} onDone={done} />
      )}
      {open?.kind === "remove" && (
        <ReasonDialog
          title={text("remove")}
          kind="danger"
          onClose={() => setOpen(undefined)}
          act={async (reason) => {
            await request("POST", `/ldap-sources/${open.source.id}/removal`, { body: { reason } });
            tell(text("remove.done"));
            done();
          }}
        >
          <p>{text("ldap.remove.effect", { name: open.source.name })}</p>
        </ReasonDialog>
      )}
    </section>
  );
}

function SourceCard({
  source,
  onEdit,
  onRemove,
}: {
  source: LdapSource;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const named = { name: source.name };

  const read = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { result, importId } = await request<ReadLdapSource>(
        "POST",
        `/ldap-sources/${source.id}/reading`,
        { body: { endMissing: false } },
      );
      if (importId) return void navigate({ to: "/people/imports/$importId", params: { importId } });
      setProblem(text(`ldap.result.${result}`));
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setBusy(false);
  };

  return (
    <section aria-label={source.name} className="flex flex-col gap-3 rounded-xl border border-line p-5">
      <h4 className="font-bold">
        <bdi>{source.name}</bdi>
      </h4>
      <p className="text-sm [overflow-wrap:anywhere]">{source.settings.url}</p>
      <p className="text-sm text-ink-2">
        {text(source.isEnabled ? "ldap.watched" : "ldap.unwatched")}
        {source.readAt &&
          source.readResult &&
          `　${text("ldap.read", { when: longMoment(source.readAt) })}　${text(`ldap.result.${source.readResult}`)}`}
      </p>
      <div aria-live="polite">{problem && <Notice tone="danger">{problem}</Notice>}</div>
      <div className="flex flex-wrap gap-2">
        <Button aria-label={text("ldap.read.named", named)} isPending={isBusy} onPress={() => void read()}>
          {text("ldap.read.do")}
        </Button>
        <Button aria-label={text("edit.named", named)} onPress={onEdit}>
          {text("edit")}
        </Button>
        <Button kind="danger" aria-label={text("remove.named", named)} onPress={onRemove}>
          {text("remove")}
        </Button>
      </div>
    </section>
  );
}
