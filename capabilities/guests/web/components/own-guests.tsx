import { useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { PlusIcon } from "#web/kit/components/icons.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import { useStore } from "#web/kit/state/store.ts";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import type { Guest, GuestsPage, Invitation, MadeInvitation } from "../../contract.ts";
import { countGuestDuties, guestState } from "../state.ts";
import { text } from "../text/index.ts";
import { GuestCard } from "./guest-card.tsx";
import { InvitationSheet } from "./invitation-sheet.tsx";
import { InviteForm } from "./invite-form.tsx";
import { type StayAction, StayDialog } from "./stay-dialog.tsx";

type Made = { invitation: MadeInvitation; name: string };

/** 「ゲスト」: those whom one sponsors, those of the section that wait for a sponsor, and one's invitations. */
export default function OwnGuests({ me }: SettingsProps) {
  const { value, error, reload } = useAnswer<GuestsPage>("/guests");
  const changeId = useStore(guestState, (state) => state.changeId);
  const [isInviting, setInviting] = useState(false);
  const [made, setMade] = useState<Made>();
  const [open, setOpen] = useState<{ guest: Guest; action: StayAction }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for each change
  useEffect(() => {
    if (changeId) reload();
  }, [changeId]);

  const changed = () => {
    setOpen(undefined);
    setInviting(false);
    reload();
    void countGuestDuties().catch(() => {});
  };
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-4">
        <Skeleton className="h-11 w-48" />
        <Skeleton className="h-32 w-full" />
        <Skeleton className="h-32 w-full" />
      </Loading>
    );
  if (made)
    return (
      <InvitationSheet
        made={made.invitation}
        name={made.name}
        municipality={me.tenant.name}
        zone={me.zone}
        onDone={() => {
          setMade(undefined);
          changed();
        }}
      />
    );
  if (isInviting)
    return (
      <InviteForm
        me={me}
        settings={value.settings}
        onCancel={() => setInviting(false)}
        onMade={(invitation, name) => setMade({ invitation, name })}
      />
    );
  return (
    <div className="flex flex-col gap-6">
      {value.review && value.items.some((guest) => guest.needs.includes("renewal")) && (
        <Notice tone="warn">{text("review.open", { when: longMoment(value.review.closesAt) })}</Notice>
      )}
      {value.hasTerms ? (
        <Button kind="primary" className="self-start" icon={<PlusIcon />} onPress={() => setInviting(true)}>
          {text("invite")}
        </Button>
      ) : (
        <Notice tone="warn">{text("terms.missing")}</Notice>
      )}
      <section aria-labelledby="own-guests" className="flex flex-col gap-3">
        <h3 id="own-guests" className="text-base font-bold">
          {text("own.title")}
        </h3>
        {value.items.length === 0 ? (
          <Empty title={text("own.none")}>{text("own.none.next")}</Empty>
        ) : (
          value.items.map((guest) => (
            <GuestCard key={guest.person.id} guest={guest} onAct={(action) => setOpen({ guest, action })} />
          ))
        )}
      </section>
      {value.invitations.length > 0 && (
        <section aria-labelledby="invitations" className="flex flex-col gap-3">
          <h3 id="invitations" className="text-base font-bold">
            {text("invitations.title")}
          </h3>
          {value.invitations.map((invitation) => (
            <InvitationCard
              key={invitation.id}
              invitation={invitation}
              onMade={(next) => setMade({ invitation: next, name: invitation.name })}
              onChanged={changed}
            />
          ))}
        </section>
      )}
      {open && (
        <StayDialog
          guest={open.guest}
          action={open.action}
          settings={value.settings}
          onClose={() => setOpen(undefined)}
          onDone={changed}
        />
      )}
    </div>
  );
}

function InvitationCard({
  invitation,
  onMade,
  onChanged,
}: {
  invitation: Invitation;
  onMade: (made: MadeInvitation) => void;
  onChanged: () => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
    setBusy(false);
  };
  const path = `/guest-invitations/${invitation.id}`;
  return (
    <article className="flex flex-col gap-2 rounded-xl border border-line p-4">
      <h4 className="font-bold">
        <bdi>{invitation.name}</bdi>
        <span className="ml-2 text-sm font-normal text-ink-3">{invitation.affiliation}</span>
      </h4>
      <p className="text-sm text-ink-2">
        {invitation.state === "open"
          ? text("invitation.open", { when: shortMoment(invitation.expiresAt) })
          : text(`invitation.${invitation.state}`)}
        {invitation.address && `　${text("invitation.sentTo", { address: invitation.address })}`}
      </p>
      <div className="flex flex-wrap gap-3">
        <Button
          size="small"
          isPending={isBusy}
          onPress={() =>
            void act(async () => onMade(await request<MadeInvitation>("POST", `${path}/renewal`)))
          }
        >
          {text("invitation.renew")}
        </Button>
        <Button
          size="small"
          kind="quiet"
          isPending={isBusy}
          onPress={() =>
            void act(async () => {
              await request("DELETE", path);
              tell(text("invitation.withdrawn"));
              onChanged();
            })
          }
        >
          {text("invitation.withdraw")}
        </Button>
      </div>
    </article>
  );
}
