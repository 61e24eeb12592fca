/** Parts of the pages before one is in, for other modules' pages of that kind; loaded with them. */
export { RecoveryCodesSheet } from "../account/recovery-codes-sheet.tsx";
export { EntryFrame } from "./entry-frame.tsx";
export { QrCode } from "./qr-code.tsx";
