import { useDeferredValue, useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { IdentityProvider, ProviderLink, ProviderLinks } from "../../contract.ts";
import { LinkDialog } from "./link-dialog.tsx";
import { text } from "./text/index.ts";

/** Who is linked to a provider, and taking a link away: when the provider has given somebody's name to another. */
export function ProviderLinksList({
  provider,
  onChanged,
}: {
  provider: IdentityProvider;
  onChanged: () => void;
}) {
  const [words, setWords] = useState("");
  const [isLinking, setLinking] = useState(false);
  const [chosen, setChosen] = useState<ProviderLink>();
  const path = useDeferredValue(`/identity-providers/${provider.id}/links${query({ q: words.trim() })}`);
  const { value, error, reload } = useAnswer<ProviderLinks>(path);
  const title = text("links.title", { name: provider.name });

  return (
    <section aria-label={title} className="flex flex-col gap-3 border-t border-line pt-4">
      <h4 className="text-sm font-bold">{title}</h4>
      <TextField
        type="search"
        label={text("links.find")}
        value={words}
        onChange={setWords}
        autoComplete="off"
      />
      <Button size="small" className="self-start" onPress={() => setLinking(true)}>
        {text("link")}
      </Button>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-12 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <Empty title={text("links.none")}>{text("links.none.next")}</Empty>}
      {value && value.items.length > 0 && (
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {value.items.map((link) => (
            <li key={link.person.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-2 py-3">
              <div className="min-w-0 flex-1 basis-64">
                <p className="font-bold leading-snug">
                  <PersonName person={link.person} />
                </p>
                <p className="text-sm text-ink-3">{placeOf(link.person)}</p>
                <p className="text-sm text-ink-2">
                  {text("links.since", { when: longMoment(link.linkedAt) })}
                  {link.lastUsedAt && `　${text("links.used", { when: longMoment(link.lastUsedAt) })}`}
                </p>
              </div>
              <Button
                size="small"
                aria-label={text("links.unlink.named", { name: link.person.name })}
                onPress={() => setChosen(link)}
              >
                {text("links.unlink")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {isLinking && (
        <LinkDialog
          provider={provider}
          onClose={() => setLinking(false)}
          onDone={() => {
            setLinking(false);
            reload();
            onChanged();
          }}
        />
      )}
      {chosen && (
        <ReasonDialog
          title={text("links.unlink")}
          kind="danger"
          onClose={() => setChosen(undefined)}
          act={async (reason) => {
            await request("POST", `/identity-providers/${provider.id}/links/removal`, {
              body: { accountId: chosen.person.id, reason },
            });
            tell(text("links.unlink.done"));
            setChosen(undefined);
            reload();
            onChanged();
          }}
        >
          <p>{text("links.unlink.effect", { name: chosen.person.name })}</p>
        </ReasonDialog>
      )}
    </section>
  );
}
