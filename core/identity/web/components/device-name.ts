/** A name by which one recognises the device in the list of one's sessions; no more than the browser's kind. */
export function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /Edg\//.test(agent)
    ? "Edge"
    : /Firefox\//.test(agent)
      ? "Firefox"
      : /Chrome\//.test(agent)
        ? "Chrome"
        : "Safari";
  const system = /Android/.test(agent)
    ? "Android"
    : /iPhone|iPad/.test(agent)
      ? "iOS"
      : /CrOS/.test(agent)
        ? "ChromeOS"
        : /Windows/.test(agent)
          ? "Windows"
          : /Mac OS/.test(agent)
            ? "macOS"
            : "Linux";
  return `${browser}（${system}）`;
}
