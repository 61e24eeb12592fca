import { request } from "#web/kit/api/client.ts";
import type { BegunProviderSignIn, ProviderProof, SignInProvider } from "../../contract.ts";

/** What the tab keeps while its page is at the provider: only where this lies can the answer be used. */
type Journey = { ticket: string; back: string };

const kept = "chonai.provider-journey";
const returnPath = "/sign-in/return";

/** Goes to a provider's sign-in page; the page that is open now is where one comes back to. */
export async function goToProvider({ id, tenant }: SignInProvider): Promise<void> {
  const { url, ticket } = await request<BegunProviderSignIn>("POST", "/provider-sign-ins", {
    body: { provider: id, tenant },
  });
  const here = location.pathname + location.search;
  const journey: Journey = { ticket, back: here.startsWith("/sign-in") ? "/rooms" : here };
  sessionStorage.setItem(kept, JSON.stringify(journey));
  location.assign(url);
}

/** What a provider has sent this tab back with; taken once, so that a reload does not show it again. */
export function takeProviderAnswer(): (Journey & { answer: string }) | undefined {
  if (location.pathname !== returnPath) return undefined;
  const answer = location.search.slice(1);
  const text = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  history.replaceState(history.state, "", returnPath);
  if (!answer) return undefined;
  const { ticket = "", back = "/rooms" } = text ? (JSON.parse(text) as Partial<Journey>) : {};
  return { ticket, answer, back: /^\/(?![/\\])/.test(back) ? back : "/rooms" };
}

export function redeemProviderAnswer({ ticket, answer }: { ticket: string; answer: string }) {
  return request<ProviderProof>("POST", "/provider-answers", { body: { ticket, answer } });
}
