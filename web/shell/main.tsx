import "../kit/styles/base.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadEntryPage } from "#core/identity/web/index.ts";
import { rememberedAccount } from "#web/kit/device/remembered-account.ts";
import { startServiceWorker } from "#web/kit/device/service-worker.ts";
import { showSettings } from "#web/kit/state/settings.ts";
import { router } from "./router.tsx";
import { startSession } from "./session.ts";

void startSession();
// Nobody was signed in here: the page that asks who it is comes while the server says so.
if (!rememberedAccount()) void loadEntryPage();
await showSettings();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);

void startServiceWorker((path) => void router.navigate({ to: path }));

// The letters of the house come after the first picture; until then the device's own serve. Phones have good Japanese letters of
// their own, and lines on which 400 KB of them would stand before what somebody has written.
if (!matchMedia("(hover: none) and (pointer: coarse)").matches) void import("virtual:fonts.css");
