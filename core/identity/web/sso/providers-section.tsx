import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import type { IdentityProvider, IdentityProviders, ProviderTrial } from "../../contract.ts";
import { LdapSourcesList } from "./ldap-sources-list.tsx";
import { ProviderDialog } from "./provider-dialog.tsx";
import { ProviderLinksList } from "./provider-links-list.tsx";
import { CertificateList } from "./saml-facts.tsx";
import { sayZone } from "./say-zone.ts";
import { ScimClientsList } from "./scim-clients-list.tsx";
import { text } from "./text/index.ts";

type Open =
  | { kind: "edit"; provider: IdentityProvider | undefined }
  | { kind: "remove"; provider: IdentityProvider };

/** 「認証連携」: the systems on whose word people come in. On the LGWAN side. */
export default function ProvidersSection({ me }: SettingsProps) {
  const isHere = me.zone === "lgwan";
  const { value, error, reload } = useAnswer<IdentityProviders>(isHere ? "/identity-providers" : undefined);
  const [open, setOpen] = useState<Open>();
  const done = () => {
    setOpen(undefined);
    reload();
  };

  if (!isHere) return <Notice tone="warn">{text("outside")}</Notice>;
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  return (
    <div className="flex flex-col gap-5">
      <p className="text-sm text-ink-2">{text("about")}</p>
      <Button
        kind="primary"
        className="self-start"
        onPress={() => setOpen({ kind: "edit", provider: undefined })}
      >
        {text("add")}
      </Button>
      {!value && (
        <Loading>
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <Empty title={text("none")}>{text("none.next")}</Empty>}
      {value?.items.map((provider) => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          onEdit={() => setOpen({ kind: "edit", provider })}
          onRemove={() => setOpen({ kind: "remove", provider })}
          onChanged={reload}
        />
      ))}
      <ScimClientsList />
      <LdapSourcesList />
      {open?.kind === "edit" && (
        <ProviderDialog provider={open.provider} onClose={() => setOpen(undefined)} onDone={done} />
      )}
      {open?.kind === "remove" && (
        <ReasonDialog
          title={text("remove")}
          kind="danger"
          onClose={() => setOpen(undefined)}
          act={async (reason) => {
            await request("POST", `/identity-providers/${open.provider.id}/removal`, { body: { reason } });
            tell(text("remove.done"));
            done();
          }}
        >
          <p>{text("remove.effect", { name: open.provider.name })}</p>
        </ReasonDialog>
      )}
    </div>
  );
}

function ProviderCard({
  provider,
  onEdit,
  onRemove,
  onChanged,
}: {
  provider: IdentityProvider;
  onEdit: () => void;
  onRemove: () => void;
  onChanged: () => void;
}) {
  const [trial, setTrial] = useState<{ tone: "ok" | "danger"; words: string }>();
  const [isTrying, setTrying] = useState(false);
  const [showsLinks, setShowsLinks] = useState(false);
  const named = { name: provider.name };
  const list = (words: readonly string[]) => words.join("・");

  const tryIt = async () => {
    setTrying(true);
    setTrial(undefined);
    try {
      const answer = await request<ProviderTrial>("POST", `/identity-providers/${provider.id}/trial`);
      setTrial(
        answer.result === "usable"
          ? {
              tone: "ok",
              words: text(provider.saml ? "try.usable.saml" : "try.usable", { host: answer.signInHost }),
            }
          : { tone: "danger", words: text(`try.${answer.because}`) },
      );
    } catch (error) {
      setTrial({ tone: "danger", words: wordsOf(error) });
    }
    setTrying(false);
  };

  return (
    <section aria-label={provider.name} className="flex flex-col gap-4 rounded-xl border border-line p-5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h3 className="font-bold">
          <bdi>{provider.name}</bdi>
        </h3>
        <span className={provider.isEnabled ? "text-sm text-ok" : "text-sm text-ink-3"}>
          {text(provider.isEnabled ? "state.on" : "state.off")}
        </span>
      </div>
      <dl className="grid gap-x-6 gap-y-2 text-sm md:grid-cols-[auto_1fr]">
        <Fact name={text("field.kind")} value={text(`card.kind.${provider.settings.kind}`)} />
        <Fact name={text("card.issuer")} value={provider.settings.issuer} />
        {provider.saml && <Fact name={text("card.entity")} value={provider.saml.entityId} />}
        <Fact name={text("card.zones")} value={list(provider.zones.map(sayZone))} />
        <Fact
          name={text("card.kinds")}
          value={list(provider.personKinds.map((kind) => text(`kind.${kind}`)))}
        />
        <Fact
          name={text("card.factor")}
          value={text(provider.isSecondFactor ? "card.factor.provider" : "card.factor.own")}
        />
        <Fact name={text("card.return")} value={provider.returnAddresses.join("\n")} />
        {provider.logoutAddresses.length > 0 && (
          <Fact name={text("card.logout")} value={provider.logoutAddresses.join("\n")} />
        )}
        <Fact name={text("card.links")} value={text("card.links.count", { count: provider.links })} />
      </dl>
      {provider.saml && <CertificateList certificates={provider.saml.certificates} />}
      <div aria-live="polite">{trial && <Notice tone={trial.tone}>{trial.words}</Notice>}</div>
      <div className="flex flex-wrap gap-2">
        <Button aria-label={text("try.named", named)} isPending={isTrying} onPress={() => void tryIt()}>
          {text("try")}
        </Button>
        <Button aria-label={text("edit.named", named)} onPress={onEdit}>
          {text("edit")}
        </Button>
        {provider.saml && (
          <a
            href={`/api/v1/identity-providers/${provider.id}/metadata`}
            download="chonai-metadata.xml"
            aria-label={text("metadata.own.named", named)}
            className="inline-flex min-h-11 items-center px-2 text-link underline underline-offset-4"
          >
            {text("metadata.own")}
          </a>
        )}
        <Button
          aria-label={text("links.named", named)}
          aria-expanded={showsLinks}
          onPress={() => setShowsLinks(!showsLinks)}
        >
          {text("links")}
        </Button>
        <Button kind="danger" aria-label={text("remove.named", named)} onPress={onRemove}>
          {text("remove")}
        </Button>
      </div>
      {showsLinks && <ProviderLinksList provider={provider} onChanged={onChanged} />}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="whitespace-pre-line break-words [overflow-wrap:anywhere]">{value}</dd>
    </>
  );
}
