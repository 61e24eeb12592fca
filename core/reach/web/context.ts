import { createContext, use } from "react";
import type { ReachClient } from "./reach-client.ts";

export const ReachContext = createContext<ReachClient | undefined>(undefined);

export function useReach(): ReachClient {
  const reach = use(ReachContext);
  if (!reach) throw new Error("The screens of reach stand inside its Provider.");
  return reach;
}
