/**
 * The first script of the page, some two kilobytes: while the program is on its way, what it will ask is asked already. On a thin line
 * the answers are there before it is. Nothing is drawn here, and nothing is known but who used this device last.
 */
import { askForChat } from "#capabilities/chat/web/early.ts";
import { askEarly, openEarlyStream } from "#web/kit/api/early.ts";
import { rememberedAccount } from "#web/kit/device/remembered-account.ts";

if (!rememberedAccount()) void askEarly("/sign-in-page");
else if (navigator.onLine) {
  void askEarly("/me");
  openEarlyStream(() => void askForChat(location));
}
