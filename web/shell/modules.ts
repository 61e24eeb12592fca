/** Every capability that has a screen. */
import { chatModule } from "#capabilities/chat/web/index.ts";
import { governanceModule } from "#capabilities/governance/web/index.ts";
import { guestModule } from "#capabilities/guests/web/index.ts";
import { crossingModule } from "#core/crossing/web/index.ts";
import { filesModule } from "#core/files/web/index.ts";
import { reachModule } from "#core/reach/web/index.ts";
import { rulesModule } from "#core/rules/web/index.ts";
import type { WebModule } from "#web/kit/module.ts";

export const modules: readonly WebModule[] = [
  chatModule,
  crossingModule,
  filesModule,
  governanceModule,
  guestModule,
  reachModule,
  rulesModule,
];
