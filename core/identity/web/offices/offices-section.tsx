import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Office, OfficeHolder, OfficeProposal, OfficesOverview, OfficeWarning } from "../../contract.ts";
import { GiveDialog } from "./give-dialog.tsx";
import { text } from "./text/index.ts";

type Open =
  | { kind: "give" | "declare" | "withdraw" }
  | { kind: "take"; holder: OfficeHolder; office: Office }
  | { kind: "consent" | "refuse"; proposal: OfficeProposal };

const nameOf = (office: Office) => text(`office.${office}`);

/** 「担当」: who administers what, what waits for a second person, and what is not as it should be. */
export default function OfficesSection({ me }: SettingsProps) {
  const { value, error, reload } = useAnswer<OfficesOverview>("/offices");
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const done = (words?: string) => {
    if (words) tell(words);
    close();
    reload();
  };
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-2">
        {[1, 2, 3].map((row) => (
          <Skeleton key={row} className="h-16 w-full" />
        ))}
      </Loading>
    );
  const manages = me.account.offices.includes("accounts");
  const keeps = me.account.offices.some((office) => office === "audit" || office === "records");
  return (
    <div className="flex flex-col gap-8">
      {value.warnings.map((warning) => (
        <Notice key={JSON.stringify(warning)} tone="warn">
          {wordsOfWarning(warning)}
        </Notice>
      ))}

      <section aria-labelledby="holders" className="flex flex-col gap-3">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <div className="min-w-0 flex-1 basis-72">
            <h3 id="holders" className="text-lg font-bold">
              {text("holders.title")}
            </h3>
            <p className="mt-1 text-sm text-ink-2">{text("holders.about")}</p>
          </div>
          {manages && (
            <Button kind="primary" onPress={() => setOpen({ kind: "give" })}>
              {text("give")}
            </Button>
          )}
        </div>
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {value.holders.map((holder) => (
            <li key={holder.person.id} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-2 py-3">
              <span className="min-w-0 flex-1 basis-52">
                <span className="block font-bold">
                  <PersonName person={holder.person} />
                </span>
                <span className="block text-sm text-ink-3">
                  {holder.isActive ? placeOf(holder.person) : text("holders.inactive")}
                </span>
              </span>
              <ul className="flex flex-wrap gap-2">
                {holder.offices.map((office) => (
                  <li
                    key={office}
                    className="flex min-h-11 items-center gap-1 rounded-lg border border-line bg-raised pl-3"
                  >
                    <span className={manages ? "" : "pr-3"}>{nameOf(office)}</span>
                    {manages && (
                      <Button
                        kind="quiet"
                        size="small"
                        aria-label={text("holders.take.label", {
                          name: holder.person.name,
                          office: nameOf(office),
                        })}
                        onPress={() => setOpen({ kind: "take", holder, office })}
                      >
                        {text("holders.take")}
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </section>

      <section aria-labelledby="proposals" className="flex flex-col gap-3">
        <h3 id="proposals" className="text-lg font-bold">
          {text("proposals.title")}
        </h3>
        {value.proposals.length === 0 && <p className="text-sm text-ink-2">{text("proposals.none")}</p>}
        <ul className="flex flex-col gap-3">
          {value.proposals.map((proposal) => (
            <li key={proposal.id} className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4">
              <p className="font-bold">
                {text("proposals.what", {
                  proposer: proposal.proposedBy.name,
                  person: proposal.person.name,
                  office: nameOf(proposal.office),
                })}
              </p>
              <p className="text-sm text-ink-2">
                {text("proposals.reason", { reason: proposal.reason })}
                {"　"}
                {text("proposals.until", { when: longMoment(proposal.expiresAt) })}
              </p>
              {proposal.mayDecide ? (
                <div className="flex flex-wrap gap-3">
                  <Button kind="primary" onPress={() => setOpen({ kind: "consent", proposal })}>
                    {text("proposals.consent")}
                  </Button>
                  <Button onPress={() => setOpen({ kind: "refuse", proposal })}>
                    {text("proposals.refuse")}
                  </Button>
                </div>
              ) : (
                <p className="text-sm text-ink-3">{text("proposals.notYou")}</p>
              )}
            </li>
          ))}
        </ul>
      </section>

      {(manages || keeps) && (
        <section aria-labelledby="small" className="flex flex-col items-start gap-3">
          <h3 id="small" className="text-lg font-bold">
            {text("small.title")}
          </h3>
          <p className="text-sm text-ink-2">{text("small.about")}</p>
          <Button onPress={() => setOpen({ kind: value.meetBecause === null ? "declare" : "withdraw" })}>
            {text(value.meetBecause === null ? "small.declare" : "small.withdraw")}
          </Button>
        </section>
      )}
      {open?.kind === "give" ? (
        <GiveDialog me={me} onClose={close} onDone={() => done()} />
      ) : (
        open && <Deed open={open} onClose={close} onDone={done} />
      )}
    </div>
  );
}

function Deed({
  open,
  onClose,
  onDone,
}: {
  open: Open;
  onClose: () => void;
  onDone: (words: string) => void;
}) {
  switch (open.kind) {
    case "take": {
      const { holder, office } = open;
      return (
        <ReasonDialog
          title={text("take.do")}
          kind="danger"
          onClose={onClose}
          act={async (reason) => {
            await request("POST", `/accounts/${holder.person.id}/offices/${office}/removal`, {
              body: { reason },
            });
            onDone(text("take.done"));
          }}
        >
          <p>{text("take.effect", { name: holder.person.name, office: nameOf(office) })}</p>
        </ReasonDialog>
      );
    }
    case "consent":
    case "refuse": {
      const { kind, proposal } = open;
      const names = { person: proposal.person.name, office: nameOf(proposal.office) };
      return (
        <ReasonDialog
          title={text(`proposals.${kind}`)}
          onClose={onClose}
          act={async (reason) => {
            await request("POST", `/office-proposals/${proposal.id}/decision`, {
              body: { consents: kind === "consent", reason },
            });
            onDone(text(`${kind}.done`));
          }}
        >
          <p>{text(`${kind}.effect`, names)}</p>
        </ReasonDialog>
      );
    }
    case "declare":
    case "withdraw":
      return (
        <ReasonDialog
          title={text(`small.${open.kind}`)}
          onClose={onClose}
          act={async (reason) => {
            await request("PUT", "/office-separation", {
              body: { because: open.kind === "declare" ? reason : null },
            });
            onDone(text(open.kind === "declare" ? "small.done" : "small.withdrawn"));
          }}
        >
          <p>{text(open.kind === "declare" ? "small.effect" : "small.withdraw.effect")}</p>
        </ReasonDialog>
      );
    default:
      return null;
  }
}

function wordsOfWarning(warning: OfficeWarning): string {
  switch (warning.kind) {
    case "meets":
      return text("warning.meets", {
        person: warning.person.name,
        offices: warning.offices.map((office) => `「${nameOf(office)}」`).join(""),
      });
    case "vacant":
      return text("warning.vacant", { office: nameOf(warning.office) });
    case "declared-small":
      return text("warning.small", { because: warning.because });
  }
}
