import { AppError } from "#core/kernel/index.ts";
import { countCharacters, findTextFault, isWithinCharacters, normaliseText } from "#shared/text.ts";
import { mentionLimit, messageByteLimit, messageCharacterLimit } from "../contract.ts";

/** What a message may say, as it is stored; throws what is wrong with it. The same for sending and editing. */
export function checkText(text: string): string {
  const fault = findTextFault(text);
  if (fault) throw new AppError("invalid-text", { reason: fault.ja, reasonEn: fault.en });
  const body = normaliseText(text);
  if (body.trim() === "") throw new AppError("invalid-request", { where: "body" });
  if (Buffer.byteLength(body) > messageByteLimit)
    throw new AppError("body-too-large", { limit: `${messageByteLimit / 1024} KiB` });
  if (!isWithinCharacters(body, messageCharacterLimit))
    throw new AppError("text-too-long", { length: countCharacters(body), limit: messageCharacterLimit });
  return body;
}

/** Whom a message mentions by name, each once. */
export function checkMentions(mentions: readonly string[] | undefined): string[] {
  const checked = [...new Set(mentions?.map((id) => id.toLowerCase()) ?? [])];
  if (checked.length > mentionLimit) throw new AppError("too-many-mentions", { limit: mentionLimit });
  return checked;
}
