import { AppError } from "#core/kernel/index.ts";
import { countCharacters, findTextFault } from "#shared/text.ts";
import { loginKey } from "./login-key.ts";

/** The shortest password, in characters. Length is what protects; classes of characters are not asked for (NIST SP 800-63B). */
export const shortestPassword = 12;

/** Throws `password-too-weak` with the reason when a password may not be chosen. */
export function checkNewPassword(password: string, loginId: string, oldPassword?: string): void {
  const refuse = (reason: string, reasonEn: string) => {
    throw new AppError("password-too-weak", { reason, reasonEn });
  };
  const fault = findTextFault(password);
  if (fault) refuse(fault.ja, fault.en);
  if (countCharacters(password) < shortestPassword)
    refuse(`${shortestPassword}文字以上にしてください`, `it needs at least ${shortestPassword} characters`);
  if (loginKey(password).includes(loginKey(loginId)))
    refuse("ログインIDを含んでいます", "it contains the login id");
  if (new Set(password).size < 5) refuse("同じ文字の繰り返しです", "it repeats the same characters");
  if (oldPassword !== undefined && password.normalize("NFKC") === oldPassword.normalize("NFKC"))
    refuse("今のパスワードと同じです", "it is the present password");
}
