import { readFileSync } from "node:fs";
import { AppError } from "#core/kernel/index.ts";
import { countCharacters, findTextFault } from "#shared/text.ts";
import { shortRomaji, toRomaji } from "./kana-letters.ts";
import { loginKey } from "./login-key.ts";

/** The shortest password, in characters. Length is what protects; classes of characters are not asked for (NIST SP 800-63B). */
export const shortestPassword = 12;

/** What somebody who knows the account would try first. All but the login id may be left out. */
export type PasswordOwner = {
  loginId: string;
  /** Names as they are written: the municipality's, the person's, the section's. */
  names?: readonly string[];
  /** How they are read, in kana, and other words in Roman letters (the municipality's slug). */
  readings?: readonly string[];
};

/** Throws `password-too-weak` with the reason when a password may not be chosen. */
export function checkNewPassword(password: string, owner: PasswordOwner, oldPassword?: string): void {
  const refuse = (reason: string, reasonEn: string) => {
    throw new AppError("password-too-weak", { reason, reasonEn });
  };
  const fault = findTextFault(password);
  if (fault) refuse(fault.ja, fault.en);
  if (countCharacters(password) < shortestPassword)
    refuse(`${shortestPassword}文字以上にしてください`, `it needs at least ${shortestPassword} characters`);
  if (loginKey(password).includes(loginKey(owner.loginId)))
    refuse("ログインIDを含んでいます", "it contains the login id");
  if (new Set(password).size < 5) refuse("同じ文字の繰り返しです", "it repeats the same characters");
  if (oldPassword !== undefined && password.normalize("NFKC") === oldPassword.normalize("NFKC"))
    refuse("今のパスワードと同じです", "it is the present password");
  if (isGuessable(password, ownWords(owner)))
    refuse(
      "名前・自治体名・年号や、よく使われる言葉と数字だけでできていて、推測されやすいため",
      "it is made of names, years or words that everybody tries first",
    );
}

/** How many guessable words a password may be made of and still be refused: from four on their choice protects. */
const fewWords = 3;
/** Characters that no list explains: with this many something of one's own is in it. */
const ownCharacters = 5;

let known: readonly string[] | undefined;

/** The words of `common-passwords.txt`, the longest first. */
function commonWords(): readonly string[] {
  known ??= readFileSync(new URL("./common-passwords.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .flatMap((line) => line.split(" "))
    .filter((word) => word !== "")
    .sort((a, b) => b.length - a.length);
  return known;
}

function ownWords({ loginId, names = [], readings = [] }: PasswordOwner): string[] {
  const written = names.flatMap((name) => [name, ...name.split(/[\s　]+/)]);
  const kana = readings.flatMap((reading) => [reading, ...reading.split(/[\s　-]+/)]);
  const romaji = kana.map(toRomaji);
  return [loginId, ...written, ...kana, ...romaji, ...romaji.map(shortRomaji)]
    .flatMap((word) => [word, word.replace(/[市区町村県都府課室係]$/u, "")])
    .map((word) => loginKey(word).replace(/[\s　]/g, ""))
    .filter((word) => word.length > 1);
}

/**
 * True when hardly anything is left of a password once figures, signs, sequences and at most three guessable words are
 * taken away: `Reiwa8nendo!2026`, `Minatono-city123`, `P@ssw0rd2026`, `abcdefghijkl`.
 */
function isGuessable(password: string, own: readonly string[]): boolean {
  const plain = loginKey(password).replace(/[\s　]/g, "");
  return [plain, withoutDisguise(plain)].some((text) => {
    let rest = withoutSequences(text);
    let words = 0;
    for (const word of [...own, ...commonWords()]) {
      if (!rest.includes(word)) continue;
      rest = rest.split(word).join(" ");
      // Two letters are a word only of a real one's rest: they are taken away and not counted.
      if (word.length > 2) words++;
    }
    const left = rest.replace(/[^\p{L}]/gu, "");
    return words <= fewWords && new Set(left).size < ownCharacters;
  });
}

/** Signs and figures that stand for letters in the passwords of people who were once asked for signs and figures. */
function withoutDisguise(text: string): string {
  const letters: Record<string, string> = {
    "@": "a",
    "0": "o",
    "1": "i",
    "3": "e",
    $: "s",
    "5": "s",
    "!": "i",
    "7": "t",
  };
  return text.replace(/[@013$5!7]/g, (sign) => letters[sign] ?? sign);
}

/** Without runs of four and more neighbours in the order of characters, up or down: abcdef, 9876. */
function withoutSequences(text: string): string {
  let rest = "";
  let run = "";
  let step = 0;
  const keep = () => {
    if (run.length < 4) rest += run;
    else rest += " ";
  };
  for (const character of text) {
    const difference = run === "" ? 0 : character.codePointAt(0)! - run.codePointAt(run.length - 1)!;
    if (run !== "" && Math.abs(difference) === 1 && (run.length === 1 || difference === step))
      run += character;
    else {
      keep();
      run = character;
    }
    step = difference;
  }
  keep();
  return rest;
}
