/** Pictures of the composer's buttons, beside those of the kit; each stands with a label. */
const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.75,
  strokeLinecap: "round",
  strokeLinejoin: "round",
  "aria-hidden": true,
  focusable: false,
  viewBox: "0 0 24 24",
  width: "1.25rem",
  height: "1.25rem",
} as const;

export const BoldIcon = () => (
  <svg {...stroke} strokeWidth={2.25} role="presentation">
    <path d="M7 5h6a3.500 3.500 0 0 1 0 7H7zM7 12h7a3.500 3.500 0 0 1 0 7H7z" />
  </svg>
);
export const ListIcon = () => (
  <svg {...stroke} role="presentation">
    <path d="M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01" />
  </svg>
);
export const QuoteIcon = () => (
  <svg {...stroke} role="presentation">
    <path d="M5 5v14M10 8h10M10 12h10M10 16h6" />
  </svg>
);
export const CodeIcon = () => (
  <svg {...stroke} role="presentation">
    <path d="m8 7-5 5 5 5M16 7l5 5-5 5" />
  </svg>
);
export const TableIcon = () => (
  <svg {...stroke} role="presentation">
    <path d="M4 5h16v14H4zM4 10h16M10 5v14" />
  </svg>
);
export const EyeIcon = () => (
  <svg {...stroke} role="presentation">
    <path d="M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z" />
    <circle cx="12" cy="12" r="3" />
  </svg>
);
export const FormatIcon = () => (
  <svg {...stroke} role="presentation">
    <path d="m3 18 5-12 5 12M4.700 14h6.600M15 18l3-7 3 7M16 15.700h4" />
  </svg>
);
