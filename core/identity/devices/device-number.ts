/** Four figures by which the holder of a device and who approves it know over the telephone that they mean the same one. */
export function deviceNumber(deviceId: string): string {
  return String(Number.parseInt(deviceId.slice(-8), 16) % 10_000).padStart(4, "0");
}
