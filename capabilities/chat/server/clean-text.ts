import { AppError } from "#core/kernel/index.ts";
import { findTextFault, normaliseText } from "#shared/text.ts";

/** A short text as it is stored; what cannot be stored is refused with the reason. */
export function cleanText(text: string): string {
  const fault = findTextFault(text);
  if (fault) throw new AppError("invalid-text", { reason: fault.ja, reasonEn: fault.en });
  return normaliseText(text);
}
