/** The form in which login ids are compared: full and half width, upper and lower case are the same. */
export function loginKey(loginId: string): string {
  return loginId.normalize("NFKC").trim().toLowerCase();
}
