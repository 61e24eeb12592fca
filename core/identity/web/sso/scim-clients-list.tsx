import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { AddedScimClient, ScimClient, ScimClients } from "../../contract.ts";
import { ScimClientDialog } from "./scim-client-dialog.tsx";
import { text } from "./text/index.ts";

/** The programs of other directories that keep accounts up to date by SCIM. */
export function ScimClientsList() {
  const { value, error, reload } = useAnswer<ScimClients>("/scim-clients");
  const [isAdding, setAdding] = useState(false);
  const [revoked, setRevoked] = useState<ScimClient>();

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  return (
    <section aria-labelledby="scim-clients" className="flex flex-col gap-4 border-t border-line pt-6">
      <h3 id="scim-clients" className="font-bold">
        {text("scim.title")}
      </h3>
      <p className="text-sm text-ink-2">{text("scim.about")}</p>
      <Button className="self-start" onPress={() => setAdding(true)}>
        {text("scim.add")}
      </Button>
      {!value && (
        <Loading>
          <Skeleton className="h-12 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <Empty title={text("scim.none")}>{text("scim.none.next")}</Empty>}
      {value && value.items.length > 0 && (
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {value.items.map((client) => (
            <li key={client.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-2 py-3">
              <div className="min-w-0 flex-1 basis-64">
                <p className="font-bold">
                  <bdi>{client.name}</bdi>
                </p>
                <p className="text-sm text-ink-2">
                  {`${text(`zone.${client.zone}`)}　${text("scim.until", { when: longMoment(client.expiresAt) })}`}
                </p>
                <p className="text-sm text-ink-3">
                  {client.lastUsedAt
                    ? text("scim.used", { when: longMoment(client.lastUsedAt) })
                    : text("scim.unused")}
                </p>
              </div>
              <Button
                size="small"
                kind="danger"
                aria-label={text("scim.revoke.named", { name: client.name })}
                onPress={() => setRevoked(client)}
              >
                {text("scim.revoke")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {isAdding && (
        <ScimClientDialog
          onAdded={reload}
          onClose={() => setAdding(false)}
          add={(body) => request<AddedScimClient>("POST", "/scim-clients", { body })}
        />
      )}
      {revoked && (
        <ReasonDialog
          title={text("scim.revoke")}
          kind="danger"
          onClose={() => setRevoked(undefined)}
          act={async (reason) => {
            await request("POST", `/scim-clients/${revoked.id}/revocation`, { body: { reason } });
            tell(text("scim.revoke.done"));
            setRevoked(undefined);
            reload();
          }}
        >
          <p>{text("scim.revoke.effect", { name: revoked.name })}</p>
        </ReasonDialog>
      )}
    </section>
  );
}
